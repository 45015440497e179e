import { Group, Text, Tooltip } from "@mantine/core";
import type { DashboardCoverage } from "../../../../src/api/schemas/dashboard.ts";
import { StateDot } from "../../kit/dot.tsx";
import { AppLink } from "../../kit/link.tsx";
import { gapWords, numberText } from "../../kit/numbers.ts";
import { agoText } from "../../kit/times.ts";
import { hrefs } from "../../places.ts";
import classes from "./coverage.module.css";

type Stream = DashboardCoverage["streams"][number];

const looks: Record<Stream["state"], { word: string; colour: string }> = {
  complete: { word: "complete", colour: "var(--good)" },
  loading: { word: "loading", colour: "var(--accent)" },
  stale: { word: "stale", colour: "var(--warn)" },
  unavailable: { word: "unavailable", colour: "var(--warn)" },
  failing: { word: "failing", colour: "var(--bad)" },
  off: { word: "off", colour: "var(--idle)" },
};

/** Whether the numbers above can be trusted: how much of each integration is here, and how fresh. */
export function Coverage({ coverage }: { coverage: DashboardCoverage[] }) {
  return (
    <div className={classes.integrations}>
      {coverage.map((one) => (
        <div key={one.id}>
          <Group gap={8} mb={4} wrap="nowrap">
            <StateDot colour={one.tile.colour} />
            <AppLink href={hrefs.integration(one.id)} c="var(--ink)" fw={500} fz="sm" className="one-line foreign">
              {one.name}
            </AppLink>
            <Text fz="xs" c="dimmed" className="one-line" title={one.tile.reason}>
              {one.tile.reason}
            </Text>
          </Group>
          <ul className={classes.streams}>
            {one.streams.map((stream) => (
              <StreamLine key={stream.stream} stream={stream} />
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

function StreamLine({ stream }: { stream: Stream }) {
  const { word, colour } = looks[stream.state];
  const when = stream.lastSuccessAt === null ? "never fetched" : `last success ${agoText(stream.lastSuccessAt)}`;
  return (
    <li className={classes.stream}>
      <span className="one-line">{stream.stream}</span>
      <Tooltip label={[stream.reason, when].filter(Boolean).join("; ")}>
        <span className={classes.state} style={{ color: colour }}>
          {word}
        </span>
      </Tooltip>
      <span className="number">{countsText(stream)}</span>
    </li>
  );
}

/** `Wiz 48,112 · Weir 48,112`, and what is missing between them. */
function countsText({ wizCount, weirCount, gap, isGapNew }: Stream): string {
  const ours = `Weir ${numberText(weirCount)}`;
  if (wizCount === null) return ours;
  const missing = gap === null || gap === 0 ? "" : ` · ${gapWords(gap, isGapNew)}`;
  return `Wiz ${numberText(wizCount)} · ${ours}${missing}`;
}
