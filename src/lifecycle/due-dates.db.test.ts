import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addSlice, aFinding, aPage, aPlace, aSlice } from "../../test/builders.ts";
import { cubes, wrongCubes } from "../../test/cubes.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { createLogger } from "../log.ts";
import type { FindingRecord } from "../model.ts";
import { readFacets } from "../query/facets.ts";
import { searchFindings } from "../query/search.ts";
import {
  applyDueDates,
  changeDueDatePolicy,
  type DueDays,
  dueByPolicy,
  readDueDatePolicy,
} from "../store/due-date-policy.ts";
import { commitPage, type PagePlace } from "../sync/page.ts";
import { keepLifeCycle } from "./keeper.ts";

const now = Date.parse("2026-08-02T12:00:00Z");
let database: TestDatabase;
let place: PagePlace;
let passId: string;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  const tables = ["finding", "finding_raw", "asset", "asset_source", "asset_key", "definition", "signal", ...cubes];
  await database.pool.query(`truncate ${tables.join(", ")}, integration, identity_log cascade`);
  const slice = await aSlice(database);
  passId = slice.passId;
  place = aPlace(slice);
  await setPolicy(standard);
  await keep();
});

const standard: DueDays = { critical: 15, high: 30, medium: 90, low: 180, informational: null };

async function setPolicy(days: DueDays) {
  await database.db.transaction().execute((trx) => changeDueDatePolicy(trx, days, { by: "admin", now }));
}

const keep = (at = now) =>
  keepLifeCycle({
    db: database.db,
    now: () => at,
    connect: database.connect,
    log: createLogger({ format: "json", level: "error", stream: process.stderr }),
  });

async function store(findings: FindingRecord[], at = now) {
  const sliceId = await addSlice(database, { passId });
  await commitPage({ db: database.db, now: () => at }, { ...place, sliceId }, aPage({ findings }));
}

const found = (externalId: string, changes: Partial<FindingRecord> = {}) => aFinding({ externalId, ...changes });
const findings = async () => await database.db.selectFrom("finding").selectAll().orderBy("externalId").execute();
const dates = async () =>
  Object.fromEntries(
    (await findings()).map(({ externalId, dueAt, isDueByPolicy }) => [
      externalId,
      dueAt === null ? null : `${dueAt.slice(0, 10)} ${isDueByPolicy ? "policy" : "source"}`,
    ]),
  );
const ids = async (query: string, at = now) =>
  (await searchFindings(database.db, { query, limit: 100, now: at })).items.map(({ externalId }) => externalId).sort();

const some = () => [
  found("a", { severity: "critical" }),
  found("b", { severity: "low" }),
  found("c", { severity: "critical", dueAt: "2026-07-05T00:00:00Z" }),
  found("d", { severity: "informational" }),
  found("e", { severity: "critical", status: "resolved", resolvedAt: "2026-07-03T00:00:00Z" }),
  found("f", { severity: "high", firstFoundAt: null }),
];

test("a due date is the source's, else the policy's, and says whose it is", async () => {
  await store(some());
  expect(await dates()).toEqual({
    a: "2026-07-16 policy",
    b: "2026-12-28 policy",
    c: "2026-07-05 source",
    d: null,
    e: null,
    f: null,
  });
  expect(await ids("dueBy:policy")).toEqual(["a", "b"]);
  expect(await ids("dueBy:source")).toEqual(["c"]);
});

test("what is overdue becomes so as time passes, without a row being written", async () => {
  await store(some());
  expect(await ids("overdue:true")).toEqual(["a", "c"]);
  expect(await ids("overdue:true", Date.parse("2026-07-10T00:00:00Z"))).toEqual(["c"]);
  expect(await ids("overdue:true", Date.parse("2027-01-10T00:00:00Z"))).toEqual(["a", "b", "c"]);
  expect(await ids("NOT overdue:true")).toEqual(await ids("overdue:false"));
  const { facets } = await readFacets(database.db, "findings", {
    query: "",
    by: ["overdue", "dueBy", "ageBucket", "reopened"],
    now,
  });
  expect(facets.map(({ by, values }) => [by, values])).toEqual([
    [
      "overdue",
      [
        { value: false, count: 4 },
        { value: true, count: 2 },
      ],
    ],
    [
      "dueBy",
      [
        { value: null, count: 3 },
        { value: "policy", count: 2 },
        { value: "source", count: 1 },
      ],
    ],
    [
      "ageBucket",
      [
        { value: "30_to_89_days", count: 5 },
        { value: null, count: 1 },
      ],
    ],
    ["reopened", [{ value: false, count: 6 }]],
  ]);
  expect((await findings()).every(({ version }) => version === 1)).toBe(true);
});

