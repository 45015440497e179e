import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Schema } from "./schema.ts";

/** A cube, and the same numbers counted plainly: `cells` selects its key columns and `n` from the findings. */
interface Cube {
  table: "cube_asset" | "cube_project" | "cube_cve" | "cube_day" | "cube_account" | "cube_exploit";
  key: string;
  cells: RawBuilder<unknown>;
}

const cubes: readonly Cube[] = [
  {
    table: "cube_asset",
    key: "integration_id, status, severity, kind, cloud, class",
    cells: sql`select integration_id, status, severity, kind, coalesce(cloud, '') as cloud,
      coalesce(asset_class, '') as class, count(*) as n from finding group by 1, 2, 3, 4, 5, 6`,
  },
  {
    table: "cube_project",
    key: "project, status, severity, kind",
    cells: sql`select coalesce(project, '') as project, status, severity, kind, count(*) as n
      from finding left join lateral unnest(projects) as project on true group by 1, 2, 3, 4`,
  },
  {
    table: "cube_cve",
    key: "cve, status, severity",
    cells: sql`select coalesce(cve, '') as cve, status, severity, count(*) as n from finding group by 1, 2, 3`,
  },
  {
    table: "cube_day",
    key: "event, day, kind, severity",
    // Said once more, and not taken from `dayCells`: what is compared must not go wrong in the same way.
    cells: sql`select event, day, kind, severity, count(*) as n
      from (
        select kind, severity, status in ('open', 'in_progress') as is_open,
          coalesce((first_found_at at time zone 'UTC')::date, '-infinity') as found,
          coalesce((case when status = 'resolved'
            then coalesce(resolved_at, status_changed_at, source_updated_at, last_found_at)
            else coalesce(status_changed_at, resolved_at, source_updated_at, last_found_at)
            end at time zone 'UTC')::date, '-infinity') as closed
        from finding
      ) as dated
      cross join lateral (values
        ('found', found),
        (case when is_open then 'open' else 'resolved' end, case when is_open then found else greatest(found, closed) end)
      ) as happened (event, day)
      group by 1, 2, 3, 4`,
  },
  {
    table: "cube_account",
    key: "account_id, status, severity",
    cells: sql`select coalesce(account_id, '') as account_id, status, severity, count(*) as n
      from finding group by 1, 2, 3`,
  },
  {
    table: "cube_exploit",
    key: "status, severity, kind, is_kev, has_exploit, has_fix",
    cells: sql`select status, severity, kind, coalesce(is_kev::text, '') as is_kev,
      coalesce(has_exploit::text, '') as has_exploit, coalesce(has_fix::text, '') as has_fix, count(*) as n
      from finding group by 1, 2, 3, 4, 5, 6`,
  },
];

export interface CubeDifference {
  cube: string;
  /** Cells whose number is not the plain count. */
  wrongCells: number;
}

/** Compares every count table with the findings, each in one statement and so at one instant. Reads all findings. */
export async function compareCubes(db: Kysely<Schema>): Promise<CubeDifference[]> {
  const differences: CubeDifference[] = [];
  for (const { table, key, cells } of cubes) {
    const { rows } = await sql<{ wrong: number }>`
      select count(*)::int as wrong
      from (${cells}) plain full join ${sql.table(table)} cube using (${sql.raw(key)})
      where coalesce(plain.n, 0) <> coalesce(cube.n, 0)`.execute(db);
    differences.push({ cube: table, wrongCells: rows[0]?.wrong ?? 0 });
  }
  return differences;
}

/** Counts the cubes anew. Pages wait until it is done; two of these wait for each other. */
export async function rebuildCubes(db: Kysely<Schema>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`lock table finding in share row exclusive mode`.execute(trx);
    for (const { table, key, cells } of cubes) {
      await sql`delete from ${sql.table(table)}`.execute(trx);
      await sql`insert into ${sql.table(table)} (${sql.raw(key)}, n) ${cells}`.execute(trx);
    }
  });
}

export interface SignalPartitions {
  days: number;
  /** `2026-08-02`; `null` while there are none. */
  oldest: string | null;
  /** Tables that have a partition's name without being one: signals of their day cannot be stored. */
  strays: string[];
  /** Whether this database user may make the next day's. */
  canCreate: boolean;
}

export async function readSignalPartitions(db: Kysely<Schema>): Promise<SignalPartitions> {
  const { rows } = await sql<{ name: string; attached: boolean }>`
    select c.relname as name, c.relispartition as attached from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname ~ '^signal_[0-9]{8}$'
    order by c.relname`.execute(db);
  const rights = await sql<{ granted: boolean }>`
    select has_schema_privilege(current_schema(), 'create') and pg_has_role(relowner, 'usage') as granted
    from pg_class where oid = 'signal'::regclass`.execute(db);
  const attached = rows.filter((row) => row.attached);
  return {
    days: attached.length,
    oldest: attached[0]?.name.replace(/^signal_(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3") ?? null,
    strays: rows.filter((row) => !row.attached).map((row) => row.name),
    canCreate: rights.rows[0]?.granted === true,
  };
}
