import { Badge, Button, Group, Text, Title } from "@mantine/core";
import type { Integration, Run } from "../../../api/types.ts";
import { AppLink, useGo } from "../../../kit/link.tsx";
import { countText } from "../../../kit/numbers.ts";
import { hrefs } from "../../../places.ts";
import { EnabledSwitch } from "../enabled-switch.tsx";
import { Health } from "../health.tsx";
import { RunButton } from "../run-button.tsx";
import { StateLine } from "../state-line.tsx";
import { Streams } from "./streams.tsx";
import classes from "./tile.module.css";
import { heldCount, levelsOf, pendingText, rejectedCount, waitingText } from "./tile-facts.ts";
import { TileTimes } from "./times.tsx";

interface TileProps {
  integration: Integration;
  /** Those of it that are queued or running. */
  runs: readonly Run[];
  connector: string;
  /** What is shown may be old. */
  isStale: boolean;
}

/** An integration at a glance. */
export function Tile({ integration, runs, connector, isStale }: TileProps) {
  const go = useGo();
  const { id, name, description } = integration;
  const pending = pendingText(runs);
  const waiting = waitingText(integration, runs);
  return (
    <article className={classes.tile} data-stale={isStale} aria-label={name}>
      <div className={classes.head}>
        <div style={{ minWidth: 0 }}>
          <Title order={2} fz="md" lh={1.35} className={`foreign ${classes.name}`}>
            <AppLink href={hrefs.integration(id)} c="var(--ink)" inherit>
              {name}
            </AppLink>
          </Title>
          <div className={`foreign ${classes.description}`} title={description ?? undefined}>
            {connector}
            {description !== null && ` · ${description}`}
          </div>
        </div>
        <EnabledSwitch integration={integration} />
      </div>
      <Health integration={integration} hasLink />
      <div>
        <StateLine state={integration.state} text={integration.stateText} />
        {waiting !== null && (
          <Text fz={12.5} c="var(--warn)" mt={2}>
            {waiting}
          </Text>
        )}
        {pending !== null && (
          <Text fz={12.5} c="dimmed" mt={2}>
            {pending}
          </Text>
        )}
      </div>
      <Streams levels={levelsOf(integration, runs)} />
      <Marks integration={integration} />
      <div className={classes.foot}>
        <TileTimes integration={integration} runs={runs} />
        <Group gap={8}>
          <RunButton integration={integration} runs={runs} />
          <Button variant="default" onClick={() => go(hrefs.integration(id))} aria-label={`Manage ${name}`}>
            Manage
          </Button>
        </Group>
      </div>
    </article>
  );
}

/** What waits for somebody. */
function Marks({ integration }: { integration: Integration }) {
  const held = heldCount(integration);
  const rejected = rejectedCount(integration);
  if (held === 0 && rejected === 0) return null;
  return (
    <Group gap={8}>
      {held > 0 && (
        <AppLink href={hrefs.integration(integration.id, "held")} underline="never">
          <Badge variant="outline" size="md" color="var(--warn)" radius="sm" tt="none" style={{ cursor: "pointer" }}>
            {countText(held, "held change")}
          </Badge>
        </AppLink>
      )}
      {rejected > 0 && (
        <AppLink href={hrefs.integration(integration.id, "rejected")} fz={12.5}>
          {countText(rejected, "rejected record")}
        </AppLink>
      )}
    </Group>
  );
}
