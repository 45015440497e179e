import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { refreshStatistics } from "./statistics.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ poolSize: 1 });
  // Only what is tested looks at the tables.
  await database.pool.query("alter table definition set (autovacuum_enabled = off)");
});
afterAll(() => database.close());

async function addDefinitions(from: number, to: number): Promise<void> {
  await database.pool.query(
    `insert into definition (id, integration_id, kind, external_id, title, frameworks, hash)
     select gen_random_uuid(), gen_random_uuid(), 'vulnerability', 'CVE-' || n, 'CVE-' || n, '{}', gen_random_uuid()
     from generate_series($1::int, $2::int) as n`,
    [from, to],
  );
  await database.pool.query("select pg_stat_force_next_flush()");
}

/** What PostgreSQL believes; -1 while it never looked. */
async function believed(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select reltuples::int as n from pg_class where oid = 'definition'::regclass`.execute(database.db);
  return rows[0]!.n;
}

test("a table that has become another is looked at, and one that has hardly grown is not", async () => {
  await addDefinitions(1, 500);
  await refreshStatistics(database.db);
  expect(await believed()).toBe(-1);

  await addDefinitions(501, 5_000);
  await refreshStatistics(database.db);
  expect(await believed()).toBe(5_000);

  await addDefinitions(5_001, 6_500);
  await refreshStatistics(database.db);
  expect(await believed()).toBe(5_000);

  await addDefinitions(6_501, 12_000);
  await refreshStatistics(database.db);
  expect(await believed()).toBe(12_000);
});
