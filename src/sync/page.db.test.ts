import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addSlice, aFinding, anAsset, aPage, aPlace, aSlice } from "../../test/builders.ts";
import { cubes, wrongCubes } from "../../test/cubes.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import type { SourcePage } from "../connectors/connector.ts";
import { FencedError } from "../errors.ts";
import type { AssetRecord } from "../model.ts";
import { recordId } from "../store/id.ts";
import { unpackRaw } from "../store/raw.ts";
import { createSeen } from "../store/seen.ts";
import { commitPage, type PagePlace } from "./page.ts";

const now = Date.parse("2026-08-02T12:00:00Z");
let database: TestDatabase;
let place: PagePlace;
let passId: string;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  const tables = [
    "finding",
    "finding_raw",
    "asset",
    "asset_raw",
    "asset_source",
    "asset_key",
    "definition",
    "signal",
    ...cubes,
    "integration",
    "rejected_record",
    "identity_log",
  ];
  await database.pool.query(`truncate ${tables.join(", ")} cascade`);
  const slice = await aSlice(database);
  passId = slice.passId;
  place = aPlace(slice);
});

/** Stores a page as the only one of a slice of its own. */
async function store(page: SourcePage, changes: Partial<PagePlace> = {}) {
  const sliceId = await addSlice(database, { passId });
  return await commitPage({ db: database.db, now: () => now }, { ...place, sliceId, ...changes }, page);
}

/** How often PostgreSQL had to break a circle of waiting. */
async function deadlocks(): Promise<number> {
  // Each session tells of its own when asked.
  const sessions = await Promise.all(Array.from({ length: 10 }, () => database.pool.connect()));
  for (const session of sessions) {
    await session.query("select pg_stat_force_next_flush()");
    session.release();
  }
  const { rows } = await database.pool.query(
    "select deadlocks::int as n from pg_stat_database where datname = current_database()",
  );
  return rows[0].n;
}

const seen = async () =>
  (await database.pool.query(`select id from seen_${passId.replaceAll("-", "")} order by id`)).rows.map(({ id }) => id);
const signals = () => database.db.selectFrom("signal").selectAll().orderBy("change").execute();
const findings = () => database.db.selectFrom("finding").selectAll().orderBy("externalId").execute();

