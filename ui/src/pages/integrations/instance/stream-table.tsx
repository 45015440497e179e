import { ActionIcon, Menu, Table, Text, VisuallyHidden } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { recordKindOf, type StreamName, streamNames } from "../../../../../src/model.ts";
import { useMay } from "../../../api/me.ts";
import { useRunNow } from "../../../api/runs.ts";
import type { Integration, Run, TileColour } from "../../../api/types.ts";
import { StateDot } from "../../../kit/dot.tsx";
import { AppLink } from "../../../kit/link.tsx";
import { numberText } from "../../../kit/numbers.ts";
import { TimeAgo, useNow } from "../../../kit/time.tsx";
import { agoText, exactText } from "../../../kit/times.ts";
import { hrefs } from "../../../places.ts";
import { both, term } from "../../../query/terms.ts";
import { Bar } from "../bar.tsx";
import { tell } from "../run-button.tsx";
import { gapText, isUnavailable, levelsOf, wizCountText } from "../tile/tile-facts.ts";
import { sentence, streamTitles } from "../words.ts";
import { nextPoll, streamHealth, streamNotes } from "./stream-facts.ts";
import classes from "./stream-table.module.css";

interface StreamTableProps {
  integration: Integration;
  runs: readonly Run[];
}

/** Every stream with Wiz's count against ours, why there is a difference, and when it is asked. */
export function StreamTable({ integration, runs }: StreamTableProps) {
  const mayRun = useMay("analyst");
  const levels = levelsOf(integration, runs);
  return (
    <Table verticalSpacing={8} className={classes.table} data-rows>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Stream</Table.Th>
          <Table.Th className="number">Wiz</Table.Th>
          <Table.Th className="number">Weir</Table.Th>
          <Table.Th>Difference</Table.Th>
          <Table.Th style={{ whiteSpace: "nowrap" }}>Last success</Table.Th>
          <Table.Th>Next poll</Table.Th>
          {mayRun && (
            <Table.Th>
              <VisuallyHidden>Run</VisuallyHidden>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {streamNames.map((stream) => (
          <StreamRow
            key={stream}
            stream={stream}
            integration={integration}
            level={levels.find((one) => one.stream === stream)}
            mayRun={mayRun}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface StreamRowProps {
  stream: StreamName;
  integration: Integration;
  level: ReturnType<typeof levelsOf>[number] | undefined;
  mayRun: boolean;
}

function StreamRow({ stream, integration, level, mayRun }: StreamRowProps) {
  const status = integration.streams[stream];
  const colour: TileColour = streamHealth(integration, stream);
  const notes = streamNotes(status, integration.tile.reason);
  return (
    <Table.Tr>
      <Table.Td data-head>
        <span className={classes.name}>
          <StateDot colour={colour} />
          {streamTitles[stream]}
        </span>
        {notes.map(({ text, tone }) => (
          <Text
            key={text}
            fz={12.5}
            c={tone === "bad" ? "var(--bad)" : tone === "warn" ? "var(--warn)" : "dimmed"}
            className={`foreign ${classes.note}`}
          >
            {sentence(text)}
          </Text>
        ))}
      </Table.Td>
      <Table.Td className="number" data-label="Wiz">
        <span title={status.wizCountedAt === null ? undefined : `Counted ${exactText(status.wizCountedAt)}`}>
          {wizCountText(status)}
        </span>
      </Table.Td>
      <Table.Td className="number" data-label="Weir">
        <AppLink href={recordsHref(integration, stream)} fz="inherit">
          {numberText(status.weirCount)}
        </AppLink>
      </Table.Td>
      <Table.Td data-label="Difference" className={classes.difference}>
        {level?.kind === "fetching" ? (
          <div className={classes.fetching}>
            <Bar share={level.share} label={`${level.name}: ${level.text}`} name={stream} />
            <span>{level.text}</span>
          </div>
        ) : (
          <Difference status={status} />
        )}
      </Table.Td>
      <Table.Td data-label="Last success">
        <TimeAgo at={status.lastSuccessAt} none={status.enabled ? "not yet" : "never"} />
      </Table.Td>
      <Table.Td data-label="Next poll">
        <NextPoll integration={integration} stream={stream} />
      </Table.Td>
      {mayRun && (
        <Table.Td ta="right" data-corner>
          <StreamMenu integration={integration} stream={stream} />
        </Table.Td>
      )}
    </Table.Tr>
  );
}

function Difference({ status }: { status: Integration["streams"][StreamName] }) {
  const gap = gapText(status);
  if (gap !== null) return <span>{gap}</span>;
  if (isUnavailable(status)) return <span className={classes.quiet}>unavailable</span>;
  if (status.whyZero !== null) return <span className={classes.quiet}>{status.whyZero}</span>;
  if (status.isWizCountCapped) return <span className={classes.quiet}>Wiz counts no further</span>;
  return <span className={classes.quiet}>{status.gap === 0 ? "none" : "not known yet"}</span>;
}

/** Nearer than this is now, in words. */
const soonMs = 5_000;

function NextPoll({ integration, stream }: { integration: Integration; stream: StreamName }) {
  const now = useNow(5_000);
  const next = nextPoll(integration, stream);
  if (next === null) return <span className={classes.quiet}>–</span>;
  const { intervalMinutes } = integration.streams[stream];
  if (next === "soon")
    return <span title="After a failure it is tried sooner than its interval says.">tried again soon</span>;
  const text = next === "now" || next <= now + soonMs ? "due" : agoText(next, now);
  return (
    <span title={next === "now" ? undefined : exactText(next)} style={{ whiteSpace: "nowrap" }}>
      {text}
      <span className={classes.quiet}> · every {intervalMinutes} min</span>
    </span>
  );
}

/** The list behind a count. */
function recordsHref({ name }: Integration, stream: StreamName): string {
  const kind = recordKindOf[stream];
  if (kind === "asset") return hrefs.assets({ q: term("integration", name) });
  return hrefs.findings("all", { q: both(term("integration", name), term("kind", kind)) });
}

function StreamMenu({ integration: { id, name }, stream }: { integration: Integration; stream: StreamName }) {
  const runNow = useRunNow(id);
  const run = (mode: "delta" | "full") =>
    runNow.mutate(
      { mode, streams: [stream] },
      { onError: (error) => tell(`${streamTitles[stream]} of ${name} could not be run`, error) },
    );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon loading={runNow.isPending} aria-label={`Run ${streamTitles[stream].toLowerCase()} now`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => run("delta")}>Run now: what changed</Menu.Item>
        <Menu.Item onClick={() => run("full")}>Run now: everything</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
