import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { day } from "../../src/emulator/tenant/micros.ts";
import { requestRun } from "../../src/store/run.ts";
import { commitPage } from "../../src/sync/page.ts";
import { addSlice, aFinding, anAsset, aPage, aSlice } from "../builders.ts";
import { type TestDatabase, testDatabase } from "../postgres.ts";
import { finished } from "../weir.ts";
import { aTenant, startMs, type Tenant } from "./tenant.ts";
import { createGate, until } from "./wire.ts";

describe("4.4 records that are the same", () => {
  let tenant: Tenant;
  beforeEach(async () => {
    tenant = await aTenant({ changesPerHour: 600, redetections: false });
    await tenant.full();
  });
  afterEach(() => tenant.close());

  /** Which version of each row PostgreSQL holds: a row that is written gets another one. */
  async function versions() {
    const tables = ["finding", "finding_raw", "asset", "asset_source", "definition", "signal"];
    return await Promise.all(
      tables.map((table) =>
        tenant.rows(`select '${table}' as of, md5(string_agg(xmin::text, ',' order by id)) from ${table}`),
      ),
    );
  }

  /** A scan looks at everything and finds it as it was. */
  function scan(days: number): void {
    const { findings, assets } = tenant.emulator.tenant;
    for (const kind of ["vulnerability", "misconfiguration"] as const)
      for (let i = 0; i < findings[kind].size; i++) findings[kind].seen[i]! += days * day;
    for (let i = 0; i < assets.size; i++) assets.lastSeen[i]! += days * day;
    tenant.emulator.tenant.revision += 1;
    tenant.emulator.advance(1);
  }

  const written = async () =>
    (await tenant.status()).lastRun?.streams.map(({ stream, written: count }) => [stream, count]);

  test("are not written, although the times that move by themselves have moved", async () => {
    const before = await versions();
    scan(6);
    await tenant.full();
    expect(await versions()).toEqual(before);
    expect((await written())?.every(([, count]) => count === 0)).toBe(true);
    await tenant.expectTruth();
  });

  test("are written once those times are a week old, and nobody is told", async () => {
    const told = await tenant.rows("select count(*)::int as n from signal");
    scan(8);
    await tenant.full();
    const counts = new Map((await written()) as [string, number][]);
    expect(counts.get("vulnerabilities")).toBeGreaterThan(100);
    expect(counts.get("assets")).toBeGreaterThan(50);
    expect(counts.get("issues")).toBe(0);
    expect(await tenant.rows("select count(*)::int as n from signal")).toEqual(told);
    const before = await versions();
    await tenant.full();
    expect(await versions()).toEqual(before);
  });

  test("an old page of a full pass that comes in after a delta does not bring back what was", async () => {
    const held = createGate();
    let holding = 0;
    tenant.wire.onAnswer = async ({ what, isCount, filterBy }, answer) => {
      if (what !== "vulnerabilities" || isCount || !("firstSeenAt" in filterBy)) return answer;
      holding += 1;
      await held.passed;
      return answer;
    };
    const { database, integration, weir } = tenant;
    const streams = ["vulnerabilities"] as const;
    const request = { integrationId: integration.id, trigger: "schedule", streams } as const;
    const worker = weir.worker({ integrationId: integration.id });
    try {
      const full = await requestRun(database.db, { ...request, mode: "full" }, startMs);
      await until(() => holding >= 3);
      tenant.live(3_600);
      const delta = await requestRun(database.db, { ...request, mode: "delta" }, startMs);
      expect(await finished(database, delta)).toMatchObject({ result: "success" });
      const told = await tenant.rows("select count(*)::int as n from signal");
      held.open();
      expect(await finished(database, full)).toMatchObject({ result: "success" });
      expect((await tenant.differences()).filter((one) => one.startsWith("vulnerability "))).toEqual([]);
      expect(await tenant.rows("select count(*)::int as n from signal")).toEqual(told);
    } finally {
      held.open();
      await worker.stop();
    }
  });
});

describe("4.4 of two versions of a record the newer one stays, by the instant and not by the text", () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase();
  });
  afterEach(() => database.close());

  test.each([
    ["2026-08-01T00:00:00.5Z", "2026-08-01T00:00:00.51Z"],
    ["2026-08-01T00:00:00Z", "2026-08-01T00:00:00.1Z"],
    ["2026-08-01T00:00:00.5Z", "2026-08-01T00:00:00.500001Z"],
    ["2026-08-01T00:00:00.123456Z", "2026-08-01T00:00:00.123457Z"],
    ["2026-08-01T02:00:00+02:00", "2026-08-01T00:00:01Z"],
  ])("%s before %s, whichever is stored first", async (older, newer) => {
    for (const order of [
      [older, newer],
      [newer, older],
    ]) {
      const { integrationId, passId, epoch } = await aSlice(database);
      const pass = { id: passId, lane: "full", tracksSeen: false };
      for (const updatedAt of order) {
        const [status, name] = updatedAt === newer ? (["resolved", "new"] as const) : (["open", "old"] as const);
        const records = { findings: [aFinding({ updatedAt, status })], assets: [anAsset({ updatedAt, name })] };
        const place = {
          integrationId,
          stream: "vulnerabilities",
          inventory: "Wiz",
          classes: null,
          pass,
          cursor: null,
          epoch,
        } as const;
        const sliceId = await addSlice(database, { passId });
        await commitPage({ db: database.db, now: () => startMs }, { ...place, sliceId }, aPage(records));
      }
      const stored = await database.db
        .selectFrom("finding")
        .innerJoin("asset", "asset.id", "finding.assetId")
        .select(["finding.status", "asset.name"])
        .where("finding.integrationId", "=", integrationId)
        .execute();
      expect(stored, order.join(", then ")).toEqual([{ status: "resolved", name: "new" }]);
    }
  });
});