describe("a page", () => {
  test("stores findings, their definition, their asset, what was sent, and a signal", async () => {
    expect(await store(aPage({ findings: [aFinding()] }))).toEqual({
      fetched: 1,
      written: 1,
      unchanged: 0,
      rejected: 0,
      partialPages: 0,
      outOfScope: 0,
    });
    const [finding] = await findings();
    expect(finding).toMatchObject({
      externalId: "finding-1",
      severity: 5,
      status: "open",
      cve: "CVE-2024-3094",
      assetName: "web-1",
      tags: ["Wiz", "env:prod"],
      isKev: false,
    });
    expect(await database.db.selectFrom("definition").select(["externalId", "cvss"]).execute()).toEqual([
      { externalId: "CVE-2024-3094", cvss: 10 },
    ]);
    expect(await database.db.selectFrom("asset").select(["id", "isPlaceholder", "inventory"]).execute()).toEqual([
      { id: finding?.assetId, isPlaceholder: true, inventory: ["Wiz"] },
    ]);
    const raw = await database.db.selectFrom("findingRaw").selectAll().executeTakeFirstOrThrow();
    expect(unpackRaw(raw.raw)).toEqual({ node: aFinding() });
    expect(await signals()).toMatchObject([
      { change: "new", subjectKind: "vulnerability", subjectId: finding?.id, assetName: "web-1", fields: {} },
    ]);
  });

  test("stored a second time writes nothing and tells nobody", async () => {
    await store(aPage({ findings: [aFinding()], assets: [anAsset()] }));
    const before = [await findings(), await signals()];
    expect(
      await store(aPage({ findings: [aFinding({ lastFoundAt: "2026-08-02T00:00:00Z" })], assets: [anAsset()] })),
    ).toMatchObject({ written: 0, unchanged: 2 });
    expect([await findings(), await signals()]).toEqual(before);
  });

  test("a time that moves by itself is written once it is a week old, without a signal", async () => {
    await store(aPage({ findings: [aFinding()] }));
    await store(aPage({ findings: [aFinding({ lastFoundAt: "2026-08-09T00:00:00Z" })] }));
    expect((await findings())[0]?.lastFoundAt).toBe("2026-08-09T00:00:00.000Z");
    expect(await signals()).toHaveLength(1);
  });

  test("resolving and reopening append a signal each, with what changed", async () => {
    await store(aPage({ findings: [aFinding()] }));
    await store(
      aPage({
        findings: [
          aFinding({ status: "resolved", resolvedAt: "2026-08-02T00:00:00Z", updatedAt: "2026-08-02T00:00:00Z" }),
        ],
      }),
    );
    await store(aPage({ findings: [aFinding({ updatedAt: "2026-08-03T00:00:00Z" })] }));
    expect((await signals()).map(({ change, fields }) => ({ change, fields }))).toEqual([
      { change: "new", fields: {} },
      { change: "reopened", fields: { status: { from: "resolved", to: "open" } } },
      { change: "resolved", fields: { status: { from: "open", to: "resolved" } } },
    ]);
  });

  test("an older version that arrives late changes nothing", async () => {
    await store(aPage({ findings: [aFinding({ status: "resolved", updatedAt: "2026-08-02T00:00:00.51Z" })] }));
    await store(aPage({ findings: [aFinding({ updatedAt: "2026-08-02T00:00:00.5Z" })] }));
    expect((await findings())[0]?.status).toBe("resolved");
  });

  test("the same finding twice in a page is stored once, in its newer version", async () => {
    const newer = aFinding({ status: "resolved", updatedAt: "2026-08-02T00:00:00Z" });
    await store(aPage({ findings: [newer, aFinding()] }));
    expect(await findings()).toMatchObject([{ status: "resolved" }]);
    expect(await signals()).toHaveLength(1);
  });

  test("counts every change in the cubes", async () => {
    const two = aFinding({ externalId: "finding-2", severity: "high", projects: ["Payments", "Web"] });
    await store(aPage({ findings: [aFinding(), two] }));
    await store(aPage({ findings: [aFinding({ status: "resolved", updatedAt: "2026-08-03T00:00:00Z" })] }));
    const { rows } = await database.pool.query(
      "select project, status, severity, n from cube_project where n <> 0 order by 1, 2, 3",
    );
    expect(rows).toEqual([
      { project: "Payments", status: "open", severity: 4, n: 1 },
      { project: "Payments", status: "resolved", severity: 5, n: 1 },
      { project: "Web", status: "open", severity: 4, n: 1 },
    ]);
    const counted = await database.pool.query("select status, sum(n)::int as n from cube_asset group by 1 order by 1");
    expect(counted.rows).toEqual([
      { status: "open", n: 1 },
      { status: "resolved", n: 1 },
    ]);
    expect(await wrongCubes(database)).toEqual([]);
    const told = await database.pool.query(
      "select subject_kind, change, severity, n::int from cube_signal order by 1 desc, 2, 3",
    );
    expect(told.rows).toEqual([
      { subject_kind: "vulnerability", change: "new", severity: 4, n: 1 },
      { subject_kind: "vulnerability", change: "new", severity: 5, n: 1 },
      { subject_kind: "vulnerability", change: "resolved", severity: 5, n: 1 },
    ]);
  });

  test("counts by day what was found, what is open and what was closed", async () => {
    const at = { firstFoundAt: "2026-07-01T23:59:59.999999Z", updatedAt: "2026-08-03T10:00:00Z" };
    const open = aFinding({ ...at, externalId: "finding-2", severity: "low" });
    await store(aPage({ findings: [aFinding(at), open, aFinding({ externalId: "finding-3", firstFoundAt: null })] }));
    const resolved = { ...at, status: "resolved", resolvedAt: "2026-08-02T23:00:00Z" } as const;
    await store(aPage({ findings: [aFinding(resolved)] }));
    const { rows } = await database.pool.query(
      "select day::text, event, severity, n::int from cube_day where n <> 0 order by event, day, severity",
    );
    expect(rows).toEqual([
      { day: "-infinity", event: "found", severity: 5, n: 1 },
      { day: "2026-07-01", event: "found", severity: 2, n: 1 },
      { day: "2026-07-01", event: "found", severity: 5, n: 1 },
      { day: "-infinity", event: "open", severity: 5, n: 1 },
      { day: "2026-07-01", event: "open", severity: 2, n: 1 },
      { day: "2026-08-02", event: "resolved", severity: 5, n: 1 },
    ]);
    await store(aPage({ findings: [aFinding({ ...at, updatedAt: "2026-08-04T10:00:00Z" })] }));
    const reopened = await database.pool.query("select event, sum(n)::int as n from cube_day group by 1 order by 1");
    expect(reopened.rows).toEqual([
      { event: "found", n: 3 },
      { event: "open", n: 3 },
      { event: "resolved", n: 0 },
    ]);
    expect(await wrongCubes(database)).toEqual([]);
  });

  test("a record that could not be read is kept, and forgotten once it can be read", async () => {
    const rejected = [{ externalId: "finding-1", reason: "no severity", raw: { id: "finding-1" } }];
    expect(await store(aPage({}, { rejected }))).toMatchObject({ fetched: 1, rejected: 1 });
    const kept = await database.db.selectFrom("rejectedRecord").selectAll().executeTakeFirstOrThrow();
    expect(kept).toMatchObject({ externalId: "finding-1", reason: "no severity" });
    expect(unpackRaw(kept.raw)).toEqual({ id: "finding-1" });
    await store(aPage({ findings: [aFinding()] }));
    expect(await database.db.selectFrom("rejectedRecord").selectAll().execute()).toEqual([]);
  });
});

