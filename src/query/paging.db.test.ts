import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { rebuildCubes } from "../store/inventory-check.ts";
import { type Thing, things } from "./field.ts";
import type { sorts } from "./keyset.ts";
import { type SearchPage, searchAssets, searchFindings, searchSignals } from "./search.ts";

let database: TestDatabase;
let integrationId: string;

beforeAll(async () => {
  database = await testDatabase();
  const add = inventory(database);
  integrationId = await add.integration("prod");
  // Equal times, times a microsecond apart, and none: what an order by time stumbles over.
  const times = ["2026-08-01T00:00:00.000001Z", "2026-08-01T00:00:00.000002Z", "2026-08-01T00:00:00Z", null];
  for (let i = 0; i < 60; i++) {
    await add.finding({
      integrationId,
      severity: 1 + (i % 3),
      firstFoundAt: times[i % 4]!,
      dueAt: times[(i >> 1) % 4]!,
      riskScore: i % 4,
      kind: "issue",
    });
    await add.asset({
      name: `asset ${i % 7}`,
      riskScore: i % 5,
      lastSeenAt: times[i % 4]!,
      firstSeenAt: times[(i >> 1) % 4]!,
      openCritical: i % 2,
      openHigh: i % 3,
      criticality: 1 + (i % 3),
    });
    await add.signal({ integrationId, at: `2026-08-0${1 + (i % 3)}T00:00:00.00000${i % 4}Z` });
  }
});

afterAll(() => database.close());

type Search = typeof searchFindings | typeof searchAssets | typeof searchSignals;

/** Every id, page by page; the way back shows the same pages. */
async function walk(search: Search, options: { query: string; limit: number; sort?: string }): Promise<string[]> {
  const pages: string[][] = [];
  let cursor: string | null = null;
  let back: string | null = null;
  do {
    const page: SearchPage<{ id: string }> = await search(database.db, { ...options, cursor });
    expect(page.items.length).toBeLessThanOrEqual(options.limit);
    expect(page.prevCursor === null).toBe(cursor === null);
    pages.push(page.items.map((item) => item.id));
    [cursor, back] = [page.nextCursor, page.prevCursor];
  } while (cursor !== null);
  for (const expected of pages.slice(0, -1).reverse()) {
    const page: SearchPage<{ id: string }> = await search(database.db, { ...options, cursor: back });
    expect(page.items.map((item) => item.id)).toEqual(expected);
    expect(page.nextCursor).not.toBeNull();
    back = page.prevCursor;
  }
  expect(back).toBeNull();
  return pages.flat();
}

async function idsInOrder(statement: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`${sql.raw(statement)}`.execute(database.db);
  return rows.map((row) => row.id);
}

