import { useElementSize } from "@mantine/hooks";
import { useMemo } from "react";
import type { Run } from "../../../api/types.ts";
import { useNow } from "../../../kit/time.tsx";
import { durationText, exactText } from "../../../kit/times.ts";
import { outcomeColours, resultTitle } from "../words.ts";
import { clockText } from "./clock.ts";
import classes from "./timeline.module.css";
import { countsOf, layOut } from "./timeline.ts";

interface RunTimelineProps {
  runs: readonly Run[];
  open: string | undefined;
  onOpen: (id: string) => void;
}

/** The runs along the time. The list below says the same to those who cannot see or point at it. */
export function RunTimeline({ runs, open, onOpen }: RunTimelineProps) {
  const now = useNow(5_000);
  const { ref, width } = useElementSize();
  const { bars, lanes, ticks, from, until } = useMemo(() => layOut(runs, now), [runs, now]);
  const byId = useMemo(() => new Map(runs.map((run) => [run.id, run])), [runs]);
  return (
    <div className={classes.timeline} aria-hidden="true" ref={ref}>
      <div className={classes.lanes} style={{ height: lanes * 16 + 8 }}>
        {ticks.map(({ at, share }) => (
          <div key={at} className={classes.line} style={{ left: `${share * 100}%` }} />
        ))}
        {bars.map(({ id, from: start, width: share, lane, outcome }) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the list below has a button for each run
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list below has a button for each run
          <div
            key={id}
            className={classes.bar}
            data-open={id === open}
            style={{
              left: `${start * 100}%`,
              width: `max(3px, ${share * 100}%)`,
              top: lane * 16 + 6,
              background: outcomeColours[outcome],
            }}
            title={titleOf(byId.get(id), now)}
            onClick={() => onOpen(id)}
          />
        ))}
      </div>
      <div className={classes.ticks}>
        {ticks
          .filter(({ share }) => share * width < width - 40)
          .map(({ at, share }) => (
            <span key={at} style={{ left: `${share * 100}%` }}>
              {clockText(at, until - from)}
            </span>
          ))}
      </div>
    </div>
  );
}

function titleOf(run: Run | undefined, now: number): string {
  if (run === undefined) return "";
  const { fetched, written } = countsOf(run);
  const begin = Date.parse(run.startedAt ?? run.requestedAt);
  const took = durationText((run.finishedAt === null ? now : Date.parse(run.finishedAt)) - begin);
  return `${exactText(begin)}\n${resultTitle(run)}, ${took}\n${fetched.toLocaleString("en-US")} fetched, ${written.toLocaleString("en-US")} new or changed`;
}
