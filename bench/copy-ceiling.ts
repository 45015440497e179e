import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import type { App } from "../src/app.ts";
import { migrate } from "../src/store/migrate.ts";

/** What a page writes, in the order in which it is copied. The words of `definition` and `asset` are made by PostgreSQL itself. */
const tables = [
  "definition",
  "asset",
  "asset_source",
  "asset_key",
  "identity_log",
  "identity_key",
  "finding",
  "finding_raw",
  "asset_raw",
  "signal",
  "cube_asset",
  "cube_project",
  "cube_cve",
  "cube_day",
  "cube_account",
  "cube_exploit",
  "cube_signal",
];

/**
 * How long PostgreSQL's own bulk loader takes for the same rows into the same tables with the same indexes, in one
 * go: the ceiling that no transaction per page can reach. Seconds.
 */
export async function measureCopy(app: App): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "weir-copy-"));
  const files = new Map(tables.map((table) => [table, join(folder, table)]));
  // The server's own user writes and reads the files.
  chmodSync(folder, 0o777);
  try {
    const columns = await columnsOf(app.database.pool);
    for (const [table, file] of files)
      await app.database.pool.query(`copy (select ${columns.get(table)} from ${table}) to '${file}' (format binary)`);
    return await inFreshDatabase(app, async (client) => {
      const started = performance.now();
      for (const [table, file] of files)
        await client.query(`copy ${table} (${columns.get(table)}) from '${file}' (format binary)`);
      return (performance.now() - started) / 1000;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function columnsOf(pool: pg.Pool): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ table: string; columns: string }>(
    `select table_name as table, string_agg(column_name, ', ' order by ordinal_position) as columns
     from information_schema.columns where table_schema = 'public' and is_generated = 'NEVER' group by 1`,
  );
  return new Map(rows.map((row) => [row.table, row.columns]));
}

async function inFreshDatabase<T>(app: App, work: (client: pg.Client) => Promise<T>): Promise<T> {
  await app.database.pool.query("create schema copied");
  const client = await app.database.connect("weir bench");
  try {
    await client.query("set search_path = copied, public");
    await migrate({ connect: async () => withSearchPath(await app.database.connect("weir bench migrate")) });
    await makePartitions(client, app.database.pool);
    return await work(client);
  } finally {
    await client.query("drop schema copied cascade");
    await client.end();
  }
}

async function withSearchPath(client: pg.Client): Promise<pg.Client> {
  await client.query("set search_path = copied, public");
  return client;
}

async function makePartitions(client: pg.Client, pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ name: string; bounds: string }>(
    `select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bounds
     from pg_inherits join pg_class c on c.oid = inhrelid where inhparent = 'public.signal'::regclass`,
  );
  for (const { name, bounds } of rows) await client.query(`create table ${name} partition of signal ${bounds}`);
}
