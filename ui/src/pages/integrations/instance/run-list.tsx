import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { Fragment } from "react";
import type { Run } from "../../../api/types.ts";
import { numberText } from "../../../kit/numbers.ts";
import { useNow } from "../../../kit/time.tsx";
import { durationText, exactText } from "../../../kit/times.ts";
import { askedText, outcomeColours, outcomeOf, resultTitle, sentence, triggerTitle } from "../words.ts";
import { dayName, secondsText } from "./clock.ts";
import { PassTable } from "./pass-table.tsx";
import classes from "./run-list.module.css";
import { countsOf, reasonOf } from "./timeline.ts";

interface RunListProps {
  runs: readonly Run[];
  open: string | undefined;
  onOpen: (id: string | undefined) => void;
}

/** Runs by day, the newest first; each opens to its passes. */
export function RunList({ runs, open, onOpen }: RunListProps) {
  const now = useNow(1_000);
  return (
    <div>
      {runs.map((run, index) => {
        const day = dayName(run.requestedAt, now);
        const before = runs[index - 1];
        return (
          <Fragment key={run.id}>
            {(before === undefined || dayName(before.requestedAt, now) !== day) && (
              <h2 className={classes.day}>{day}</h2>
            )}
            <RunRow run={run} now={now} isOpen={run.id === open} onOpen={onOpen} />
          </Fragment>
        );
      })}
    </div>
  );
}

interface RunRowProps {
  run: Run;
  now: number;
  isOpen: boolean;
  onOpen: (id: string | undefined) => void;
}

function RunRow({ run, now, isOpen, onOpen }: RunRowProps) {
  const reason = reasonOf(run);
  const outcome = outcomeOf(run);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  const begin = run.startedAt ?? run.requestedAt;
  return (
    <div className={classes.run} data-open={isOpen}>
      <button
        type="button"
        className={classes.row}
        aria-expanded={isOpen}
        onClick={() => onOpen(isOpen ? undefined : run.id)}
      >
        <Chevron size={14} className={classes.chevron} />
        <span className={classes.time} title={exactText(begin)}>
          {secondsText(begin)}
        </span>
        <span className={classes.result} style={{ color: outcomeColours[outcome] }}>
          <span className={classes.dot} style={{ background: outcomeColours[outcome] }} />
          {resultTitle(run)}
        </span>
        <span className={classes.what}>
          {triggerTitle(run)}: {askedText(run)}
        </span>
        <span className={classes.counts}>{countsText(run)}</span>
        <span className={classes.took}>{tookText(run, now)}</span>
      </button>
      {reason !== null && outcome !== "good" && !isOpen && (
        <div className={`foreign ${classes.reason}`} title={reason}>
          {sentence(reason)}
        </div>
      )}
      {isOpen && <PassTable run={run} />}
    </div>
  );
}

function countsText(run: Run): string {
  const { fetched, written, gone } = countsOf(run);
  if (fetched === 0 && gone === 0) return run.finishedAt === null ? "" : "nothing new";
  const goneText = gone > 0 ? `, ${numberText(gone)} gone` : "";
  return `${numberText(fetched)} fetched, ${numberText(written)} new or changed${goneText}`;
}

function tookText({ startedAt, finishedAt }: Run, now: number): string {
  if (startedAt === null) return "";
  const ms = (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt);
  return ms < 1_000 ? "< 1 s" : durationText(ms);
}
