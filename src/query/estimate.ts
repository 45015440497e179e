import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Schema } from "../store/schema.ts";

/** What the planner expects of a statement: `cost` in its own unit, a page read in a row. */
export async function estimate(
  db: Kysely<Schema>,
  statement: RawBuilder<unknown>,
): Promise<{ rows: number; cost: number }> {
  const { rows } = await sql<{ "QUERY PLAN": [{ Plan: { "Plan Rows": number; "Total Cost": number } }] }>`
    explain (format json) ${statement}`.execute(db);
  const [plan] = Object.values(rows[0] ?? {}) as [{ Plan: { "Plan Rows": number; "Total Cost": number } }][];
  if (plan === undefined) throw new Error("EXPLAIN answered nothing");
  return { rows: plan[0].Plan["Plan Rows"], cost: plan[0].Plan["Total Cost"] };
}
