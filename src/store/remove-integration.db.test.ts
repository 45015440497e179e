import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cubes, wrongCubes } from "../../test/cubes.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { compareWithTruth, readTruth } from "../../test/truth.ts";
import { emulatorHost, finished, type TestWeir, testWeir } from "../../test/weir.ts";
import { createEmulator, type Emulator } from "../emulator/emulator.ts";
import { NotFoundError } from "../errors.ts";
import { assetScoreConstants } from "../risk/constants.ts";
import type { Integration } from "./integration.ts";
import { type Removed, removeIntegration, unfinishedRemovals } from "./remove-integration.ts";
import { requestRun } from "./run.ts";

const by = { actor: { type: "system", id: null, name: "test" }, address: null } as const;
let database: TestDatabase;
let emulator: Emulator;
let weir: TestWeir;
let first: Integration;
let second: Integration;

/** Two integrations on one tenant, so that they share every asset that has a provider's id. */
beforeEach(async () => {
  database = await testDatabase();
  emulator = createEmulator({
    findings: 500,
    start: "2026-08-01T00:00:00Z",
    clock: "frozen",
    accounts: [{ clientId: "other", clientSecret: "other-secret" }],
  });
  weir = testWeir(database, emulator.fetch);
  first = await weir.addIntegration("first");
  second = await weir.addIntegration("second", { clientId: "other", clientSecret: "other-secret" });
});
afterEach(() => database.close());

const remove = (id: string, onProgress?: (removed: Removed) => void) =>
  removeIntegration({ db: database.db, now: Date.now, score: assetScoreConstants, by }, id, onProgress);

const count = async (query: string, values: unknown[] = []) =>
  Number((await database.pool.query(`select count(*) as n from ${query}`, values)).rows[0].n);

/** What is left of an integration anywhere. */
async function leftOf({ id }: Integration): Promise<Record<string, number>> {
  const tables = [
    "finding",
    "asset_source",
    "definition",
    "signal",
    "rejected_record",
    "stream_state",
    "run",
    "pass",
    "cube_asset",
    "cube_signal",
  ];
  const counts: Record<string, number> = {};
  for (const table of tables) counts[table] = await count(`${table} where integration_id = $1`, [id]);
  counts.slice = await count("slice where pass_id not in (select id from pass)");
  counts.raw = await count("finding_raw where id not in (select id from finding)");
  counts.assetRaw = await count("asset_raw where id not in (select id from asset_source)");
  counts.asset = await count("asset where id not in (select asset_id from asset_source)");
  counts.assetKey = await count("asset_key where asset_id not in (select id from asset)");
  counts.identityLog = await count("identity_log where source_id not in (select id from asset_source)");
  return Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0));
}

/** Assets whose count of open findings is not what the findings say. */
const wrongRisks = () =>
  count(`asset where open_critical + open_high + open_medium + open_low + open_informational <>
    (select count(*) from finding where asset_id = asset.id and status in ('open', 'in_progress'))`);

async function differencesOf(integration: Integration): Promise<string[]> {
  const truth = await readTruth(`http://${emulatorHost}`, emulator.fetch);
  return (await compareWithTruth(database.db, integration.id, truth)).differences;
}

describe("removing an integration", () => {
  test("takes everything that only it brought, and leaves the other whole", async () => {
    await weir.sync(first);
    const alone = { findings: await count("finding"), assets: await count("asset"), signals: await count("signal") };
    await weir.sync(second);
    const shared = await count("asset where (select count(*) from asset_source where asset_id = asset.id) = 2");
    expect(shared).toBeGreaterThan(50);

    const removed = await remove(first.id);

    expect(removed).toMatchObject({ findings: alone.findings, signals: alone.signals });
    expect(removed.assets).toBe(alone.assets - shared);
    expect(await leftOf(first)).toEqual({});
    expect(await unfinishedRemovals(database.db)).toEqual([]);
    expect(await differencesOf(second)).toEqual([]);
    expect(await wrongCubes(database)).toEqual([]);
    expect(await wrongRisks()).toBe(0);
  });

  test("of the only one leaves nothing, in the cubes neither", async () => {
    await weir.sync(first);
    await remove(first.id);
    for (const table of ["finding", "asset", "signal", "definition", "asset_key", ...cubes])
      expect([table, await count(table)]).toEqual([table, 0]);
    expect(await leftOf(first)).toEqual({});
  });

  test("what it said of a shared asset gives way to the other's word at the next full pass", async () => {
    await weir.sync(second);
    await weir.sync(first);
    await database.pool.query("update asset set name = 'as first called it'");
    await remove(first.id);
    await weir.sync(second, { full: true });
    expect(await count("asset where name = 'as first called it' and not is_placeholder")).toBe(0);
    expect(await differencesOf(second)).toEqual([]);
    expect(await wrongCubes(database)).toEqual([]);
  });

  test("while it is being synced ends the sync, and no page comes in afterwards", async () => {
    const worker = weir.worker();
    const request = { trigger: "demand", mode: "full", streams: ["assets", "vulnerabilities"] } as const;
    await requestRun(database.db, { ...request, integrationId: first.id }, Date.now());
    while ((await count("asset")) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await remove(first.id);
    await worker.stop();
    expect(await leftOf(first)).toEqual({});
    expect(await wrongCubes(database)).toEqual([]);
  });

  test("while the other is being synced harms neither", async () => {
    await weir.sync(first);
    const worker = weir.worker();
    const request = { trigger: "demand", mode: "full", streams: ["assets", "issues", "vulnerabilities"] } as const;
    const run = await requestRun(database.db, { ...request, integrationId: second.id }, Date.now());
    await remove(first.id);
    expect(await finished(database, run)).toMatchObject({ result: "success" });
    await worker.stop();
    await weir.sync(second, { full: true });
    expect(await leftOf(first)).toEqual({});
    expect(await differencesOf(second)).toEqual([]);
    expect(await wrongCubes(database)).toEqual([]);
  });

  test("that is interrupted is remembered, and gone on with", async () => {
    await weir.sync(first);
    const interrupted = remove(first.id, () => {
      throw new Error("the power went");
    });
    await expect(interrupted).rejects.toThrow("the power went");
    expect(await unfinishedRemovals(database.db)).toEqual([{ id: first.id, name: "first" }]);
    expect(await wrongCubes(database)).toEqual([]);
    await remove(first.id);
    expect(await unfinishedRemovals(database.db)).toEqual([]);
    expect(await leftOf(first)).toEqual({});
    expect(await count("asset")).toBe(0);
  });

  test("that is not there is refused", async () => {
    await expect(remove("11111111-1111-4111-8111-111111111111")).rejects.toThrow(NotFoundError);
  });
});
