import { type Kysely, sql } from "kysely";
import { findingKinds, severities, severityRank } from "../../model.ts";
import type { Schema } from "../../store/schema.ts";
import type { BySeverity } from "./by-severity.ts";

type ByKind = Record<(typeof findingKinds)[number], number>;

export interface Day {
  /** `2026-08-01`, in UTC. */
  day: string;
  /** Found first on this day, whatever became of them. */
  found: BySeverity;
  /** Closed on this day, and closed since. */
  resolved: BySeverity;
  /** Open at its end. */
  open: BySeverity;
  openByKind: ByKind;
}

/** Counted by severity, and once more by kind. */
type Counts = BySeverity & ByKind;

const words = [...severities, ...findingKinds];
const none = Object.fromEntries(words.map((word) => [word, 0])) as Counts;

export const dayMs = 86_400_000;

/** The UTC day, so many days before that of `now`. */
export function dayBefore(now: number, days: number): string {
  return new Date(now - days * dayMs).toISOString().slice(0, 10);
}

/**
 * What each of the last days brought, and what was open at its end: what is open now, less what was found since, plus
 * what was closed or accepted since. Days that the source's clock is ahead of ours count as today.
 */
export async function readDays(db: Kysely<Schema>, { now, days }: { now: number; days: number }): Promise<Day[]> {
  const events = await readEvents(db, { from: dayBefore(now, days - 1), today: dayBefore(now, 0) });
  const countsOf = (event: string, day: string) => events.get(`${event} ${day}`) ?? none;
  const found: Day[] = [];
  let open = await countOpen(db);
  for (let back = 0; back < days; back++) {
    const day = dayBefore(now, back);
    const [news, closed, accepted] = [countsOf("found", day), countsOf("resolved", day), countsOf("accepted", day)];
    found.push({
      day,
      found: pick(news, severities),
      resolved: pick(closed, severities),
      open: pick(open, severities),
      openByKind: pick(open, findingKinds),
    });
    open = plus(plus(plus(open, closed, 1), accepted, 1), news, -1);
  }
  return found.reverse();
}

async function countOpen(db: Kysely<Schema>): Promise<Counts> {
  const { rows } = await sql<Counts>`select ${sums} from cube_exploit where status in ('open', 'in_progress')`.execute(
    db,
  );
  return rows[0] ?? none;
}

/** By event and day. */
async function readEvents(
  db: Kysely<Schema>,
  { from, today }: { from: string; today: string },
): Promise<Map<string, Counts>> {
  const { rows } = await sql<Counts & { event: string; day: string }>`
    select event, least(day, ${today}::date)::text as day, ${sums} from cube_day
    where event in ('found', 'resolved', 'accepted') and day >= ${from}::date group by 1, 2`.execute(db);
  return new Map(rows.map((row) => [`${row.event} ${row.day}`, row]));
}

const sums = sql.join([
  ...severities.map((word) => sumWhere(word, "severity", severityRank[word])),
  ...findingKinds.map((word) => sumWhere(word, "kind", word)),
]);

function sumWhere(word: string, column: string, value: string | number) {
  const filter = sql`where ${sql.ref(column)} = ${sql.lit(value)}`;
  return sql`coalesce(sum(n) filter (${filter}), 0)::bigint as ${sql.ref(word)}`;
}

function plus(counts: Counts, more: Counts, sign: 1 | -1): Counts {
  return Object.fromEntries(words.map((word) => [word, counts[word] + sign * more[word]])) as Counts;
}

function pick<Word extends keyof Counts>(counts: Counts, some: readonly Word[]): Record<Word, number> {
  return Object.fromEntries(some.map((word) => [word, counts[word]])) as Record<Word, number>;
}
