import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { forgetTries, giveBackTry, takeTry } from "./rate-limit.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const bucket = { burst: 3, refillMs: 1_000 };
const start = Date.parse("2026-06-01T08:00:00Z");
const take = (name: string, at: number) => takeTry(database.db, name, bucket, at);

async function empty(name: string): Promise<void> {
  for (let i = 0; i < bucket.burst; i++) expect(await take(name, start)).toBe(0);
}

test("a bucket holds so many tries, then says when the next is there", async () => {
  await empty("a");
  expect(await take("a", start)).toBe(1_000);
  expect(await take("a", start + 400)).toBe(600);
  expect(await take("a", start + 1_000)).toBe(0);
  expect(await take("a", start + 1_000)).toBe(1_000);
  expect(await take("b", start)).toBe(0);
});

test("of many at once no more get through than there are tries", async () => {
  const waits = await Promise.all(Array.from({ length: 20 }, () => take("many", start)));
  expect(waits.filter((ms) => ms === 0)).toHaveLength(bucket.burst);
});

test("a try can be given back, and all of them", async () => {
  await empty("c");
  await giveBackTry(database.db, "c", bucket);
  expect([await take("c", start), await take("c", start)]).toEqual([0, 1_000]);
  await forgetTries(database.db, "c");
  expect(await take("c", start)).toBe(0);
});

test("a clock that was set back does not lock anyone out for longer than an empty bucket does", async () => {
  await empty("d");
  const anHourBefore = start - 3_600_000;
  expect(await take("d", anHourBefore)).toBe(1_000);
  expect(await take("d", anHourBefore + 1_000)).toBe(0);
});

test("no name is kept as it was given", async () => {
  await take("ann@example.com", start);
  const { rows } = await database.pool.query("select rate_limit::text as line from rate_limit");
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows)).not.toContain("ann");
});
