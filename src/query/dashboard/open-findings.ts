import { type Kysely, sql } from "kysely";
import { findingKinds } from "../../model.ts";
import type { Schema } from "../../store/schema.ts";
import { bySeverity } from "./by-severity.ts";
import { active, activeOf } from "./queries.ts";

interface OpenCount {
  kind: string;
  severity: number;
  n: number;
}

/** How many findings are open now, by kind and severity. */
export async function openFindings(db: Kysely<Schema>) {
  const { rows: counts } = await sql<OpenCount>`
    select kind, severity, sum(n)::bigint as n from cube_exploit
    where status in ('open', 'in_progress') group by 1, 2`.execute(db);
  const byKind = findingKinds.map((kind) => {
    const own = counts.filter((count) => count.kind === kind);
    return { kind, total: totalOf(own), bySeverity: bySeverity(own), query: activeOf(`kind:${kind}`) };
  });
  return { total: totalOf(counts), bySeverity: bySeverity(counts), byKind, query: active };
}

function totalOf(counts: readonly OpenCount[]): number {
  return counts.reduce((sum, { n }) => sum + n, 0);
}
