import { type Kysely, sql } from "kysely";
import { findingKinds } from "../../model.ts";
import type { Schema } from "../../store/schema.ts";
import { type BySeverity, bySeverity } from "./by-severity.ts";
import type { OpenCount } from "./open-findings.ts";

export interface Day {
  /** `2026-08-01`, in UTC. */
  day: string;
  /** Found first on this day, whatever became of them. */
  found: BySeverity;
  /** Closed on this day, and closed since. */
  resolved: BySeverity;
  /** Open at its end. */
  open: BySeverity;
  openByKind: Record<(typeof findingKinds)[number], number>;
}

interface Event extends OpenCount {
  day: string;
  event: string;
}

export const dayMs = 86_400_000;

/** The UTC day, so many days before that of `now`. */
export function dayBefore(now: number, days: number): string {
  return new Date(now - days * dayMs).toISOString().slice(0, 10);
}

/**
 * What each of the last days brought, and what was open at its end: what is open now, less what was found since, plus
 * what was closed since. Days that the source's clock is ahead of ours count as today.
 */
export async function readDays(
  db: Kysely<Schema>,
  open: readonly OpenCount[],
  { now, days }: { now: number; days: number },
): Promise<Day[]> {
  const events = await readEvents(db, { from: dayBefore(now, days - 1), today: dayBefore(now, 0) });
  const byDay = Map.groupBy(events, ({ day }) => day);
  const found: Day[] = [];
  let left: readonly OpenCount[] = open;
  for (let back = 0; back < days; back++) {
    const day = dayBefore(now, back);
    const own = byDay.get(day) ?? [];
    const [news, closed] = ["found", "resolved"].map((event) => own.filter((one) => one.event === event)) as [
      Event[],
      Event[],
    ];
    found.push({
      day,
      found: bySeverity(news),
      resolved: bySeverity(closed),
      open: bySeverity(left),
      openByKind: byKind(left),
    });
    left = added([...left, ...closed, ...news.map((one) => ({ ...one, n: -one.n }))]);
  }
  return found.reverse();
}

async function readEvents(db: Kysely<Schema>, { from, today }: { from: string; today: string }): Promise<Event[]> {
  const { rows } = await sql<Event>`
    select least(day, ${today}::date)::text as day, event, kind, severity, sum(n)::bigint as n from cube_day
    where event in ('found', 'resolved') and day >= ${from}::date group by 1, 2, 3, 4`.execute(db);
  return rows;
}

function added(counts: readonly OpenCount[]): OpenCount[] {
  return [...Map.groupBy(counts, ({ kind, severity }) => `${kind} ${severity}`).values()].map((group) => ({
    kind: group[0]!.kind,
    severity: group[0]!.severity,
    n: group.reduce((sum, { n }) => sum + n, 0),
  }));
}

function byKind(counts: readonly OpenCount[]): Day["openByKind"] {
  const nOf = (kind: string) => counts.reduce((sum, one) => (one.kind === kind ? sum + one.n : sum), 0);
  return Object.fromEntries(findingKinds.map((kind) => [kind, nOf(kind)])) as Day["openByKind"];
}
