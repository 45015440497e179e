import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { wrongCubes } from "../../test/cubes.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { type TestWeir, testSecretBox, testWeir } from "../../test/weir.ts";
import { createEmulator } from "../emulator/emulator.ts";
import type { AssetClass } from "../model.ts";
import { assetScoreConstants } from "../risk/constants.ts";
import { editIntegration } from "../sync/edit.ts";
import { readStatus } from "../sync/status.ts";
import { findIntegration, type Integration } from "./integration.ts";
import { type RemovedUnchosen, removeUnchosen } from "./remove-unchosen.ts";

const by = { actor: { type: "system", id: null, name: "test" }, address: null } as const;
let database: TestDatabase;
let weir: TestWeir;
let first: Integration;
let second: Integration;

/** Two integrations on one tenant, so that they share every asset that has a provider's id. */
beforeEach(async () => {
  database = await testDatabase();
  const accounts = [{ clientId: "other", clientSecret: "other-secret" }];
  const emulator = createEmulator({ findings: 400, start: "2026-08-01T00:00:00Z", clock: "frozen", accounts });
  weir = testWeir(database, emulator.fetch);
  first = await weir.addIntegration("first");
  second = await weir.addIntegration("second", { clientId: "other", clientSecret: "other-secret" });
  for (const one of [first, second]) await weir.sync(one, { full: true });
});
afterEach(() => database.close());

const present = ({ id }: Integration) => findIntegration(database.db, id);
async function choose(classes: AssetClass[] | null) {
  const deps = { db: database.db, box: testSecretBox(), now: Date.now, by };
  await editIntegration(deps, await present(first), { assetClasses: classes });
  return await present(first);
}
const remove = (integration: Integration, onProgress?: (removed: RemovedUnchosen) => void) =>
  removeUnchosen({ db: database.db, now: Date.now, score: assetScoreConstants, by }, integration, onProgress);

const rows = async (query: string, values: unknown[] = []) => (await database.pool.query(query, values)).rows;
const classesOf = async ({ id }: Integration) => ({
  findings: (await rows("select distinct asset_class from finding where integration_id = $1 order by 1", [id])).map(
    (row) => row.asset_class,
  ),
  assets: (
    await rows(
      "select distinct class from asset_source s join asset on asset.id = asset_id where integration_id = $1 order by 1",
      [id],
    )
  ).map((row) => row.class),
});

describe("what an integration holds of classes that are no longer chosen", () => {
  test("goes when it is asked for, counts and scores follow, and other integrations keep theirs", async () => {
    const others = await classesOf(second);
    const narrowed = await choose(["compute", "storage"]);
    expect(await classesOf(first)).toEqual(others);
    const removed = await remove(narrowed);
    expect(removed.findings).toBeGreaterThan(100);
    // The other integration knows them all.
    expect(removed.assets).toBeLessThan(10);
    expect(await classesOf(first)).toEqual({ findings: ["compute", "storage"], assets: ["compute", "storage"] });
    expect(await classesOf(second)).toEqual(others);
    expect(await wrongCubes(database)).toEqual([]);
    expect(await rows("select id from finding_raw where id not in (select id from finding)")).toEqual([]);
    expect(await rows("select id from asset_raw where id not in (select id from asset_source)")).toEqual([]);
    expect(await rows("select id from asset where id not in (select asset_id from asset_source)")).toEqual([]);
    const [wrong] = await rows(`select count(*)::int as n from asset where open_high + open_critical <>
      (select count(*) from finding where asset_id = asset.id and status in ('open', 'in_progress') and severity >= 4)`);
    expect(wrong.n).toBe(0);
    expect((await readStatus(database.db, narrowed, Date.now())).scopeNote).toBeNull();
    expect(await remove(narrowed)).toEqual({ findings: 0, assets: 0 });
  });

  test("is in the audit log before it goes, with how much there was", async () => {
    const narrowed = await choose(["compute"]);
    await remove(narrowed);
    const [event] = await rows("select * from audit_event where action = 'integration.remove_unchosen'");
    expect(event).toMatchObject({ subject_name: "first", actor_name: "test" });
    expect(event.details).toMatchObject({ assetClasses: ["compute"] });
    expect(event.details.outside.vulnerability).toBeGreaterThan(20);
  });

  test("comes back whole when its classes are chosen again", async () => {
    await remove(await choose(["compute"]));
    await weir.sync(await choose(null), { full: true });
    expect(await classesOf(first)).toEqual(await classesOf(second));
    for (const { stream, gap } of (await readStatus(database.db, await present(first), Date.now())).streams)
      expect([stream, gap]).toEqual([stream, 0]);
  });

  test("stays where all are chosen, and as far as a choice that was made meanwhile wants it", async () => {
    await expect(remove(first)).rejects.toThrow('"first" fetches assets of all classes');
    const narrowed = await choose(["compute"]);
    await choose(["compute", "storage"]);
    await expect(remove(narrowed)).rejects.toThrow("were changed meanwhile");
    expect((await classesOf(first)).findings).toContain("storage");
  });
});
