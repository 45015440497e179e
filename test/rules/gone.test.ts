import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StreamName } from "../../src/model.ts";
import { openReviews } from "../../src/store/review.ts";
import { answerReview } from "../../src/sync/decide-review.ts";
import { wrongCubes } from "../cubes.ts";
import { aTenant, type Tenant } from "./tenant.ts";

let tenant: Tenant;

beforeEach(async () => {
  tenant = await aTenant();
});
afterEach(() => tenant.close());

const by = { actor: { type: "system", id: null, name: "test" }, address: null } as const;
const fullPass = (streams: StreamName[] = ["vulnerabilities", "misconfigurations", "issues"]) =>
  tenant.full(...streams);

/** The ids at the source of some open records. */
async function openOnes(kind: string, limit: number): Promise<string[]> {
  const rows = await tenant.database.db
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
  const rows = await tenant.database.db
    .selectFrom("finding")
    .select("externalId")
    .where("status", "=", "gone")
    .execute();
  return rows.map((row) => row.externalId).sort();
}

const signalsOf = async (change: string) =>
  (await tenant.database.db.selectFrom("signal").select("externalId").where("change", "=", change).execute())
    .map((row) => row.externalId)
    .sort();

async function expectCubesExact(): Promise<void> {
  expect(await wrongCubes(tenant.database)).toEqual([]);
}

async function seenTables(): Promise<number> {
  const { rows } = await tenant.database.pool.query(
    "select count(*)::int as n from pg_class where relname like 'seen\\_%'",
  );
  return rows[0].n;
}

describe("a finding that vanishes from Wiz", () => {
  test("is gone after two complete full passes that did not see it, not after one, and is told of once", async () => {
    await tenant.weir.sync(tenant.integration);
    const ids = await openOnes("vulnerability", 3);
    await tenant.control("vanish", { kind: "vulnerability", ids });
    await fullPass();
    expect(await goneOnes()).toEqual([]);
    await fullPass();
    expect(await goneOnes()).toEqual(ids);
    await fullPass();
    expect(await signalsOf("gone")).toEqual(ids);
    await tenant.expectTruth();
    await expectCubesExact();
    expect(await seenTables()).toBe(0);
  });

  test("that comes back between the two passes starts to count anew", async () => {
    await tenant.weir.sync(tenant.integration);
    const ids = await openOnes("issue", 2);
    await tenant.control("vanish", { kind: "issue", ids });
    await fullPass();
    await tenant.control("restore", { kind: "issue", ids });
    await fullPass();
    await tenant.control("vanish", { kind: "issue", ids });
    await fullPass();
    expect(await goneOnes()).toEqual([]);
  });

  test("that comes back later is open again as it was, and that is told", async () => {
    await tenant.weir.sync(tenant.integration);
    const ids = await openOnes("misconfiguration", 2);
    await tenant.control("vanish", { kind: "misconfiguration", ids });
    await fullPass();
    await fullPass();
    expect(await goneOnes()).toEqual(ids);
    await tenant.control("restore", { kind: "misconfiguration", ids });
    await fullPass();
    expect(await goneOnes()).toEqual([]);
    expect(await signalsOf("reopened")).toEqual(ids);
    await tenant.expectTruth();
    await expectCubesExact();
  });

  test("is not counted by a pass that failed, however often", async () => {
    await tenant.weir.sync(tenant.integration);
    const ids = await openOnes("vulnerability", 2);
    await tenant.control("vanish", { kind: "vulnerability", ids });
    await tenant.control("faults", { faults: [{ kind: "missing-scope", stream: "vulnerabilities", skip: 6 }] });
    for (let i = 0; i < 3; i++) expect(await fullPass(["vulnerabilities"])).toMatchObject({ result: "failed" });
    await tenant.control("faults", { clear: true });
    await fullPass(["vulnerabilities"]);
    expect(await goneOnes()).toEqual([]);
    await fullPass(["vulnerabilities"]);
    expect(await goneOnes()).toEqual(ids);
  });

  test("is not counted by a pass that got less than Wiz had counted", async () => {
    await tenant.weir.sync(tenant.integration);
    const open = await openOnes("vulnerability", 10_000);
    await tenant.control("faults", { faults: [{ kind: "lost-rows", stream: "vulnerabilities" }] });
    for (let i = 0; i < 3; i++) await fullPass(["vulnerabilities"]);
    expect(await openOnes("vulnerability", 10_000)).toEqual(open);
    const { streams } = await tenant.status();
    expect(streams.find(({ stream }) => stream === "vulnerabilities")?.goneNote).toMatch(
      /Wiz counted [\d,]+ records but gave/,
    );
  });

  test("that Wiz sends in an unreadable form is not missing", async () => {
    await tenant.weir.sync(tenant.integration);
    await tenant.control("faults", { faults: [{ kind: "unreadable-node", stream: "vulnerabilities" }] });
    await fullPass(["vulnerabilities"]);
    await fullPass(["vulnerabilities"]);
    expect(await goneOnes()).toEqual([]);
    const { streams } = await tenant.status();
    expect(streams.find(({ stream }) => stream === "vulnerabilities")?.rejected).toBeGreaterThan(0);
  });
});