describe("the fence", () => {
  const next = aPage({ findings: [aFinding()] }, { nextCursor: "page-2" });
  const stored = () =>
    database.db.selectFrom("slice").selectAll().where("id", "=", place.sliceId).executeTakeFirstOrThrow();

  test("lets a page through once: the cursor moves with it", async () => {
    const deps = { db: database.db, now: () => now };
    await commitPage(deps, place, next);
    expect(await stored()).toMatchObject({ cursor: "page-2", pages: 1, fetched: 1, written: 1, isDone: false });
    await expect(commitPage(deps, place, aPage({ findings: [aFinding({ externalId: "late" })] }))).rejects.toThrow(
      FencedError,
    );
    expect(await findings()).toHaveLength(1);
  });

  test("refuses a page of a lease that another process has taken over, and stores nothing of it", async () => {
    await database.db.updateTable("slice").set({ epoch: 2 }).where("id", "=", place.sliceId).execute();
    await expect(commitPage({ db: database.db, now: () => now }, place, next)).rejects.toThrow(FencedError);
    expect(await findings()).toEqual([]);
    expect(await signals()).toEqual([]);
  });
});

describe("side by side", () => {
  test("two passes that store the same new findings at once tell of each once", async () => {
    const many = Array.from({ length: 200 }, (_, i) =>
      aFinding({ externalId: `finding-${i}`, asset: anAsset({ externalId: `asset-${i % 20}`, isPlaceholder: true }) }),
    );
    await Promise.all([
      store(aPage({ findings: many })),
      store(aPage({ findings: many.toReversed() })),
      store(aPage({ findings: many })),
    ]);
    expect(await findings()).toHaveLength(200);
    expect(await signals()).toHaveLength(200);
    const { rows } = await database.pool.query("select sum(n)::int as n from cube_cve");
    expect(rows).toEqual([{ n: 200 }]);
  });

  test.each([1, 2, 3, 4])(
    "the inventory and findings that come at once agree, and do not lock each other out (round %d)",
    async () => {
      const assets = Array.from({ length: 150 }, (_, i) =>
        anAsset({ externalId: `asset-${i}`, providerUniqueId: `arn:${i}` }),
      );
      const findings = (name: string, changes: Partial<AssetRecord> = {}) =>
        assets.map((asset, i) =>
          aFinding({ externalId: `${name}-${i}`, asset: { ...asset, ...changes, isPlaceholder: true } }),
        );
      await store(aPage({ findings: findings("early", { class: "other" }).slice(0, 75) }));
      const before = await deadlocks();
      await Promise.all([
        store(aPage({ assets: assets.slice(0, 100) }), { stream: "assets" }),
        store(aPage({ findings: findings("a") })),
        store(aPage({ assets: assets.slice(50) }), { stream: "assets" }),
        store(aPage({ findings: findings("b", { class: "other" }).toReversed() })),
      ]);
      expect(await deadlocks()).toBe(before);
      const { rows } = await database.pool.query(
        "select count(*)::int as n from asset where is_placeholder union all select sum(n)::int from cube_asset",
      );
      expect(rows).toEqual([{ n: 0 }, { n: 375 }]);
      expect(
        (await database.db.selectFrom("finding").selectAll().execute()).map(({ assetClass }) => assetClass),
      ).toEqual(new Array(375).fill("compute"));
    },
  );

  test("a page of the inventory comes in while findings name one new asset of it after the other", async () => {
    const assets = Array.from({ length: 1_500 }, (_, i) => anAsset({ externalId: `asset-${i}` }));
    let isStored = false;
    let next = 0;
    // As on the first load of a large tenant, where each page of findings names some assets for the first time.
    const nameThem = async () => {
      while (!isStored && next < assets.length) {
        const asset = { ...assets[next++]!, isPlaceholder: true };
        await store(aPage({ findings: [aFinding({ externalId: `on-${asset.externalId}`, asset })] }));
      }
    };
    const naming = Promise.all([nameThem(), nameThem()]);
    const page = store(aPage({ assets }), { stream: "assets" }).finally(() => {
      isStored = true;
    });
    const [counts] = await Promise.all([page, naming]);
    expect(counts).toMatchObject({ fetched: 1_500, written: 1_500 });
    // Had they all been named before, nothing would have been in its way.
    expect(next).toBeLessThan(assets.length);
    const { rows } = await database.pool.query("select count(*)::int as n from asset where is_placeholder");
    expect(rows).toEqual([{ n: 0 }]);
  });
});

