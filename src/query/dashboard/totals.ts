import { type Kysely, type RawBuilder, sql } from "kysely";
import { severities } from "../../model.ts";
import type { Schema } from "../../store/schema.ts";
import { type Day, dayMs } from "./days.ts";
import type { exploitable } from "./exploitable.ts";
import type { openFindings } from "./open-findings.ts";
import { active, activeOf } from "./queries.ts";

/** Nobody waits for a count beyond this; lists show it in the same way. */
const countCap = 10_000;

interface Known {
  now: number;
  open: Awaited<ReturnType<typeof openFindings>>;
  /** As it was a week ago; `null`: not known. */
  weekAgo: Day | null;
  exploitable: Awaited<ReturnType<typeof exploitable>>;
}

/** The numbers at the top, each with what it was a week ago where that can be known. */
export async function readTotals(db: Kysely<Schema>, { now, open, weekAgo, exploitable }: Known) {
  const fresh = await countNewCriticals(db, now);
  const exposed = await countUpToCap(db, sql`asset where is_internet_exposed and open_critical > 0`);
  return [
    {
      id: "open" as const,
      label: "Open findings",
      value: open.total,
      capped: false,
      previous: weekAgo === null ? null : severities.reduce((sum, severity) => sum + weekAgo.open[severity], 0),
      query: active,
      on: "findings" as const,
    },
    {
      id: "openCritical" as const,
      label: "Open and critical",
      value: open.bySeverity.critical,
      capped: false,
      previous: weekAgo?.open.critical ?? null,
      query: activeOf("severity:critical"),
      on: "findings" as const,
    },
    {
      id: "newCritical" as const,
      label: "New critical in 24 hours",
      ...fresh,
      query: "severity:critical AND firstFound > now-1d",
      on: "findings" as const,
    },
    {
      id: "knownExploited" as const,
      label: "Known exploited",
      value: exploitable.kev.value,
      capped: exploitable.kev.capped,
      previous: null,
      query: exploitable.kev.query,
      on: "findings" as const,
    },
    {
      id: "overdue" as const,
      label: "Overdue",
      ...(await countUpToCap(
        db,
        sql`finding where status in ('open', 'in_progress') and due_at < ${new Date(now).toISOString()}::timestamptz`,
      )),
      previous: null,
      query: "overdue:true",
      on: "findings" as const,
    },
    {
      id: "exposedCritical" as const,
      label: "Exposed assets with critical findings",
      ...exposed,
      previous: null,
      query: "internetExposed:true AND openFindings.critical > 0",
      on: "assets" as const,
    },
  ];
}

/** Found first in the last 24 hours, and in the same 24 hours a week ago. */
async function countNewCriticals(db: Kysely<Schema>, now: number) {
  const since = (days: number) => new Date(now - days * dayMs).toISOString();
  const criticals = sql`finding where severity = 5 and first_found_at > `;
  const fresh = await countUpToCap(db, sql`${criticals}${since(1)}::timestamptz`);
  const before = await countUpToCap(
    db,
    sql`${criticals}${since(8)}::timestamptz and first_found_at <= ${since(7)}::timestamptz`,
  );
  return { ...fresh, previous: before.capped ? null : before.value };
}

async function countUpToCap(
  db: Kysely<Schema>,
  from: RawBuilder<unknown>,
): Promise<{ value: number; capped: boolean }> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from (select from ${from} limit ${countCap + 1}) as counted`.execute(db);
  const n = rows[0]?.n ?? 0;
  return { value: Math.min(n, countCap), capped: n > countCap };
}
