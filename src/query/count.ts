import { type Kysely, sql } from "kysely";
import type { Schema } from "../store/schema.ts";
import { readQuery } from "./bind.ts";
import { type Compiled, compileCondition } from "./compile.ts";
import type { Thing } from "./field.ts";
import { inReadTransaction, withinTime } from "./read-transaction.ts";
import { always, countableSignals, countedSignals } from "./signal-counts.ts";
import { countInCube } from "./sources.ts";
import { type Counting, countAtLeast, countCap, countRows, matchesIn } from "./total.ts";

export interface CountOptions {
  query: string;
  /** What `now` means in the query, in ms; without it the clock. */
  now?: number;
  /** How long they may be counted one by one. */
  exactMs?: number;
  /** How long, after that, a number is looked for that there are at least. */
  boundMs?: number;
  /** Given when nobody waits for it any more. */
  signal?: AbortSignal | undefined;
}

export interface Count {
  value: number;
  /** `false`: there are at least so many. */
  isExact: boolean;
}

const timeoutMs = 10_000;
const defaultBoundMs = 2_000;

/**
 * How many records a query finds, for who is about to do something with all of them: unlike the total beside a page it
 * takes its time.
 * @throws QueryError when the query cannot be understood
 */
export async function countMatches(db: Kysely<Schema>, thing: Thing, options: CountOptions): Promise<Count> {
  const { query, exactMs = timeoutMs, boundMs = defaultBoundMs, signal } = options;
  const condition = readQuery(query, { thing, now: options.now ?? Date.now() });
  return await inReadTransaction(db, { timeoutMs, signal }, async (trx) => {
    const compiled = await compileCondition(trx, thing, condition);
    const known = await countInCube(trx, thing, compiled.condition, compiled.where);
    if (known !== null) return { value: known.value, isExact: true };
    const counting = { thing, compiled, timeoutMs, attemptMs: boundMs, collectCost: Number.POSITIVE_INFINITY };
    const limits = { limitMs: exactMs, timeoutMs };
    const value = await withinTime(trx, limits, () =>
      thing === "signals" ? countSignals(trx, compiled) : countRows(trx, matchesIn(counting)),
    );
    return value === null ? await lowerBound(trx, counting) : { value, isExact: true };
  });
}

async function countSignals(db: Kysely<Schema>, compiled: Compiled): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select coalesce(sum(n), 0)::bigint as n from (${countedSignals(countableSignals(compiled), always)}) as counted`.execute(
    db,
  );
  return rows[0]?.n ?? 0;
}

/** Counted again and again, each time up to ten times as many, until the time is up. */
async function lowerBound(db: Kysely<Schema>, counting: Counting): Promise<Count> {
  const end = performance.now() + counting.attemptMs;
  let bound = await countAtLeast(db, counting, 0);
  for (let cap = countCap; bound.isCapped; cap *= 10) {
    if (bound.value >= cap) continue;
    const limits = { limitMs: end - performance.now(), timeoutMs: counting.timeoutMs };
    const n = await withinTime(db, limits, () => countRows(db, matchesIn(counting, cap)));
    if (n === null) break;
    bound = { value: Math.max(bound.value, n), isCapped: n >= cap };
  }
  return { value: bound.value, isExact: !bound.isCapped };
}
