import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useIntegrations } from "../api/integrations.ts";
import { useLive } from "../api/live.ts";
import type { Run, Thing } from "../api/types.ts";
import { useGo } from "../kit/link.tsx";
import { numberText } from "../kit/numbers.ts";
import { Empty, RowSkeletons } from "../kit/states.tsx";
import { partsOf } from "./query-parts.ts";

export interface EmptyProps {
  thing: Thing;
  many: string;
  q: string;
  range: string | undefined;
  /** Nothing was asked for by whoever looks. */
  isFirst: boolean;
  /** Where an integration is added, for those who may. */
  addHref: string | null;
  onQuery: (q: string) => void;
  onAnyTime: () => void;
  onRefresh: () => void;
}

/** Why a list has no rows, and what can be done about it. */
export function ExplorerEmpty(props: EmptyProps) {
  const { q, range, isFirst, thing, many } = props;
  const { items, isPending, isError } = useIntegrations();
  const { runs } = useLive();
  if (isPending) return <RowSkeletons />;
  if (items.length === 0 && !isError) return <NoIntegration {...props} />;
  const first = [...runs.values()].find((run) => run.trigger === "first" && run.finishedAt === null);
  if (first !== undefined && (isFirst || q.trim() === "")) return <FirstRun run={first} {...props} />;
  if (q.trim() !== "" || range !== undefined) return <NothingMatches {...props} isFilling={first !== undefined} />;
  return (
    <Empty title={`There are no ${many}`}>
      {thing === "signals"
        ? "Weir writes a signal whenever a finding or an asset changes. Nothing has changed within the days that are kept."
        : "The integrations have brought none so far. Their pages say what each of them fetches, and when next."}
    </Empty>
  );
}

function NoIntegration({ many, addHref }: EmptyProps) {
  const go = useGo();
  return (
    <Empty
      title="No integration yet"
      action={addHref !== null && <Button onClick={() => go(addHref)}>Add integration</Button>}
    >
      {many[0]!.toUpperCase() + many.slice(1)} come from your Wiz tenant, and Weir is not connected to one.
      {addHref === null && " Ask an administrator of Weir to add the integration."}
    </Empty>
  );
}

function FirstRun({ run, many, thing, onRefresh }: EmptyProps & { run: Run }) {
  const streams = run.streams.filter(({ stream }) => (thing === "assets") === (stream === "assets"));
  return (
    <Empty
      title={run.startedAt === null ? "The first run is about to start" : "The first run is under way"}
      action={
        <Button variant="default" onClick={onRefresh}>
          Look again
        </Button>
      }
    >
      <Stack gap="sm" mt="xs" ta="left" w={380} maw="100%">
        <Text fz="sm" ta="center">
          The {many} appear here page by page as they arrive.
        </Text>
        {streams.map(({ stream, fetched, wizCount }) => (
          <div key={stream}>
            <Group justify="space-between" fz="xs">
              <span>{stream}</span>
              <span className="number">
                {numberText(fetched)}
                {wizCount !== null && ` of ${numberText(wizCount)}`}
              </span>
            </Group>
            <Progress
              value={wizCount ? (fetched / wizCount) * 100 : 0}
              size="sm"
              mt={4}
              aria-label={`${stream}: ${fetched} fetched`}
            />
          </div>
        ))}
      </Stack>
    </Empty>
  );
}

/** Each condition can be taken out by itself, so that it shows which one was too much. */
function NothingMatches({ many, q, range, isFilling, onQuery, onAnyTime }: EmptyProps & { isFilling: boolean }) {
  const parts = partsOf(q) ?? [];
  const without = (at: number) =>
    parts
      .filter((_, i) => i !== at)
      .map(({ text }) => text)
      .join(" AND ");
  return (
    <Empty
      title={`No ${many} match`}
      action={
        <>
          {range !== undefined && <Button onClick={onAnyTime}>Look at any time</Button>}
          {q.trim() !== "" && (
            <Button variant="default" onClick={() => onQuery("")}>
              Clear the query
            </Button>
          )}
        </>
      }
    >
      {isFilling && "The first run is still under way: they may be on their way. "}
      {parts.length > 0 && (
        <>All of this is asked for{range !== undefined && ", within the time range"}. Take out what is too much:</>
      )}
      <Group gap={6} justify="center" mt="sm">
        {parts.map(({ text }, at) => (
          <Button
            key={text}
            variant="default"
            size="compact-sm"
            className="mono foreign"
            maw="100%"
            title={`Take out ${text}`}
            onClick={() => onQuery(without(at))}
          >
            {text} ×
          </Button>
        ))}
      </Group>
    </Empty>
  );
}