test("age counts whole days since it was found first", async () => {
  await store([
    found("a", { firstFoundAt: "2026-07-23T12:00:00Z" }),
    found("b", { firstFoundAt: "2026-08-02T11:00:00Z" }),
  ]);
  expect(await ids("age:10")).toEqual(["a"]);
  expect(await ids("age >= 10")).toEqual(["a"]);
  expect(await ids("age > 10")).toEqual([]);
  expect(await ids("age < 10")).toEqual(["b"]);
  expect(await ids("age:[0 .. 10]")).toEqual(["a", "b"]);
  expect(await ids("age > 999999999")).toEqual([]);
  expect(await ids('ageBucket:"under 7 days"')).toEqual(["b"]);
});

test("a finding that comes back is counted, and has its time anew", async () => {
  await store([found("a"), found("b")]);
  const closed = { status: "resolved", resolvedAt: "2026-07-20T00:00:00Z" } as const;
  await store([found("a", { ...closed, updatedAt: "2026-08-02T01:00:00Z" })]);
  expect((await dates()).a).toBe("2026-07-16 policy");
  await store([found("a", { updatedAt: "2026-08-02T02:00:00Z" })]);
  await store([found("a", { ...closed, updatedAt: "2026-08-02T03:00:00Z" })]);
  await store([found("a", { updatedAt: "2026-08-02T04:00:00Z" })], now + 1000);
  expect((await findings())[0]).toMatchObject({ reopenedCount: 2, status: "open" });
  expect(Date.parse((await findings())[0]?.reopenedAt ?? "")).toBe(now + 1000);
  expect((await dates()).a).toBe("2026-08-17 policy");
  expect(await ids("reopened:true")).toEqual(["a"]);
  expect(await ids("finding.reopenedCount >= 2")).toEqual(["a"]);
  expect(await ids("reopened:false")).toEqual(["b"]);
  const told = await database.db.selectFrom("signal").select("change").where("change", "=", "reopened").execute();
  expect(told).toHaveLength(2);
});

test("a change of the policy reaches every open finding, in batches, also when it is killed in between", async () => {
  await store([...some(), ...Array.from({ length: 40 }, (_, i) => found(`x${i}`, { asset: null }))]);
  await setPolicy({ ...standard, critical: 3, informational: 365, low: null });
  // A process that dies after two batches.
  for (let i = 0; i < 2; i++) await database.db.transaction().execute((trx) => applyDueDates(trx, 7));
  expect(await readDueDatePolicy(database.db)).toMatchObject({ examined: 14 });
  expect((await readDueDatePolicy(database.db)).afterId).not.toBeNull();
  await keep();
  const policy = await readDueDatePolicy(database.db);
  expect(policy.appliedRevision).toBe(policy.revision);
  expect(policy.examined).toBe(46);
  expect(await dates()).toMatchObject({
    a: "2026-07-04 policy",
    b: null,
    c: "2026-07-05 source",
    d: "2027-07-01 policy",
    e: null,
    x0: "2026-07-04 policy",
    x39: "2026-07-04 policy",
  });
  expect(await database.db.selectFrom("signal").selectAll().where("change", "<>", "new").execute()).toEqual([]);
  expect(await wrongCubes(database)).toEqual([]);
});

test("pages that are stored while the policy changes leave no date of the old one", async () => {
  const many = Array.from({ length: 90 }, (_, i) => found(`m${i}`, { asset: null }));
  await store(many);
  let isDone = false;
  const pages = async (seed: number) => {
    for (let round = 1; !isDone; round++) {
      const updatedAt = new Date(now + round * 1000 + seed).toISOString();
      await store(
        many.filter((_, i) => i % 3 === (round + seed) % 3).map((one) => ({ ...one, title: `${round}`, updatedAt })),
      );
      await sleep(2);
    }
  };
  const policies = async () => {
    for (let days = 1; days <= 12; days++) {
      await setPolicy({ ...standard, critical: days });
      await keep();
    }
    isDone = true;
  };
  await Promise.all([pages(0), pages(1), policies()]);
  expect(new Set(Object.values(await dates()))).toEqual(new Set(["2026-07-13 policy"]));
}, 60_000);

test("the date is the same whether a page or a change of the policy sets it", async () => {
  const times = ["2026-03-01T00:00:00.123456Z", "2026-03-28T23:59:59Z", "0999-12-31T23:59:59Z", "9999-12-31T00:00:00Z"];
  await store(times.map((firstFoundAt, i) => found(`t${i}`, { firstFoundAt })));
  const byPage = (await findings()).map(({ dueAt }) => dueAt);
  await database.pool.query("update finding set due_at = null, is_due_by_policy = false");
  await setPolicy(standard);
  await keep();
  expect((await findings()).map(({ dueAt }) => dueAt)).toEqual(byPage);
  const due = dueByPolicy(standard, { severity: 5, firstFoundAt: times[0]!, reopenedAt: null });
  expect(due).toBe("2026-03-16T00:00:00.123Z");
});
