import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEmulator, type Emulator } from "../src/emulator/emulator.ts";
import type { StreamName } from "../src/model.ts";
import type { Integration } from "../src/store/integration.ts";
import { openReviews } from "../src/store/review.ts";
import { answerReview } from "../src/sync/decide-review.ts";
import { readStatus } from "../src/sync/status.ts";
import { type TestDatabase, testDatabase } from "./postgres.ts";
import { compareWithTruth, readTruth, readVanished } from "./truth.ts";
import { emulatorHost, type TestWeir, testWeir } from "./weir.ts";

let database: TestDatabase;
let emulator: Emulator;
let weir: TestWeir;
let tenant: Integration;

beforeEach(async () => {
  database = await testDatabase();
  emulator = createEmulator({ findings: 1_500, seed: 7, start: "2026-08-01T00:00:00Z", clock: "frozen" });
  weir = testWeir(database, fetchFrom, { sliceTarget: 400 });
  tenant = await weir.addIntegration("tenant");
});
afterEach(() => database.close());

const fetchFrom: typeof fetch = async (input, init) => emulator.fetch(input, init);

async function control(path: string, body: unknown): Promise<unknown> {
  const answer = await emulator.fetch(`http://${emulatorHost}/emulator/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.status, await answer.clone().text()).toBe(200);
  return await answer.json();
}

const fullPass = (streams: StreamName[] = ["vulnerabilities", "misconfigurations", "issues"]) =>
  weir.sync(tenant, { full: true, streams });

/** The ids at the source of some open records. */
async function openOnes(kind: string, limit: number): Promise<string[]> {
  const rows = await database.db
    .selectFrom("finding")
    .select("externalId")
    .where("kind", "=", kind)
    .where("status", "in", ["open", "in_progress"])
    .orderBy("externalId")
    .limit(limit)
    .execute();
  return rows.map((row) => row.externalId);
}

async function goneOnes(): Promise<string[]> {
  const rows = await database.db.selectFrom("finding").select("externalId").where("status", "=", "gone").execute();
  return rows.map((row) => row.externalId).sort();
}

const signalsOf = async (change: string) =>
  (await database.db.selectFrom("signal").select("externalId").where("change", "=", change).execute())
    .map((row) => row.externalId)
    .sort();

async function expectTruth(): Promise<void> {
  const url = `http://${emulatorHost}`;
  const [truth, vanished] = await Promise.all([readTruth(url, fetchFrom), readVanished(url, fetchFrom)]);
  expect((await compareWithTruth(database.db, tenant.id, truth, vanished)).differences.slice(0, 10)).toEqual([]);
}

async function expectCubesExact(): Promise<void> {
  const { rows } = await database.pool.query(
    `select status, sum(n)::int as cube, (select count(*)::int from finding f where f.status = c.status) as plain
     from cube_asset c group by status having sum(n) <> (select count(*) from finding f where f.status = c.status)`,
  );
  expect(rows).toEqual([]);
}

async function seenTables(): Promise<number> {
  const { rows } = await database.pool.query("select count(*)::int as n from pg_class where relname like 'seen\\_%'");
  return rows[0].n;
}

describe("a finding that vanishes from Wiz", () => {
  test("is gone after two complete full passes that did not see it, not after one, and is told of once", async () => {
    await weir.sync(tenant);
    const ids = await openOnes("vulnerability", 3);
    await control("vanish", { kind: "vulnerability", ids });
    await fullPass();
    expect(await goneOnes()).toEqual([]);
    await fullPass();
    expect(await goneOnes()).toEqual(ids);
    await fullPass();
    expect(await signalsOf("gone")).toEqual(ids);
    await expectTruth();
    await expectCubesExact();
    expect(await seenTables()).toBe(0);
  });

  test("that comes back between the two passes starts to count anew", async () => {
    await weir.sync(tenant);
    const ids = await openOnes("issue", 2);
    await control("vanish", { kind: "issue", ids });
    await fullPass();
    await control("restore", { kind: "issue", ids });
    await fullPass();
    await control("vanish", { kind: "issue", ids });
    await fullPass();
    expect(await goneOnes()).toEqual([]);
  });

  test("that comes back later is open again as it was, and that is told", async () => {
    await weir.sync(tenant);
    const ids = await openOnes("misconfiguration", 2);
    await control("vanish", { kind: "misconfiguration", ids });
    await fullPass();
    await fullPass();
    expect(await goneOnes()).toEqual(ids);
    await control("restore", { kind: "misconfiguration", ids });
    await fullPass();
    expect(await goneOnes()).toEqual([]);
    expect(await signalsOf("reopened")).toEqual(ids);
    await expectTruth();
    await expectCubesExact();
  });

  test("is not counted by a pass that failed, however often", async () => {
    await weir.sync(tenant);
    const ids = await openOnes("vulnerability", 2);
    await control("vanish", { kind: "vulnerability", ids });
    await control("faults", { faults: [{ kind: "missing-scope", stream: "vulnerabilities", skip: 6 }] });
    for (let i = 0; i < 3; i++) expect(await fullPass(["vulnerabilities"])).toMatchObject({ result: "failed" });
    await control("faults", { clear: true });
    await fullPass(["vulnerabilities"]);
    expect(await goneOnes()).toEqual([]);
    await fullPass(["vulnerabilities"]);
    expect(await goneOnes()).toEqual(ids);
  });

  test("is not counted by a pass that got less than Wiz had counted", async () => {
    await weir.sync(tenant);
    const open = await openOnes("vulnerability", 10_000);
    await control("faults", { faults: [{ kind: "lost-rows", stream: "vulnerabilities" }] });
    for (let i = 0; i < 3; i++) await fullPass(["vulnerabilities"]);
    expect(await openOnes("vulnerability", 10_000)).toEqual(open);
    const { streams } = await readStatus(database.db, tenant, Date.now());
    expect(streams.find(({ stream }) => stream === "vulnerabilities")?.goneNote).toMatch(
      /Wiz counted [\d,]+ records but gave/,
    );
  });

  test("that Wiz sends in an unreadable form is not missing", async () => {
    await weir.sync(tenant);
    await control("faults", { faults: [{ kind: "unreadable-node", stream: "vulnerabilities" }] });
    await fullPass(["vulnerabilities"]);
    await fullPass(["vulnerabilities"]);
    expect(await goneOnes()).toEqual([]);
    const { streams } = await readStatus(database.db, tenant, Date.now());
    expect(streams.find(({ stream }) => stream === "vulnerabilities")?.rejected).toBeGreaterThan(0);
  });
});

test("an asset that vanishes is gone, and active again when it comes back", async () => {
  await weir.sync(tenant);
  const rows = await database.db
    .selectFrom("assetSource")
    .innerJoin("asset", "asset.id", "assetSource.assetId")
    .select("externalId")
    .where("asset.status", "=", "active")
    .orderBy("externalId")
    .limit(2)
    .execute();
  const ids = rows.map((row) => row.externalId);
  const statuses = async () =>
    (
      await database.db
        .selectFrom("assetSource")
        .innerJoin("asset", "asset.id", "assetSource.assetId")
        .select("asset.status")
        .where("externalId", "in", ids)
        .execute()
    ).map((row) => row.status);
  await control("vanish", { kind: "asset", ids });
  await fullPass(["assets"]);
  expect(await statuses()).toEqual(["active", "active"]);
  await fullPass(["assets"]);
  expect(await statuses()).toEqual(["gone", "gone"]);
  await control("restore", { kind: "asset", ids });
  await fullPass(["assets"]);
  expect(await statuses()).toEqual(["active", "active"]);
});

describe("when unusually many vanish at once", () => {
  const many = 200;

  async function vanishMany(): Promise<string[]> {
    await weir.sync(tenant);
    const ids = await openOnes("vulnerability", many);
    await control("vanish", { kind: "vulnerability", ids });
    await fullPass(["vulnerabilities"]);
    await fullPass(["vulnerabilities"]);
    return ids;
  }

  const of = () => ({ integrationId: tenant.id, stream: "vulnerabilities" as const });
  const deps = () => ({ db: database.db, now: Date.now });

  test("nothing is gone until a person says so; the tile and the stream say that it waits", async () => {
    const ids = await vanishMany();
    expect(await goneOnes()).toEqual([]);
    expect(await openReviews(database.db, tenant.id)).toMatchObject([
      { stream: "vulnerabilities", reason: "mass", records: many },
    ]);
    const status = await readStatus(database.db, tenant, Date.now());
    expect(status.tile).toMatchObject({ colour: "amber", reason: expect.stringContaining("until you decide") });
    expect(await answerReview(deps(), of(), { isApproved: true, by: "test" })).toBe(many);
    expect(await goneOnes()).toEqual(ids);
    expect(await openReviews(database.db, tenant.id)).toEqual([]);
    await expectTruth();
    await expectCubesExact();
  });

  test("rejected, they stay as they are until Wiz shows them again, without a new question each day", async () => {
    const ids = await vanishMany();
    await answerReview(deps(), of(), { isApproved: false, by: "test" });
    await fullPass(["vulnerabilities"]);
    await fullPass(["vulnerabilities"]);
    expect(await goneOnes()).toEqual([]);
    expect(await openReviews(database.db, tenant.id)).toEqual([]);
    await control("restore", { kind: "vulnerability", ids });
    await fullPass(["vulnerabilities"]);
    await expectTruth();
  });

  test("the question settles by itself when they come back", async () => {
    const ids = await vanishMany();
    await control("restore", { kind: "vulnerability", ids });
    await fullPass(["vulnerabilities"]);
    expect(await openReviews(database.db, tenant.id)).toEqual([]);
    await expectTruth();
  });
});

describe("a service account that sees less", () => {
  test("a tenant that answers with nothing at all makes nothing gone, and says why", async () => {
    await weir.sync(tenant);
    const open = await openOnes("vulnerability", 10_000);
    await control("projects", { projects: [] });
    for (let i = 0; i < 3; i++) await fullPass();
    expect(await goneOnes()).toEqual([]);
    expect((await openOnes("vulnerability", 10_000)).length).toBe(open.length);
    const status = await readStatus(database.db, tenant, Date.now());
    expect(status.tile.colour).toBe("amber");
    expect(status.tile.reason).toContain("stay as they are until you decide");
    await control("projects", { projects: null });
    await fullPass();
    await expectTruth();
    expect((await readStatus(database.db, tenant, Date.now())).tile.colour).toBe("green");
  });
});
