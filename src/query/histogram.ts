import { type Kysely, sql } from "kysely";
import { ConfigError } from "../errors.ts";
import type { SignalChange } from "../model.ts";
import type { Schema } from "../store/schema.ts";
import { signalCellMs } from "../store/signal-cube.ts";
import { readQuery } from "./bind.ts";
import { type Buckets, bucketsOf, mostBuckets, origin } from "./buckets.ts";
import { compileCondition } from "./compile.ts";
import { readInstant } from "./dates.ts";
import { inReadTransaction, withinTime } from "./read-transaction.ts";
import { type CountableSignals, countableSignals, countedSignals, type Stretch } from "./signal-counts.ts";

export interface HistogramOptions {
  query: string;
  /** `now-24h` or a date, in UTC; a day before `to` when left out. */
  from?: string | undefined;
  /** As `from`; now when left out. */
  to?: string | undefined;
  /** How many buckets there may be, 1-200, and one more where both ends are cut. */
  buckets: number;
  /** What `now` means, in ms; without it the clock. */
  now?: number;
  /** How long all of it may take. */
  timeMs?: number;
  /** Given when nobody waits for it any more. */
  signal?: AbortSignal | undefined;
}

type Counts = Record<SignalChange, number>;

export interface Histogram {
  from: string;
  to: string;
  bucketSeconds: number;
  /** Each begins at a multiple of its length; the first and the last are cut by `from` and `to`. */
  buckets: { at: string; counts: Counts }[];
  /** The time was up before all was counted. */
  isPartial: boolean;
  /** What is older was not counted, if it is partial. */
  countedFrom: string;
}

const defaultTimeMs = 2_000;
const dayMs = 86_400_000;

/**
 * Signals that a query finds over time, by what happened. The newest are counted first, and when the time is up the
 * answer is what is known by then.
 * @throws QueryError when the query cannot be understood
 * @throws ConfigError when it is not a stretch of time, or not a number of buckets
 */
export async function readHistogram(db: Kysely<Schema>, options: HistogramOptions): Promise<Histogram> {
  const { query, now = Date.now(), timeMs = defaultTimeMs, signal } = options;
  const end = performance.now() + timeMs;
  const stretch = readStretch(options, now);
  const buckets = bucketsOf(stretch, options.buckets);
  const condition = readQuery(query, { thing: "signals", now });
  return await inReadTransaction(db, { timeoutMs: timeMs, signal }, async (trx) => {
    const signals = inBuckets(countableSignals(await compileCondition(trx, "signals", condition)), buckets);
    const counts = new Map<number, Partial<Counts>>();
    let countedFrom = stretch.to;
    const share = signals.inCube === null ? firstShare.oneByOne : firstShare.inCube;
    for (const part of partsOf(stretch, buckets, share)) {
      // What came up to now, and nothing comes later: the last cell of the count table need not be cut.
      const isLast = part.to === stretch.to && options.to === undefined;
      const found = await countPart(trx, signals, {
        part: isLast ? { ...part, to: Number.POSITIVE_INFINITY } : part,
        buckets,
        limits: { limitMs: end - performance.now(), timeoutMs: timeMs },
      });
      if (found === null) break;
      countedFrom = part.from;
      for (const { bucket, change, n } of found) counts.set(bucket, { ...counts.get(bucket), [change]: n });
    }
    return toHistogram(stretch, buckets, { counts, countedFrom });
  });
}

/** A cell of the count table does not say in which of several buckets its signals are. */
function inBuckets(signals: CountableSignals, { widthMs }: Buckets): CountableSignals {
  return widthMs % signalCellMs === 0 ? signals : { ...signals, inCube: null };
}

function readStretch({ from, to, buckets }: HistogramOptions, now: number): Stretch {
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > mostBuckets)
    throw new ConfigError(`The number of buckets is a whole number from 1 to ${mostBuckets}.`, { field: "buckets" });
  const read = (field: string, text: string) => {
    const at = readInstant(text, now);
    if (at !== null) return at;
    throw new ConfigError(`${field} is no time: write 2026-03-01, 2026-03-01T12:00:00Z or now-24h (s m h d w M y).`, {
      field,
    });
  };
  const end = to === undefined ? now : read("to", to);
  const begin = Math.max(origin, from === undefined ? end - dayMs : read("from", from));
  if (begin >= end) throw new ConfigError("from must lie before to.", { field: "from" });
  return { from: begin, to: end };
}

/** So many cells are read in the time that a part takes for its own sake: there is no need for smaller ones. */
const firstShare = { inCube: 4, oneByOne: 32 };

/** The newest share, as much again, twice as much, and so on: what is known when the time is up is a half at least of what could be. */
function* partsOf({ from, to }: Stretch, { start, widthMs, n }: Buckets, share: number): Generator<Stretch> {
  let left = n;
  for (let size = Math.ceil(n / share); left > 0; size = n - left) {
    const first = Math.max(0, left - size);
    yield {
      from: first === 0 ? from : start + first * widthMs,
      to: left === n ? to : start + left * widthMs,
    };
    left = first;
  }
}

interface Part {
  part: Stretch;
  buckets: Buckets;
  limits: { limitMs: number; timeoutMs: number };
}

/** `null`: the time is up. */
async function countPart(db: Kysely<Schema>, signals: CountableSignals, { part, buckets, limits }: Part) {
  if (limits.limitMs < 1) return null;
  return await withinTime(db, limits, async () => {
    const { rows } = await sql<{ at: string; change: SignalChange; n: number }>`
      select date_bin(make_interval(secs => ${buckets.widthMs / 1000}), at, ${new Date(buckets.start).toISOString()}) as at,
        change, sum(n)::bigint as n
      from (${countedSignals(signals, part)}) as counted group by 1, 2`.execute(db);
    return rows.map(({ at, change, n }) => ({ bucket: Date.parse(at), change, n }));
  });
}

function toHistogram(
  { from, to }: Stretch,
  { start, widthMs, n }: Buckets,
  { counts, countedFrom }: { counts: ReadonlyMap<number, Partial<Counts>>; countedFrom: number },
): Histogram {
  const none: Counts = { new: 0, changed: 0, resolved: 0, reopened: 0, gone: 0 };
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    from: iso(from),
    to: iso(to),
    bucketSeconds: widthMs / 1000,
    buckets: Array.from({ length: n }, (_, i) => {
      const at = start + i * widthMs;
      return { at: iso(at), counts: { ...none, ...counts.get(at) } };
    }),
    isPartial: countedFrom > from,
    countedFrom: iso(countedFrom),
  };
}