describe("page after page", () => {
  const searches = { findings: searchFindings, assets: searchAssets, signals: searchSignals };

  const orders = {
    findings: {
      severity: "finding order by severity desc, first_found_at desc, id desc",
      riskScore: "finding order by risk_score desc, severity desc, id desc",
      firstFound: "finding order by first_found_at desc, id desc",
      changed: "finding order by changed_at desc, id desc",
      due: "finding order by due_at, id",
    },
    assets: {
      riskScore: "asset order by risk_score desc, id",
      criticality: "asset order by criticality desc, risk_score desc, id",
      openCritical: "asset order by open_critical desc, open_high desc, id",
      name: "asset order by name, id",
      firstSeen: "asset order by first_seen_at desc, id",
      lastSeen: "asset order by last_seen_at desc, id",
    },
    signals: { at: "signal order by at desc, id desc" },
  } satisfies { [T in Thing]: Record<keyof (typeof sorts)[T], string> };
  const cases = things.flatMap((thing) =>
    Object.entries(orders[thing]).map(([sort, order]) => ({ thing, sort, order })),
  );

  test.each(cases)("$thing by $sort come whole, once each and in order, both ways", async ({ thing, sort, order }) => {
    const search = searches[thing];
    const expected = await idsInOrder(`select id from ${order}`);
    for (const limit of [1, 7, 60, 100]) {
      expect(await walk(search, { query: "", limit, sort })).toEqual(expected);
      const [own, other] = order.split(/[ ,]+/)[4] === "desc" ? ["desc", "asc"] : ["asc", "desc"];
      expect(await walk(search, { query: "", limit, sort: `${sort}:${own}` })).toEqual(expected);
      expect(await walk(search, { query: "", limit, sort: `${sort}:${other}` })).toEqual(expected.toReversed());
    }
  });

  test("from any page, back and forth again leads to the same records", async () => {
    const query = fc.constantFrom("", "severity >= medium", "firstFound is null", "NOT firstFound is null");
    const sort = fc.constantFrom(
      ...["severity", "changed", "due", "firstFound"].flatMap((name) => [name, `${name}:asc`, `${name}:desc`]),
    );
    const steps = fc.array(fc.boolean(), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(query, sort, fc.integer({ min: 1, max: 25 }), steps, async (query, sort, limit, steps) => {
        const all = await walk(searchFindings, { query, limit, sort });
        let at = 0;
        let page: SearchPage<{ id: string }> = await searchFindings(database.db, { query, limit, sort });
        for (const isForward of steps) {
          const cursor = isForward ? page.nextCursor : page.prevCursor;
          expect(cursor === null).toBe(isForward ? at + limit >= all.length : at === 0);
          if (cursor === null) continue;
          page = await searchFindings(database.db, { query, limit, sort, cursor });
          at += isForward ? limit : -limit;
          expect(page.items.map((item) => item.id)).toEqual(all.slice(at, at + limit));
        }
      }),
      { numRuns: 30 },
    );
  });

  test("a query's pages hold what the query finds", async () => {
    const expected = await idsInOrder(
      "select id from finding where severity >= 2 order by severity desc, first_found_at desc, id desc",
    );
    expect(await walk(searchFindings, { query: "severity >= medium OR severity:low", limit: 7 })).toEqual(expected);
  });

  test("a record that comes in between does not move the others", async () => {
    const first = await searchFindings(database.db, { query: "", limit: 10 });
    const id = await inventory(database).finding({ integrationId, severity: 5 });
    try {
      const second = await searchFindings(database.db, { query: "", limit: 100, cursor: first.nextCursor });
      const ids = [...first.items, ...second.items].map((item) => item.id);
      expect(new Set(ids).size).toBe(60);
      expect(ids).not.toContain(id);
    } finally {
      await database.db.deleteFrom("finding").where("id", "=", id).execute();
    }
  });
});

