import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

const tables = ["asset", "asset_source", "definition", "finding"] as const;
/** Of fewer rows any plan is good enough. */
const fewRows = 1000;

/**
 * Has PostgreSQL look anew at the tables of the inventory of which half has changed since it last did. Its own look comes
 * within a minute or so; a first load has a hundred thousand rows by then, and what is planned for an empty table
 * takes the square of them.
 */
export async function refreshStatistics(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ table: string }>`
    select relname as table from pg_stat_user_tables
    where relid = any(${[...tables]}::text[]::regclass[])
      and n_mod_since_analyze > greatest(${fewRows}, n_live_tup / 2) order by relname`.execute(db);
  for (const { table } of rows) await sql`analyze ${sql.table(table)}`.execute(db);
}
