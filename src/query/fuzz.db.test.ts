import fc from "fast-check";
import {
  CamelCasePlugin,
  type CompiledQuery,
  type Driver,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostileText, hostileTexts, mutated, randomBytes } from "../../test/hostile.ts";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { QueryError } from "../errors.ts";
import type { Schema } from "../store/schema.ts";
import { readQuery } from "./bind.ts";
import { compileCondition } from "./compile.ts";
import { type Thing, things } from "./field.ts";
import { fields } from "./fields.ts";
import { searchAssets, searchFindings, searchSignals } from "./search.ts";

/** How many queries are read and compiled, and how many of such are also run. */
const compiledQueries = 15_000;
const executedQueries = 4000;

const now = Date.parse("2026-08-15T12:00:00Z");
const marker = "zqxj";
const searches = { findings: searchFindings, assets: searchAssets, signals: searchSignals };

const thing = fc.constantFrom(...things);
const examples = things.flatMap((t) => fields[t].map((field) => field.example));
const namesOf = (t: Thing) => fields[t].flatMap((field) => [field.name, ...field.aliases]);

function anyName(t: Thing): fc.Arbitrary<string> {
  const name = fc.constantFrom(...namesOf(t));
  return fc.oneof(
    { weight: 12, arbitrary: name },
    { weight: 1, arbitrary: name.map((text) => text.toUpperCase()) },
    { weight: 1, arbitrary: name.map((text) => `${t}.${text}`) },
    { weight: 1, arbitrary: fc.constantFrom(...things.flatMap(namesOf)) },
    { weight: 1, arbitrary: fc.oneof(hostileText, fc.constant(marker)) },
  );
}

const goodValues = [
  "critical",
  "high",
  "open",
  "true",
  "5",
  "0.5",
  "2026",
  "2026-03-01",
  "now-2w",
  "aws",
  "*",
  "web-*",
];
const anyScalar = fc
  .tuple(
    fc.oneof(hostileText, fc.constantFrom(...goodValues, "0b9f1c1e-8a55-5f0e-9a43-6a1f4f0a7d11")),
    fc.constantFrom("", "", '"', "'", "`"),
    fc.constantFrom("", "", marker),
  )
  .map(([text, quote, mark]) => quote + (quote === "" ? text : escaped(text, quote)) + mark + quote);

function escaped(text: string, quote: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`);
}

const anyValue = fc.oneof(
  anyScalar,
  fc.array(anyScalar, { minLength: 1, maxLength: 5 }).map((values) => `[${values.join(", ")}]`),
  fc
    .tuple(fc.constantFrom("[", "("), anyScalar, fc.constantFrom("..", " ... "), anyScalar, fc.constantFrom("]", ")"))
    .map((parts) => parts.join("")),
);
const operator = fc.constantFrom(":", ":", ":", "=", " > ", " < ", ">=", " <= ", " : ");

/** By the grammar, with names of the thing and values that are as bad as can be. */
function made(t: Thing): fc.Arbitrary<string> {
  const text = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((all) => all.join(""));
  const name = anyName(t);
  const { query } = fc.letrec<{ query: string }>((tie) => ({
    query: fc.oneof(
      { maxDepth: 6, depthSize: "small" },
      text(name, operator, anyValue),
      text(name, fc.constantFrom(" is null", " is not empty")),
      text(fc.constantFrom(...examples)),
      anyScalar,
      text(tie("query"), fc.constantFrom(" AND ", " or ", " ", " NOT "), tie("query")),
      text(fc.constantFrom("(", "NOT (", "asset:(", "sources:(", "severity:("), tie("query"), fc.constant(")")),
      text(name, fc.constant(":("), tie("query"), fc.constant(")")),
      text(
        fc.tuple(fc.constantFrom("(", "NOT ", "a:("), fc.nat(60)).map(([o, n]) => o.repeat(n)),
        tie("query"),
      ),
    ),
  }));
  return query;
}

const madeFor = { findings: made("findings"), assets: made("assets"), signals: made("signals") };
const anyCase = thing.chain((t) =>
  fc.tuple(
    fc.constant(t),
    fc.oneof(
      { weight: 5, arbitrary: madeFor[t] },
      { weight: 3, arbitrary: mutated(examples) },
      { weight: 1, arbitrary: randomBytes },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
    ),
  ),
);

/** Every statement that a database sees of it. */
type Statements = string[];

/** A database that finds nothing, or always too much to list, so that all ways to write a condition are seen. */
function blindDatabase(statements: Statements, rows: number): Kysely<Schema> {
  const found = Array.from({ length: rows }, (_, i) => ({
    id: `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
  }));
  const plan = { "QUERY PLAN": [{ Plan: { "Plan Rows": rows, "Total Cost": rows } }] };
  const connection = {
    executeQuery: async (query: CompiledQuery) => {
      statements.push(query.sql);
      return { rows: (/^\s*explain/.test(query.sql) ? [plan] : found) as never[] };
    },
    streamQuery: () => {
      throw new Error("nothing is streamed here");
    },
  };
  const driver: Driver = Object.assign(new DummyDriver(), { acquireConnection: async () => connection });
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driver,
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}

