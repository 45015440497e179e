import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { assetScoreConstants } from "../risk/constants.ts";
import { refreshAssetRisk } from "./asset-risk.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

// One of the two comes to the held row first, whichever way PostgreSQL goes through them.
test.each([0, 1])(
  "two passes that end at once leave the newest counts at an asset they share, row %i held",
  async (held) => {
    const given = inventory(database);
    const integrationId = await given.integration(`tenant ${held}`);
    const assets = [await given.asset(), await given.asset()];
    const finding = (assetId: string, changedAt: string) =>
      given.finding({ integrationId, assetId, changedAt, severity: 5, kind: "vulnerability" });
    for (const id of assets) await finding(id, "2026-08-01T00:00:00Z");
    const shared = assets[1 - held]!;
    const refresh = (since: string) =>
      refreshAssetRisk(database.db, { integrationId, kind: "vulnerability", since }, assetScoreConstants);

    const holder = await database.connect();
    await holder.query("begin");
    await holder.query("select from asset where id = $1 for update", [assets[held]]);
    const early = refresh("2026-08-01T00:00:00Z");
    await sleep(300);
    await finding(shared, "2026-08-02T00:00:00Z");
    const late = refresh("2026-08-02T00:00:00Z");
    await sleep(300);
    await holder.query("commit");
    await holder.end();
    await Promise.all([early, late]);

    const { rows } = await database.pool.query("select open_critical from asset where id = $1", [shared]);
    expect(rows).toEqual([{ open_critical: 2 }]);
  },
);
