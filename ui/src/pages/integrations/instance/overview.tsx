import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Integration, Run } from "../../../api/types.ts";
import { AppLink } from "../../../kit/link.tsx";
import { countText } from "../../../kit/numbers.ts";
import { TimeAgo } from "../../../kit/time.tsx";
import { hrefs } from "../../../places.ts";
import { Health } from "../health.tsx";
import { Section } from "../section.tsx";
import { StateLine } from "../state-line.tsx";
import { hasNothing, pendingText, waitingText } from "../tile/tile-facts.ts";
import { TileTimes } from "../tile/times.tsx";
import { classTitles, listText } from "../words.ts";
import { NoData } from "./no-data.tsx";
import classes from "./overview.module.css";
import { RunProgress } from "./run-progress.tsx";
import { StreamTable } from "./stream-table.tsx";

interface OverviewProps {
  integration: Integration;
  /** Those of it that are queued or running. */
  runs: readonly Run[];
}

/** How an integration stands, and each of its streams. */
export function Overview({ integration, runs }: OverviewProps) {
  const pending = pendingText(runs);
  const waiting = waitingText(integration, runs);
  return (
    <>
      <div className={classes.top}>
        <div className={classes.standing}>
          <Health integration={integration} hasLink />
          <StateLine state={integration.state} text={integration.stateText} />
          {runs.length > 0 && <RunProgress integration={integration} runs={runs} />}
          {waiting !== null && (
            <Text fz="sm" c="var(--warn)">
              {waiting}
            </Text>
          )}
          {pending !== null && (
            <Text fz="sm" c="dimmed">
              {pending}
            </Text>
          )}
        </div>
        <div className={classes.times}>
          <TileTimes integration={integration} runs={runs} />
          <AppLink href={hrefs.integration(integration.id, "runs")} fz={12.5}>
            All runs
          </AppLink>
        </div>
      </div>
      <Section title="Streams">
        <StreamTable integration={integration} runs={runs} />
      </Section>
      {hasNothing(integration) && runs.length === 0 && (
        <Section title="No data?" lead="In this order, from the most frequent reason on.">
          <NoData integration={integration} />
        </Section>
      )}
      <Section title="Connection">
        <Facts integration={integration} />
      </Section>
    </>
  );
}

function Facts({ integration }: { integration: Integration }) {
  const { apiEndpoint, tokenUrl, clientId, projects, createdAt, source, pendingSecret } = integration;
  const assetClasses = integration.assetClasses;
  const facts: [string, ReactNode][] = [
    ["API endpoint", <Mono key="a" text={apiEndpoint} />],
    ["Token URL", <Mono key="t" text={tokenUrl} />],
    ["Client ID", <Mono key="c" text={clientId} />],
    [
      "Client secret",
      pendingSecret === null ? (
        "stored encrypted"
      ) : (
        <AppLink key="s" href={hrefs.integration(integration.id, "settings")} fz="inherit">
          a new one waits until it works
        </AppLink>
      ),
    ],
    ["Projects", projects.length === 0 ? "all that the service account sees" : countText(projects.length, "project")],
    ["Assets", assetClasses === null ? "of every class" : listText(assetClasses.map((name) => classTitles[name]))],
    ["Added", <TimeAgo key="at" at={createdAt} />],
    ["Works on it", source === null ? "no process just now" : <Mono key="w" text={source.holder} />],
  ];
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="foreign">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Mono({ text }: { text: string }) {
  return <span className="mono">{text}</span>;
}
