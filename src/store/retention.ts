import { type Kysely, sql } from "kysely";
import { dropIdleTable, type FoundTable } from "./drop-table.ts";
import type { Schema } from "./schema.ts";

/** What went, and what is to be tried again because someone was reading it. */
export interface Dropped {
  dropped: string[];
  postponed: string[];
}

const dayMs = 86_400_000;

/**
 * Drops the parts of the change log whose last signal is older than so many days. They are looked up in the catalogue
 * and judged by their bounds, so that parts which somebody else made, of another length or in another schema, go as well.
 * Our clock counts only as long as it is not ahead of the database's: what was dropped by mistake does not come back.
 */
export async function dropOldSignals(db: Kysely<Schema>, keepDays: number, now: number): Promise<Dropped> {
  const done = await dropEach(db, await signalPartitionsBefore(db, keepDays, now));
  await forgetCounts(db);
  return done;
}

/** What is counted of signals that went. A part whose beginning is not known may hold any signals; then all stays. */
async function forgetCounts(db: Kysely<Schema>): Promise<void> {
  await sql`delete from cube_signal where at < (
    select case when bool_and(begins_at is not null) then min(begins_at) end from (
      select substring(pg_get_expr(c.relpartbound, c.oid) from 'FROM \\(''([^'']+)''\\)')::timestamptz as begins_at
      from pg_inherits join pg_class c on c.oid = inhrelid where inhparent = 'signal'::regclass
    ) part)`.execute(db);
}

async function signalPartitionsBefore(db: Kysely<Schema>, keepDays: number, now: number): Promise<FoundTable[]> {
  const before = new Date(now - keepDays * dayMs).toISOString();
  // The bound is printed in the session's time zone with its offset. A default partition has none and stays.
  const { rows } = await sql<FoundTable>`
    select name, qualified from (
      select c.relname as name, format('%I.%I', n.nspname, c.relname) as qualified,
        substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \\(''([^'']+)''\\)')::timestamptz as ends_at
      from pg_inherits join pg_class c on c.oid = inhrelid join pg_namespace n on n.oid = c.relnamespace
      where inhparent = 'signal'::regclass
    ) part where ends_at <= least(${before}::timestamptz, now() - make_interval(days => ${keepDays}::int)) order by ends_at`.execute(
    db,
  );
  return rows;
}

const seenGraceMs = 48 * 3_600_000;

/**
 * Drops the tables of seen ids that no pass needs any more: it ended more than 48 hours ago (for a day a failed one may
 * be gone on with), or it is not there. While a pass runs, its table stays however old it is.
 */
export async function dropOldSeen(db: Kysely<Schema>, now: number): Promise<Dropped> {
  const before = new Date(now - seenGraceMs).toISOString();
  const { rows } = await sql<FoundTable>`
    select c.relname as name, format('%I.%I', n.nspname, c.relname) as qualified
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
      left join pass on replace(pass.id::text, '-', '') = substring(c.relname from 6)
    where n.nspname = current_schema() and c.relkind = 'r' and c.relname ~ '^seen_[0-9a-f]{32}$'
      and (pass.id is null or pass.finished_at < ${before})
    order by c.relname`.execute(db);
  return await dropEach(db, rows);
}

/** After the first one in use the others are not tried: each try would hold up whoever reads or writes signals. */
async function dropEach(db: Kysely<Schema>, tables: readonly FoundTable[]): Promise<Dropped> {
  const names = tables.map((table) => table.name);
  for (const [i, table] of tables.entries())
    if (!(await dropIdleTable(db, table))) return { dropped: names.slice(0, i), postponed: names.slice(i) };
  return { dropped: names, postponed: [] };
}
