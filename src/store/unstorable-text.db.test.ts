import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { isUnstorableText } from "./unstorable-text.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

async function errorOf(type: "text" | "jsonb" | "uuid", value: string): Promise<unknown> {
  return await sql`select ${value}::${sql.raw(type)}`.execute(database.db).then(
    () => null,
    (error: unknown) => error,
  );
}

test("a NUL character, or half of a surrogate pair in JSON, is told from other mistakes", async () => {
  expect(isUnstorableText(await errorOf("text", "a\0b"))).toBe(true);
  expect(isUnstorableText(await errorOf("jsonb", JSON.stringify({ a: "\0" })))).toBe(true);
  expect(isUnstorableText(await errorOf("jsonb", JSON.stringify({ a: "\ud800" })))).toBe(true);
  const other = await errorOf("uuid", "x");
  expect(other).toBeInstanceOf(Error);
  expect(isUnstorableText(other)).toBe(false);
  expect(isUnstorableText(null)).toBe(false);
});
