import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Schema } from "./schema.ts";

/** A cube, and the same numbers counted plainly: `cells` selects its key columns and `n` from what it counts. */
interface Cube {
  table: CubeName;
  of: "finding" | "signal";
  key: string;
  cells: RawBuilder<unknown>;
}

type CubeName =
  | "cube_asset"
  | "cube_project"
  | "cube_cve"
  | "cube_day"
  | "cube_account"
  | "cube_exploit"
  | "cube_fix"
  | "cube_signal";

const cubes: readonly Cube[] = [
  {
    table: "cube_asset",
    of: "finding",
    key: "integration_id, status, severity, kind, cloud, class",
    cells: sql`select integration_id, status, severity, kind, coalesce(cloud, '') as cloud,
      coalesce(asset_class, '') as class, count(*) as n from finding group by 1, 2, 3, 4, 5, 6`,
  },
  {
    table: "cube_project",
    of: "finding",
    key: "project, status, severity, kind",
    cells: sql`select coalesce(project, '') as project, status, severity, kind, count(*) as n
      from finding left join lateral unnest(projects) as project on true group by 1, 2, 3, 4`,
  },
  {
    table: "cube_cve",
    of: "finding",
    key: "cve, status, severity",
    cells: sql`select coalesce(cve, '') as cve, status, severity, count(*) as n from finding group by 1, 2, 3`,
  },
  {
    table: "cube_day",
    of: "finding",
    key: "event, day, kind, severity",
    // Said once more, and not taken from `dayCells`: what is compared must not go wrong in the same way.
    cells: sql`select event, day, kind, severity, count(*) as n
      from (
        select kind, severity, status in ('open', 'in_progress') as is_open,
          case when status = 'accepted' then 'accepted' else 'resolved' end as closing,
          coalesce((first_found_at at time zone 'UTC')::date, '-infinity') as found,
          coalesce((case when status = 'accepted' then accepted_at when status = 'resolved'
            then coalesce(resolved_at, status_changed_at, source_updated_at, last_found_at)
            else coalesce(status_changed_at, resolved_at, source_updated_at, last_found_at)
            end at time zone 'UTC')::date, '-infinity') as closed
        from finding
      ) as dated
      cross join lateral (values
        ('found', found),
        (case when is_open then 'open' else closing end, case when is_open then found else greatest(found, closed) end)
      ) as happened (event, day)
      group by 1, 2, 3, 4`,
  },
  {
    table: "cube_account",
    of: "finding",
    key: "account_id, status, severity",
    cells: sql`select coalesce(account_id, '') as account_id, status, severity, count(*) as n
      from finding group by 1, 2, 3`,
  },
  {
    table: "cube_exploit",
    of: "finding",
    key: "status, severity, kind, is_kev, has_exploit, has_fix",
    cells: sql`select status, severity, kind, coalesce(is_kev::text, '') as is_kev,
      coalesce(has_exploit::text, '') as has_exploit, coalesce(has_fix::text, '') as has_fix, count(*) as n
      from finding group by 1, 2, 3, 4, 5, 6`,
  },
  {
    table: "cube_fix",
    of: "finding",
    key: "package_name, fixed_version, risk_score, is_kev, has_exploit",
    cells: sql`select package_name, package_fixed_version as fixed_version, risk_score,
      coalesce(is_kev::text, '') as is_kev, coalesce(has_exploit::text, '') as has_exploit, count(*) as n
      from finding where status in ('open', 'in_progress') and octet_length(package_name) <= 500
        and octet_length(package_fixed_version) <= 500 group by 1, 2, 3, 4, 5`,
  },
];

const cubeSignal: Cube = {
  table: "cube_signal",
  of: "signal",
  key: "at, integration_id, stream, subject_kind, change, severity",
  cells: signalCells("-infinity"),
};

function signalCells(since: string): RawBuilder<unknown> {
  return sql`select date_bin('5 minutes', at, '2001-01-01T00:00:00Z') as at, integration_id, stream, subject_kind, change,
    coalesce(severity, 0::smallint) as severity, count(*) as n from signal where at >= ${since}::timestamptz
    group by 1, 2, 3, 4, 5, 6 order by 1`;
}

export interface CubeDifference {
  cube: CubeName;
  /** Cells whose number is not the plain count. */
  wrongCells: number;
}

/**
 * Compares every count table with what it counts, each in one statement and so at one instant. Reads all findings, and
 * the signals since a time (the beginning of five minutes), else all.
 */
export async function compareCubes(db: Kysely<Schema>, signalsSince = "-infinity"): Promise<CubeDifference[]> {
  const differences: CubeDifference[] = [];
  const recent = sql`(select * from cube_signal where at >= ${signalsSince}::timestamptz)`;
  const compared = [
    ...cubes.map((cube) => ({ ...cube, stored: sql.table(cube.table) as RawBuilder<unknown> })),
    { ...cubeSignal, cells: signalCells(signalsSince), stored: recent },
  ];
  for (const { table, key, cells, stored } of compared) {
    const { rows } = await sql<{ wrong: number }>`
      select count(*)::int as wrong
      from (${cells}) plain full join ${stored} cube using (${sql.raw(key)})
      where coalesce(plain.n, 0) <> coalesce(cube.n, 0)`.execute(db);
    differences.push({ cube: table, wrongCells: rows[0]?.wrong ?? 0 });
  }
  return differences;
}

/** Counts cubes anew, else all of them. Pages wait until it is done; two of these wait for each other. */
export async function rebuildCubes(db: Kysely<Schema>, names?: readonly CubeName[]): Promise<void> {
  const wanted = [...cubes, cubeSignal].filter(({ table }) => names === undefined || names.includes(table));
  for (const [of, some] of Map.groupBy(wanted, (cube) => cube.of))
    await db.transaction().execute(async (trx) => {
      await sql`lock table ${sql.table(of)} in share row exclusive mode`.execute(trx);
      for (const { table, key, cells } of some) {
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