/** All that SQL of a condition is ever made of: PostgreSQL's words, the names of our schema, and these few. */
const sqlWords = new Set(["value", "entry", "0", "1"]);
const sqlSigns = /^(\$\d+|::|@@|&&|\[\]|~[<>]=?~|[<>]=|[\s(),.=<>])$/u;

async function learnWords({ pool }: TestDatabase): Promise<void> {
  const { rows } = await pool.query<{ word: string }>(`
    select word from pg_get_keywords() union select proname from pg_proc
    union select typname from pg_type where typelem = 0 union select column_name from information_schema.columns where table_schema = 'public'
    union select table_name from information_schema.tables where table_schema = 'public'`);
  for (const { word } of rows) sqlWords.add(word);
}

/** What of a statement is none of its fixed pieces: nothing, unless text of a query got into it. */
function foreignParts(sql: string): string[] {
  const pieces = sql.replaceAll(/'(simple)?'/g, "").match(/"[^"]*"|\$\d+|\w+|::|@@|&&|\[\]|~[<>]=?~|[<>]=|./gsu) ?? [];
  return pieces.filter((piece) => !sqlSigns.test(piece) && !sqlWords.has(piece.replace(/^"(.*)"$/, "$1")));
}

/** `null` when it is refused as it should be. */
async function orRefused<T>(query: string, run: () => Promise<T>): Promise<T | null> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    expect(error.position).toBeGreaterThanOrEqual(0);
    expect(error.position).toBeLessThanOrEqual(query.length);
    expect(error.message.length).toBeLessThan(600);
    return null;
  }
}

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await learnWords(database);
});
afterAll(() => database.close());

describe("for any query at all", () => {
  test(`reading ${compiledQueries} of them gives a condition or a QueryError, and no text of theirs gets into SQL`, async () => {
    const statements: Statements = [];
    const blind = [blindDatabase(statements, 0), blindDatabase(statements, 5001)] as const;
    let read = 0;
    await fc.assert(
      fc.asyncProperty(anyCase, fc.constantFrom(...blind), async ([t, query], db) => {
        statements.length = 0;
        const compiled = await orRefused(query, async () => {
          const condition = await compileCondition(db, t, readQuery(query, { thing: t, now }));
          return [condition.where, condition.test].map((sql) => sql.compile(db).sql);
        });
        if (compiled === null) return;
        read++;
        for (const sql of [...statements, ...compiled]) {
          expect(foreignParts(sql)).toEqual([]);
          expect(sql).not.toContain(marker);
        }
      }),
      { numRuns: compiledQueries },
    );
    // A generator whose queries are all refused would prove nothing.
    expect(read).toBeGreaterThan(compiledQueries / 4);
  });

  test("the check of SQL would see text in it", () => {
    expect(foreignParts(`"finding"."title" ilike $1 or "finding"."cve" = 'x'`)).toEqual(["'", "x", "'"]);
    expect(foreignParts(`"finding"."title" ilike 'simplex'`)).not.toEqual([]);
    expect(foreignParts(`"finding"."${marker}" is not null`)).toEqual([`"${marker}"`]);
  });
});

describe("on PostgreSQL", () => {
  let db: Kysely<Schema>;
  const statements: Statements = [];

  beforeAll(async () => {
    db = new Kysely<Schema>({
      dialect: new PostgresDialect({ pool: database.pool }),
      plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
      log: ({ query }) => void statements.push(query.sql),
    });
    await addRecords();
  });

  async function addRecords(): Promise<void> {
    const add = inventory(database);
    const integrationId = await add.integration("prod");
    for (const text of ["web-1", "100% _open_ 'x' \\ $1", "日本語 👩‍👩‍👧", "now"]) {
      const definitionId = await add.definition({ integrationId, title: text, description: `${text} ${text}` });
      const assetId = await add.asset({ name: text, tags: [text], projects: [text], operatingSystem: text });
      await add.assetSource({ assetId, integrationId, externalId: text });
      await add.finding({ integrationId, definitionId, assetId, title: text, packageName: text, cve: text, cvss: 9.8 });
      await add.signal({ integrationId, title: text, assetName: text, fields: JSON.stringify({ [text]: {} }) });
    }
  }

  async function run(t: Thing, query: string): Promise<boolean> {
    statements.length = 0;
    const page = await orRefused(query, async () => await searches[t](db, { query, limit: 2, now }));
    for (const sql of statements) expect(sql).not.toContain(marker);
    return page !== null;
  }

  test("the texts that break programs are found or not, in every field of every thing", async () => {
    for (const t of things)
      for (const [i, field] of fields[t].entries())
        for (const text of hostileTexts.filter((_, j) => (i + j) % 7 === 0))
          await run(t, `${field.name}:"${escaped(text, '"')}"`);
    for (const text of hostileTexts) for (const t of things) await run(t, `"${escaped(text, '"')}"`);
  });

  test(`running ${executedQueries} gives a page or a QueryError`, async () => {
    let ran = 0;
    await fc.assert(
      fc.asyncProperty(anyCase, async ([t, query]) => {
        if (await run(t, query)) ran++;
      }),
      { numRuns: executedQueries },
    );
    expect(ran).toBeGreaterThan(executedQueries / 4);
    const { rows } = await database.pool.query("select count(*)::int as n from finding");
    expect(rows).toEqual([{ n: 4 }]);
  });
});
