import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Schema } from "../store/schema.ts";
import { type Compiled, tableOf } from "./compile.ts";
import type { Total } from "./cursor.ts";
import { estimate } from "./estimate.ts";
import type { Thing } from "./field.ts";
import { withinTime } from "./read-transaction.ts";
import { sampleOf } from "./sources.ts";

/** Nobody waits for a count beyond this beside a page, unless a count table knows it. */
export const countCap = 10_000;

/** What is counted, and how long that may take. */
export interface Counting {
  thing: Thing;
  compiled: Compiled;
  timeoutMs: number;
  attemptMs: number;
  /** Up to which price of the planner's it is counted at all. */
  collectCost: number;
}

/** The page is at hand by then: nobody waits long for a number beside it. */
const countMs = 25;

/** How many there are, up to the cap; where even that takes long, how many are seen in a sample. */
export async function countAtLeast(db: Kysely<Schema>, counting: Counting, seen: number): Promise<Total> {
  const { thing, compiled, attemptMs, timeoutMs } = counting;
  const limits = { limitMs: Math.min(countMs, attemptMs), timeoutMs };
  const upToCap = matchesIn(counting, countCap + 1);
  const { cost } = await estimate(db, upToCap);
  const exact = cost > counting.collectCost ? null : await withinTime(db, limits, () => countRows(db, upToCap));
  if (exact !== null) return { value: Math.min(exact, countCap), isCapped: exact > countCap };
  const sample = await sampleOf(db, thing);
  const inSample = sql`select from ${sample ?? sql.table(tableOf[thing])} where ${compiled.test} limit ${countCap}`;
  const found = await withinTime(db, limits, () => countRows(db, inSample));
  return { value: Math.max(seen, found ?? 0), isCapped: true };
}

/** All of them; with a limit any of them, so many at most. */
export function matchesIn(
  { thing, compiled }: Pick<Counting, "thing" | "compiled">,
  limit?: number,
): RawBuilder<unknown> {
  const all = sql`select from ${sql.table(tableOf[thing])} where ${compiled.where}`;
  return limit === undefined ? all : sql`${all} limit ${limit}`;
}

export async function countRows(db: Kysely<Schema>, rows: RawBuilder<unknown>): Promise<number> {
  const counted = await sql<{ n: number }>`select count(*)::bigint as n from (${rows}) as counted`.execute(db);
  return counted.rows[0]?.n ?? 0;
}
