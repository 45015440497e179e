import type { Run } from "../../../api/types.ts";
import { type Outcome, outcomeOf } from "../words.ts";

/** A run on the timeline: where it begins and how long it is, as shares of the whole. */
export interface TimelineBar {
  id: string;
  from: number;
  width: number;
  /** Runs that go on side by side lie in lanes, counted from 0. */
  lane: number;
  outcome: Outcome;
}

export interface Timeline {
  bars: TimelineBar[];
  lanes: number;
  /** Milliseconds. */
  from: number;
  until: number;
  ticks: { at: number; share: number }[];
}

/** Narrower than this nobody could point at it. */
const narrowest = 0.004;
const mostLanes = 5;
const minuteMs = 60_000;

/** Lays runs out along the time from the first of them until now. */
export function layOut(runs: readonly Run[], now: number): Timeline {
  const timed = runs
    .map((run) => ({ run, begin: Date.parse(run.startedAt ?? run.requestedAt), end: endOf(run, now) }))
    .toSorted((a, b) => a.begin - b.begin);
  const from = Math.min(now - minuteMs, timed[0]?.begin ?? now - 60 * minuteMs);
  const length = now - from;
  const freeFrom: number[] = [];
  const bars = timed.map(({ run, begin, end }): TimelineBar => {
    const width = Math.max(narrowest, (end - begin) / length);
    const start = Math.max(0, Math.min(1 - width, (begin - from) / length));
    const lane = laneFor(freeFrom, start);
    freeFrom[lane] = start + width;
    return { id: run.id, from: start, width, lane, outcome: outcomeOf(run) };
  });
  return { bars, lanes: Math.max(1, freeFrom.length), from, until: now, ticks: ticksOf(from, now) };
}

function endOf({ finishedAt, startedAt, requestedAt }: Run, now: number): number {
  if (finishedAt !== null) return Date.parse(finishedAt);
  return startedAt === null ? Date.parse(requestedAt) : now;
}

/** The first lane that is free; where there are too many at once, the last is shared. */
function laneFor(freeFrom: readonly number[], start: number): number {
  const free = freeFrom.findIndex((share) => share <= start);
  return free === -1 ? Math.min(freeFrom.length, mostLanes - 1) : free;
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7 * 1440].map((minutes) => minutes * minuteMs);
const mostTicks = 7;

/** Round instants, as the viewer's clock shows them. */
function ticksOf(from: number, until: number): Timeline["ticks"] {
  const step = steps.find((candidate) => (until - from) / candidate <= mostTicks) ?? steps.at(-1) ?? minuteMs;
  const offset = new Date(from).getTimezoneOffset() * minuteMs;
  const ticks: Timeline["ticks"] = [];
  for (let at = Math.ceil((from - offset) / step) * step + offset; at <= until; at += step)
    ticks.push({ at, share: (at - from) / (until - from) });
  return ticks;
}

/** What was read and what the event stream told since, newest first, each once. */
export function mergeRuns(read: readonly Run[], told: readonly Run[]): Run[] {
  const byId = new Map(read.map((run) => [run.id, run]));
  const oldest = Math.min(...read.map(({ requestedAt }) => Date.parse(requestedAt)));
  for (const run of told) {
    const known = byId.get(run.id);
    // An end is final; anything older than the pages that were read belongs to one that was not.
    if (known === undefined ? Date.parse(run.requestedAt) >= oldest || read.length === 0 : known.finishedAt === null)
      byId.set(run.id, run);
  }
  return [...byId.values()].sort((a, b) => Date.parse(b.requestedAt) - Date.parse(a.requestedAt));
}

export interface RunCounts {
  fetched: number;
  written: number;
  rejected: number;
  gone: number;
}

export function countsOf({ streams }: Pick<Run, "streams">): RunCounts {
  return streams.reduce(
    (sum, pass) => ({
      fetched: sum.fetched + pass.fetched,
      written: sum.written + pass.written,
      rejected: sum.rejected + pass.rejected,
      gone: sum.gone + (pass.gone ?? 0),
    }),
    { fetched: 0, written: 0, rejected: 0, gone: 0 },
  );
}

/** Why it did not end well; `null` when it did. */
export function reasonOf(run: Pick<Run, "error" | "streams">): string | null {
  return run.error ?? run.streams.find(({ error }) => error !== null)?.error ?? null;
}

export type RunFilter = "all" | "changes" | "trouble";

export function isShown(run: Run, filter: RunFilter): boolean {
  const outcome = outcomeOf(run);
  if (filter === "all" || outcome === "running" || outcome === "queued") return true;
  if (filter === "trouble") return outcome !== "good";
  const { written, gone } = countsOf(run);
  return written > 0 || gone > 0;
}
