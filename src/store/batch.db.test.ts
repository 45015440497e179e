import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import {
  type BatchTable,
  insertBatch,
  PageConflictError,
  writeBatch,
  writeOf,
  writeTogether,
  writeVersions,
} from "./batch.ts";
import type { Schema } from "./schema.ts";

interface Row {
  id: string;
  title: string | null;
  rank: number | null;
  score: number | null;
  isOpen: boolean | null;
  tags: string[];
  fields: unknown;
  raw: Buffer;
  at: string | null;
  version: number;
}

/** A table of every type; the schema does not know it. */
const table: BatchTable<Row> = {
  name: "every_type" as keyof Schema,
  key: ["id"],
  columns: {
    id: "uuid",
    title: "text",
    rank: "smallint",
    score: "real",
    isOpen: "boolean",
    tags: "text[]",
    fields: "jsonb",
    raw: "bytea",
    at: "timestamptz",
    version: "integer",
  },
};

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ migrated: false });
  await sql`create table every_type (id uuid primary key, title text, rank smallint, score real, is_open boolean,
    tags text[], fields jsonb, raw bytea, at timestamptz, version integer)`.execute(database.db);
});
afterAll(() => database.close());

function aRow(changes: Partial<Row> = {}): Row {
  return {
    id: randomUUID(),
    title: "plain",
    rank: 5,
    score: 9.5,
    isOpen: true,
    tags: ["Wiz"],
    fields: {},
    raw: Buffer.alloc(0),
    at: "2026-08-02T12:00:00.123456Z",
    version: 1,
    ...changes,
  };
}

async function stored(id: string) {
  const { rows } = await sql<Row & { raw: Buffer }>`select * from every_type where id = ${id}`.execute(database.db);
  return rows[0];
}

describe("rows that are new", () => {
  const awkward = [
    'tab\t newline\n return\r backslash\\ quote" comma, brace} \\N',
    "\\",
    "\\.",
    "\u0001 ü 漢字 🦀",
    "",
    "NULL",
    "\\x41",
  ];

  test.each(awkward)("arrive as they were sent: %j", async (text) => {
    const raw = Buffer.from([0, 9, 10, 13, 92, 255]);
    const row = aRow({ title: text, tags: [text, "b", text], fields: { [text]: { from: text, to: null } }, raw });
    await insertBatch(database.db, table, [row], { do: "nothing" });
    expect(await stored(row.id)).toEqual(row);
  });

  test("may lack every value that a table does not demand", async () => {
    const row = aRow({ title: null, rank: null, score: null, isOpen: null, tags: [], fields: null, at: null });
    await insertBatch(database.db, table, [row], { do: "nothing" });
    expect(await stored(row.id)).toEqual(row);
  });

  test("leave what is there as it was, and the transaction usable, when one of them is not new after all", async () => {
    const [there, fresh] = [aRow({ title: "first" }), aRow()];
    await insertBatch(database.db, table, [there], { do: "nothing" });
    await database.db.transaction().execute(async (trx) => {
      await insertBatch(trx, table, [fresh, { ...there, title: "second" }], { do: "nothing" });
    });
    expect(await stored(there.id)).toMatchObject({ title: "first" });
    expect(await stored(fresh.id)).toMatchObject({ title: "plain" });
  });

  test("overwrite what is there where that is wished", async () => {
    const there = aRow({ title: "first" });
    await insertBatch(database.db, table, [there], { do: "nothing" });
    await insertBatch(database.db, table, [{ ...there, title: "second" }], { do: "update", where: "true" });
    expect(await stored(there.id)).toMatchObject({ title: "second" });
  });

  test("do not hide that the table refuses them", async () => {
    const row = aRow({ title: "a NUL: \0" });
    await expect(insertBatch(database.db, table, [row], { do: "nothing" })).rejects.toThrow(/invalid byte sequence/);
    expect(await stored(row.id)).toBeUndefined();
  });

  test.each<[string, Partial<Row>]>([
    ["a number that is too large", { rank: 32_768 }],
    ["a number that is too small", { rank: -32_769 }],
    ["a fraction where none can be", { version: 1.5 }],
    ["a time that is none", { at: "yesterday or so" }],
    ["an id that is none", { id: "1" }],
  ])("are refused with %s", async (_what, changes) => {
    const batch = insertBatch(database.db, table, [aRow(changes)], { do: "nothing" });
    await expect(batch).rejects.toThrow(RangeError);
  });

  test.each([
    "1970-01-01T00:00:00.000001Z",
    "1999-12-31T23:59:59.999999Z",
    "0099-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999999Z",
  ])("keep a time to the microsecond: %s", async (at) => {
    const row = aRow({ at });
    await insertBatch(database.db, table, [row], { do: "nothing" });
    expect(await stored(row.id)).toMatchObject({ at });
  });

  test("keep numbers to their limits, and texts of any length", async () => {
    const long = "ünï 🦆 ".repeat(40_000);
    const row = aRow({ rank: -32_768, version: 2_147_483_647, score: -1.5e-30, title: long, tags: [long, "", "x"] });
    await insertBatch(database.db, table, [row], { do: "nothing" });
    expect(await stored(row.id)).toEqual(row);
  });
});

describe("rows with versions", () => {
  test("are inserted and updated in one go", async () => {
    const [there, fresh] = [aRow(), aRow()];
    await writeVersions(database.db, table, [there]);
    await writeVersions(database.db, table, [fresh, { ...there, title: "changed", version: 2 }]);
    expect(await stored(there.id)).toMatchObject({ title: "changed", version: 2 });
    expect(await stored(fresh.id)).toMatchObject({ version: 1 });
  });

  test.each([1, 3])("are refused as version %d when someone else wrote them meanwhile", async (version) => {
    const there = aRow();
    await writeVersions(database.db, table, [there]);
    const late = writeVersions(database.db, table, [{ ...there, title: "late", version }]);
    await expect(late).rejects.toThrow(PageConflictError);
    expect(await stored(there.id)).toMatchObject({ title: "plain", version: 1 });
  });
});

test("rows that may be there arrive as they were sent too", async () => {
  const row = aRow({ title: 'tab\t "quoted"\n', tags: ['{"a\\"'], fields: { "\\": 1 }, raw: Buffer.from([0, 9, 255]) });
  expect(await writeBatch(database.db, table, [row], { do: "nothing" })).toBe(1);
  expect(await stored(row.id)).toEqual(row);
});

describe("several tables in one message", () => {
  test("are written as they were sent, and counted one by one", async () => {
    const [there, fresh] = [aRow(), aRow({ title: 'it\'s \\ "quoted"; drop table every_type; --\n$1' })];
    await insertBatch(database.db, table, [there], { do: "nothing" });
    const nothing = { do: "nothing" } as const;
    const counts = await writeTogether(database.db, [
      writeOf(table, [], nothing),
      writeOf(table, [there, fresh], nothing),
      writeOf(table, [{ ...there, title: "changed", version: 2 }], { do: "next_version" }),
    ]);
    expect(counts).toEqual([0, 1, 1]);
    expect(await stored(fresh.id)).toEqual(fresh);
    expect(await stored(there.id)).toMatchObject({ title: "changed", version: 2 });
  });

  test("are refused when someone else wrote a version meanwhile", async () => {
    const there = aRow();
    await insertBatch(database.db, table, [there], { do: "nothing" });
    const late = writeTogether(database.db, [writeOf(table, [{ ...there, version: 3 }], { do: "next_version" })]);
    await expect(late).rejects.toThrow(PageConflictError);
  });
});
