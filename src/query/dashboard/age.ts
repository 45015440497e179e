import { type Kysely, sql } from "kysely";
import { severityRank } from "../../model.ts";
import type { Schema } from "../../store/schema.ts";
import { dayBefore } from "./days.ts";
import { activeOf } from "./queries.ts";

/** In days, the youngest first; the last has no end. */
const buckets = [
  { label: "up to 1 day", from: 0, to: 1 },
  { label: "2 to 7 days", from: 2, to: 7 },
  { label: "8 to 30 days", from: 8, to: 30 },
  { label: "31 to 90 days", from: 31, to: 90 },
  { label: "over 90 days", from: 91, to: null },
] as const;

/** How long ago the open critical findings were found first, in UTC days; without a date they are the oldest. */
export async function ageOfCriticals(db: Kysely<Schema>, now: number) {
  const edges = buckets.map(({ to }) => (to === null ? "-infinity" : dayBefore(now, to)));
  const { rows } = await sql<{ bucket: number; n: number }>`
    select (select min(i) from unnest(${edges}::date[]) with ordinality as edge (first, i) where day >= first)::int as bucket,
      sum(n)::bigint as n
    from cube_day where event = 'open' and severity = ${severityRank.critical} group by 1`.execute(db);
  return buckets.map(({ label, from, to }, i) => ({
    label,
    value: rows.find(({ bucket }) => bucket === i + 1)?.n ?? 0,
    query: activeOf("severity:critical", foundBetween(now, from, to)),
  }));
}

function foundBetween(now: number, from: number, to: number | null): string {
  const newest = dayBefore(now, from);
  if (to === null) return `(firstFound <= ${newest} OR firstFound is null)`;
  const oldest = dayBefore(now, to);
  return from === 0 ? `firstFound >= ${oldest}` : `firstFound:[${oldest} .. ${newest}]`;
}
