import fc from "fast-check";
import { CamelCasePlugin, Kysely, PostgresDialect } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import type { Schema } from "../store/schema.ts";
import { readQuery } from "./bind.ts";
import { compileCondition } from "./compile.ts";
import { type Thing, things } from "./field.ts";
import { fields } from "./fields.ts";

let database: TestDatabase;
const now = Date.parse("2026-08-01T00:00:00Z");

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

async function compiled(thing: Thing, query: string) {
  const { where } = await compileCondition(database.db, thing, readQuery(query, { thing, now }));
  return where.compile(database.db);
}

test("every value is a parameter: all SQL is the same whatever the text", async () => {
  const statements: string[] = [];
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: database.pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    log: ({ query }) => void statements.push(query.sql),
  });
  const sqlOf = async (thing: Thing, query: string) => {
    statements.length = 0;
    const { where, test } = await compileCondition(db, thing, readQuery(query, { thing, now }));
    return [...statements, where.compile(db).sql, test.compile(db).sql];
  };
  // Both cases, so that every text has as many spellings; long enough for every index.
  const text = fc.string({ maxLength: 12 }).map((t) => `aBc${t.replaceAll(/[\0`\\]/g, "'")}`);
  for (const thing of things) {
    const textFields = fields[thing].filter(({ type }) => ["text", "words", "list", "keyword"].includes(type));
    for (const name of ["", ...textFields.map((field) => `${field.name}:`)]) {
      const plain = await sqlOf(thing, `${name}\`aBc\``);
      expect(plain.join()).not.toContain("aBc");
      await fc.assert(
        fc.asyncProperty(text, async (value) => {
          expect(await sqlOf(thing, `${name}\`${value}\``)).toEqual(plain);
        }),
        { numRuns: 10 },
      );
    }
  }
});

test("PostgreSQL understands every field with every kind of value", async () => {
  const values: Record<string, string[]> = {
    text: ["x", "`x`", "*x*", "[a, b]", "*"],
    words: ["x", '"a b"', "x*", `"'"`, "*"],
    keyword: ["x", "`x`", "x*", "[a, b*]", "*"],
    list: ["x", "`x`", "x*", "[a, b]", "*"],
    integer: ["1", "[1, 2]", "[1 .. 2.5)", "1.5", "999999999", "[* .. *]"],
    number: ["1", "[0.1, 2]", "(0.1 .. *)", "999999999"],
    boolean: ["true", "[true, false]"],
    date: ["2026", "now", "[now-1y .. 2026-08-01]", "(2026-01-01 .. now)", "[2026-01, 2026-02]"],
  };
  for (const thing of things)
    for (const field of fields[thing]) {
      const written = values[field.type] ?? [field.example.replace(/^[\w.]+ *(>=|:) */, "")];
      for (const value of [...written, "is null", "is not null"]) {
        const query = `${field.name}${value.startsWith("is ") ? " " : ":"}${value}`;
        const { sql, parameters } = await compiled(thing, query);
        const table = { findings: "finding", assets: "asset", signals: "signal" }[thing];
        const statement = `select from ${table} where ${sql}`;
        await expect(
          database.pool.query(statement, [...parameters]).then((result) => result.rows),
          `${query} → ${statement}`,
        ).resolves.toEqual([]);
      }
    }
});