describe("assets", () => {
  test("the inventory upgrades a finding's placeholder in place", async () => {
    await store(aPage({ findings: [aFinding()] }));
    await store(aPage({ assets: [anAsset({ name: "web-1.prod", updatedAt: "2026-08-02T00:00:00Z" })] }), {
      stream: "assets",
    });
    const assets = await database.db.selectFrom("asset").selectAll().execute();
    expect(assets).toMatchObject([{ name: "web-1.prod", isPlaceholder: false }]);
    expect((await signals()).filter((signal) => signal.subjectKind === "asset")).toMatchObject([
      { change: "new", title: "web-1.prod" },
    ]);
  });

  test("a finding never overwrites what the inventory said, and takes its facts from it", async () => {
    await store(aPage({ assets: [anAsset({ region: "eu-north-1", tags: ["team:pay"] })] }), { stream: "assets" });
    await store(
      aPage({ findings: [aFinding({ asset: anAsset({ isPlaceholder: true, region: null, name: "old" }) })] }),
    );
    expect(await findings()).toMatchObject([{ region: "eu-north-1", assetName: "web-1", tags: ["Wiz", "team:pay"] }]);
    expect(await database.db.selectFrom("asset").select("name").execute()).toEqual([{ name: "web-1" }]);
  });

  test("what the inventory says later reaches the findings and the counts", async () => {
    await store(
      aPage({ findings: [aFinding({ asset: anAsset({ isPlaceholder: true, class: "other", region: null }) })] }),
    );
    await store(aPage({ assets: [anAsset({ name: "web-9", tags: ["team:pay"], accountId: "999" })] }), {
      stream: "assets",
    });
    expect(await findings()).toMatchObject([
      { assetName: "web-9", assetClass: "compute", region: "us-east-1", tags: ["Wiz", "team:pay"], version: 2 },
    ]);
    const { rows } = await database.pool.query("select class, n::int from cube_asset where n <> 0");
    expect(rows).toEqual([{ class: "compute", n: 1 }]);
    const account = await database.pool.query("select account_id from cube_account where n <> 0");
    expect(account.rows).toEqual([{ account_id: "999" }]);
    await store(aPage({ assets: [anAsset({ name: "web-9", accountId: "000", updatedAt: "2026-08-04T00:00:00Z" })] }), {
      stream: "assets",
    });
    expect(await wrongCubes(database)).toEqual([]);
    expect((await signals()).filter((signal) => signal.subjectKind === "vulnerability")).toHaveLength(1);
  });

  test("Q-30: two integrations that see one bucket by the provider's id share an asset at once", async () => {
    const shared = { class: "storage", type: "BUCKET", providerUniqueId: "arn:aws:s3:::logs" } as const;
    await store(aPage({ assets: [anAsset(shared)] }), { stream: "assets" });
    const other = await aSlice(database, "assets");
    await commitPage(
      { db: database.db, now: () => now },
      { ...place, ...other, stream: "assets" },
      aPage({
        assets: [anAsset({ ...shared, externalId: "their-id", updatedAt: "2026-08-05T00:00:00Z" })],
      }),
    );
    expect(await database.db.selectFrom("asset").selectAll().execute()).toHaveLength(1);
    expect(await database.db.selectFrom("assetSource").selectAll().execute()).toHaveLength(2);
    expect(await database.db.selectFrom("identityLog").select("rule").orderBy("rule").execute()).toEqual([
      { rule: "new" },
      { rule: "provider_unique_id" },
    ]);
  });

  test("a deleted asset is marked, not dropped", async () => {
    await store(aPage({ assets: [anAsset()] }), { stream: "assets" });
    await store(
      aPage({
        assets: [anAsset({ status: "deleted", deletedAt: "2026-08-02T00:00:00Z", updatedAt: "2026-08-02T00:00:00Z" })],
      }),
      { stream: "assets" },
    );
    expect(await database.db.selectFrom("asset").select(["status", "deletedAt"]).execute()).toEqual([
      { status: "deleted", deletedAt: "2026-08-02T00:00:00.000Z" },
    ]);
    expect(await signals()).toMatchObject([
      { change: "changed", fields: { status: { from: "active", to: "deleted" } } },
      { change: "new" },
    ]);
  });
});

