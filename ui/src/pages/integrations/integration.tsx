import { Badge, Tabs } from "@mantine/core";
import { useParams, useSearch } from "@tanstack/react-router";
import { useIntegrations } from "../../api/integrations.ts";
import { useLive } from "../../api/live.ts";
import type { Integration } from "../../api/types.ts";
import { StateDot, tileWords } from "../../kit/dot.tsx";
import { AppLink, useGo } from "../../kit/link.tsx";
import { numberText } from "../../kit/numbers.ts";
import { Page } from "../../kit/page.tsx";
import { PageHead } from "../../kit/page-head.tsx";
import { EmptyPage, Failure, RowSkeletons } from "../../kit/states.tsx";
import { hrefs, places } from "../../places.ts";
import { Actions } from "./instance/actions.tsx";
import { Governor } from "./instance/governor.tsx";
import { Held } from "./instance/held.tsx";
import { Log } from "./instance/log.tsx";
import { Overview } from "./instance/overview.tsx";
import { Rejected } from "./instance/rejected.tsx";
import { Runs } from "./instance/runs.tsx";
import { Settings } from "./instance/settings.tsx";
import classes from "./integration.module.css";
import { heldCount, rejectedCount } from "./tile/tile-facts.ts";
import { useCountsWhileRunning, useRunsOf } from "./use-runs.ts";

const tabs = ["overview", "runs", "held", "rejected", "governor", "log", "settings"] as const;
type Tab = (typeof tabs)[number];

/** One integration: how it stands, what it did, and its settings. The address has its id or its name. */
export function IntegrationPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { items, data, error, isPending, refetch } = useIntegrations();
  useCountsWhileRunning();
  const wanted = id.toLowerCase();
  const integration = items.find((one) => one.id === wanted) ?? items.find((one) => one.name.toLowerCase() === wanted);
  if (integration !== undefined) return <Instance key={integration.id} integration={integration} />;
  return (
    <Page width={1280}>
      {isPending && <RowSkeletons />}
      {error !== null && data === undefined && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <EmptyPage title="There is no such integration">
          It may have been removed.{" "}
          <AppLink href={places.integrations} underline="always">
            See those that there are
          </AppLink>
          .
        </EmptyPage>
      )}
    </Page>
  );
}

function Instance({ integration }: { integration: Integration }) {
  const { tab: wanted = "overview" } = useSearch({ strict: false }) as { tab?: string };
  const tab: Tab = tabs.find((one) => one === wanted) ?? "overview";
  const runs = useRunsOf(integration);
  const { connection } = useLive();
  const go = useGo();
  const { id, name, tile, description } = integration;
  return (
    <Page width={1280}>
      <PageHead
        title={name}
        above={<AppLink href={places.integrations}>Integrations</AppLink>}
        mark={
          <span title={tileWords[tile.colour]} style={{ display: "inline-flex" }}>
            <StateDot colour={tile.colour} size={13} />
          </span>
        }
        actions={<Actions integration={integration} runs={runs} />}
      >
        <span className="foreign">{description}</span>
      </PageHead>
      <Tabs
        value={tab}
        onChange={(to) => go(hrefs.integration(id, to ?? undefined), { replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md" className={classes.tabs}>
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="runs">Runs</Tabs.Tab>
          <Tabs.Tab value="held" rightSection={countOf(heldCount(integration), "var(--warn)")}>
            Held changes
          </Tabs.Tab>
          <Tabs.Tab value="rejected" rightSection={countOf(rejectedCount(integration), "var(--idle)")}>
            Rejected records
          </Tabs.Tab>
          <Tabs.Tab value="governor">Governor</Tabs.Tab>
          <Tabs.Tab value="log">Log</Tabs.Tab>
          <Tabs.Tab value="settings">Settings</Tabs.Tab>
        </Tabs.List>
        <div style={{ opacity: connection === "lost" ? 0.65 : 1 }}>
          <Tabs.Panel value="overview">
            <Overview integration={integration} runs={runs} />
          </Tabs.Panel>
          <Tabs.Panel value="runs">
            <Runs integration={integration} />
          </Tabs.Panel>
          <Tabs.Panel value="held">
            <Held integration={integration} />
          </Tabs.Panel>
          <Tabs.Panel value="rejected">
            <Rejected integration={integration} />
          </Tabs.Panel>
          <Tabs.Panel value="governor">
            <Governor integration={integration} />
          </Tabs.Panel>
          <Tabs.Panel value="log">
            <Log integration={integration} />
          </Tabs.Panel>
          <Tabs.Panel value="settings">
            <Settings integration={integration} />
          </Tabs.Panel>
        </div>
      </Tabs>
    </Page>
  );
}

function countOf(n: number, colour: string) {
  if (n === 0) return undefined;
  return (
    <Badge size="sm" variant="outline" color={colour} radius="sm">
      {numberText(n)}
    </Badge>
  );
}