test("an asset that vanishes is gone, and active again when it comes back", async () => {
  await tenant.weir.sync(tenant.integration);
  const rows = await tenant.database.db
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
      await tenant.database.db
        .selectFrom("assetSource")
        .innerJoin("asset", "asset.id", "assetSource.assetId")
        .select("asset.status")
        .where("externalId", "in", ids)
        .execute()
    ).map((row) => row.status);
  await tenant.control("vanish", { kind: "asset", ids });
  await fullPass(["assets"]);
  expect(await statuses()).toEqual(["active", "active"]);
  await fullPass(["assets"]);
  expect(await statuses()).toEqual(["gone", "gone"]);
  await tenant.control("restore", { kind: "asset", ids });
  await fullPass(["assets"]);
  expect(await statuses()).toEqual(["active", "active"]);
});

describe("when unusually many vanish at once", () => {
  const many = 120;

  async function vanishMany(): Promise<string[]> {
    await tenant.weir.sync(tenant.integration);
    const ids = await openOnes("vulnerability", many);
    await tenant.control("vanish", { kind: "vulnerability", ids });
    await fullPass(["vulnerabilities"]);
    await fullPass(["vulnerabilities"]);
    return ids;
  }

  const of = () => ({ integrationId: tenant.integration.id, stream: "vulnerabilities" as const });
  const deps = () => ({ db: tenant.database.db, now: tenant.now });

  test("nothing is gone until a person says so; the tile and the stream say that it waits", async () => {
    const ids = await vanishMany();
    expect(await goneOnes()).toEqual([]);
    expect(await openReviews(tenant.database.db, tenant.integration.id)).toMatchObject([
      { stream: "vulnerabilities", reason: "mass", records: many },
    ]);
    const status = await tenant.status();
    expect(status.tile).toMatchObject({ colour: "amber", reason: expect.stringContaining("until you decide") });
    expect(await answerReview(deps(), of(), { isApproved: true, by })).toBe(many);
    expect(await goneOnes()).toEqual(ids);
    expect(await openReviews(tenant.database.db, tenant.integration.id)).toEqual([]);
    await tenant.expectTruth();
    await expectCubesExact();
  });

  test("rejected, they stay as they are until Wiz shows them again, without a new question each day", async () => {
    const ids = await vanishMany();
    await answerReview(deps(), of(), { isApproved: false, by });
    await fullPass(["vulnerabilities"]);
    await fullPass(["vulnerabilities"]);
    expect(await goneOnes()).toEqual([]);
    expect(await openReviews(tenant.database.db, tenant.integration.id)).toEqual([]);
    await tenant.control("restore", { kind: "vulnerability", ids });
    await fullPass(["vulnerabilities"]);
    await tenant.expectTruth();
  });

  test("the question settles by itself when they come back", async () => {
    const ids = await vanishMany();
    await tenant.control("restore", { kind: "vulnerability", ids });
    await fullPass(["vulnerabilities"]);
    expect(await openReviews(tenant.database.db, tenant.integration.id)).toEqual([]);
    await tenant.expectTruth();
  });
});

describe("a service account that sees less", () => {
  test("a tenant that answers with nothing at all makes nothing gone, and says why", async () => {
    await tenant.weir.sync(tenant.integration);
    const open = await openOnes("vulnerability", 10_000);
    await tenant.control("projects", { projects: [] });
    for (let i = 0; i < 3; i++) await fullPass();
    expect(await goneOnes()).toEqual([]);
    expect((await openOnes("vulnerability", 10_000)).length).toBe(open.length);
    const status = await tenant.status();
    expect(status.tile.colour).toBe("amber");
    expect(status.tile.reason).toContain("stay as they are until you decide");
    await tenant.control("projects", { projects: null });
    await fullPass();
    await tenant.expectTruth();
    expect((await tenant.status()).tile.colour).toBe("green");
  });
});