describe("a page of an integration that is narrowed to some asset classes", () => {
  const on = (externalId: string, asset: Partial<AssetRecord> | null) =>
    aFinding({ externalId, asset: asset === null ? null : anAsset({ isPlaceholder: true, ...asset }) });

  test("stores what is of them, counts the rest, and has seen it nevertheless", async () => {
    await database.db.transaction().execute((trx) => createSeen(trx, passId));
    const page = aPage({
      findings: [
        on("wanted", { externalId: "vm", class: "compute" }),
        on("other-class", { externalId: "bucket", class: "storage" }),
        on("no-asset", null),
      ],
    });
    const pass = { id: passId, lane: "full", tracksSeen: true };
    expect(await store(page, { classes: ["compute"], pass })).toMatchObject({ fetched: 3, written: 1, outOfScope: 2 });
    expect((await findings()).map(({ externalId }) => externalId)).toEqual(["wanted"]);
    expect((await database.db.selectFrom("assetSource").selectAll().execute()).map((row) => row.externalId)).toEqual([
      "vm",
    ]);
    const idOf = (externalId: string) => recordId(place.integrationId, "vulnerability", externalId);
    expect(await seen()).toEqual(["wanted", "other-class", "no-asset"].map(idOf).sort());
  });

  test("takes what names no asset where the class of the nameless is wanted", async () => {
    const page = aPage({ findings: [on("no-asset", null), on("wanted", { class: "other" }), on("not", {})] });
    expect(await store(page, { classes: ["storage", "other"] })).toMatchObject({ written: 2, outOfScope: 1 });
    expect((await findings()).map(({ externalId }) => externalId)).toEqual(["no-asset", "wanted"]);
  });

  test("does not write what is stored of other classes, whatever the source says of it now", async () => {
    await store(aPage({ findings: [on("old", { class: "storage" })] }));
    const before = await findings();
    const resolved = aFinding({ externalId: "old", status: "resolved", updatedAt: "2026-09-01T00:00:00Z" });
    const page = aPage({ findings: [{ ...resolved, asset: anAsset({ class: "storage" }) }] });
    expect(await store(page, { classes: ["compute"] })).toMatchObject({ written: 0, unchanged: 0, outOfScope: 1 });
    expect(await findings()).toEqual(before);
  });
});
