import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compareCubes } from "../src/store/inventory-check.ts";
import type { Schema } from "../src/store/schema.ts";
import { type TestDatabase, testDatabase } from "../test/postgres.ts";
import { fillStore } from "./search-store.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(async () => {
  await database.close();
});

/** In any order: what was dropped is made again later than what was not. */
async function indexes(db: Kysely<Schema>): Promise<string[]> {
  const { rows } = await sql<{ indexdef: string }>`
    select indexdef from pg_indexes where tablename in ('asset', 'asset_source', 'finding')`.execute(db);
  return rows.map(({ indexdef }) => indexdef).toSorted();
}

it("fills a store as Weir would have left it: every index, and counts that are right", async () => {
  const { db } = database;
  const before = await indexes(db);
  await fillStore({ db }, 3_000, () => undefined);
  expect(await indexes(db)).toEqual(before);
  expect((await compareCubes(db)).filter(({ wrongCells }) => wrongCells > 0)).toEqual([]);
  const { n } = await db
    .selectFrom("finding")
    .select(({ fn }) => fn.countAll<number>().as("n"))
    .executeTakeFirstOrThrow();
  expect(n).toBe(3_000);
});