describe("with more matches than are counted", () => {
  beforeAll(async () => {
    const definitions = [];
    for (const title of ["Shared one", "Shared two"])
      definitions.push(await inventory(database).definition({ integrationId, kind: "rule", title }));
    await sql`
      insert into finding (id, integration_id, kind, external_id, title, severity, status, risk_score, projects, tags,
        first_found_at, due_at, changed_at, hash, version, cloud, account_id, has_fix, definition_id)
      select gen_random_uuid(), ${integrationId}, 'vulnerability', n::text, 'Many', 1 + n % 5, 'open', 1, '{}', '{Wiz}',
        case when n % 7 > 0 then timestamptz '2026-08-01' + n % 900 * interval '1 second' end,
        case when n % 5 = 0 then timestamptz '2026-09-01' + n % 90 * interval '1 minute' end, now(), gen_random_uuid(),
        1, case when n <= 10000 then 'aws' else 'gcp' end, 1 + n % 20, n % 3 > 0, (${definitions}::uuid[])[1 + n % 2]
      from generate_series(1, 10100) as n`.execute(database.db);
    await sql`analyze finding`.execute(database.db);
    await rebuildCubes(database.db);
  });

  test("the total is what the count tables know, or as many as were found", async () => {
    const { db } = database;
    const total = async (query: string) => (await searchFindings(db, { query, limit: 1 })).total;
    expect(await total("")).toEqual({ value: 10_160, capped: false });
    expect(await total("kind:vulnerability AND NOT cloud:gcp")).toEqual({ value: 10_000, capped: false });
    expect(await total("cloud:gcp AND externalId:10001")).toEqual({ value: 1, capped: false });
    expect(await total("account.id:[2, 3, 4] AND severity >= medium")).toEqual({ value: 1_010, capped: false });
    expect(await total("fix:true AND kind:vulnerability")).toEqual({ value: 6_734, capped: false });
    expect(await total("NOT fix:true")).toEqual({ value: 3_426, capped: false });
  });

  test.each(["due", "due:desc", "firstFound", "firstFound:asc", "riskScore"])("in the order of %s", async (sort) => {
    const order = {
      due: "due_at, id",
      firstFound: "first_found_at desc, id desc",
      riskScore: "risk_score desc, severity desc, id desc",
    };
    const [name, direction] = sort.split(":") as [keyof typeof order, string?];
    const expected = await idsInOrder(`select id from finding where status = 'open' order by ${order[name]}`);
    const ids = await walk(searchFindings, { query: "status:open", limit: 997, sort });
    expect(ids).toEqual(direction === undefined ? expected : expected.toReversed());
  });

  test.each([
    ["", "true"],
    ["kind:vulnerability AND status:open", "kind = 'vulnerability'"],
    ["cloud:aws", "cloud = 'aws'"],
    ["tags:Wiz", "true"],
    ["account.id:7 AND status:open", "account_id = '7'"],
    ["fix:false AND severity >= high", "not has_fix and severity >= 4"],
    ["rule:shared", "kind = 'vulnerability'"],
    ["shared AND severity >= medium", "kind = 'vulnerability' and severity >= 3"],
  ])("the pages of %j still come whole and in order", async (query, where) => {
    const order = "severity desc, first_found_at desc, id desc";
    const expected = await idsInOrder(`select id from finding where ${where} order by ${order}`);
    expect(await walk(searchFindings, { query, limit: 997 })).toEqual(expected);
  });

  test("pages are the same whichever way they are read", async () => {
    const { db } = database;
    const ways = {
      walked: { collectCost: 0, attemptMs: 60_000 },
      // A thousand wide rows take longer than a millisecond, which is the shortest attempt, and less than a hundred.
      walkedLate: { collectCost: 0, attemptMs: 1 },
      collectedLate: { collectCost: 0, attemptMs: 0.01 },
      collected: { collectCost: 1e9, attemptMs: 60_000 },
    };
    const queries = [
      "",
      "riskScore < 2",
      "riskScore:1 AND cloud:gcp",
      "status:open",
      "tags:Wiz",
      "account.id:7",
      "fix:true AND severity:[critical, low]",
      "shared",
      "shared AND firstFound is null",
      "rule:one AND NOT severity:high",
      "cloud:gcp OR due > 2026-09-01",
    ];
    for (const query of queries)
      for (const sort of ["severity", "severity:asc", "riskScore", "due", "due:desc", "firstFound:asc"]) {
        const read = async (way: keyof typeof ways, cursor?: string | null) => {
          const page = await searchFindings(db, { query, sort, limit: 1000, now: 0, cursor, ...ways[way] });
          return { ids: page.items.map((item) => item.id), next: page.nextCursor, back: page.prevCursor };
        };
        const [first, ...others] = [
          await read("walked"),
          await read("walkedLate"),
          await read("collectedLate"),
          await read("collected"),
        ];
        for (const other of others) expect(other.ids, `${query} by ${sort}`).toEqual(first.ids);
        if (first.next === null) continue;
        const [walked, collected] = [await read("walked", first.next), await read("collectedLate", first.next)];
        expect(collected.ids, `${query} by ${sort}`).toEqual(walked.ids);
        expect((await read("walked", walked.back)).ids).toEqual(first.ids);
      }
  });

  test("every page of one search has the same total and the same now", async () => {
    const { db } = database;
    const query = "firstFound < now";
    const now = Date.parse("2026-08-01T00:05:00Z");
    const first = await searchFindings(db, { query, limit: 500, now });
    const second = await searchFindings(db, { query, limit: 1000, cursor: first.nextCursor });
    expect(second.total).toEqual(first.total);
    for (const item of second.items) expect(Date.parse(item.firstFoundAt ?? "")).toBeLessThan(now);
  });
});

test("a made-up cursor is refused before it reaches the database", async () => {
  const { db } = database;
  const { nextCursor } = await searchFindings(db, { query: "", limit: 1 });
  const parts = JSON.parse(Buffer.from(nextCursor ?? "", "base64url").toString()) as unknown[];
  const forge = (keys: unknown[]) =>
    Buffer.from(JSON.stringify([parts[0], keys, ...parts.slice(2)])).toString("base64url");
  for (const keys of [[], [1, 2, 3], ["x", null, randomUUID()], [5, "2026-08-01", randomUUID()], [5, null, "'"]])
    await expect(searchFindings(db, { query: "", limit: 1, cursor: forge(keys) })).rejects.toThrow("cursor");
  await expect(searchFindings(db, { query: "", limit: 1, cursor: forge([null, null, null]) })).resolves.toBeDefined();
});
