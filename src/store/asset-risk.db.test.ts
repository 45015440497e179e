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

test("counting what a first load brought reads each finding a few times, though PostgreSQL knows nothing of it yet", async () => {
  const given = inventory(database);
  const integrationId = await given.integration("first load");
  const [assets, findings] = [500, 5_000];
  const client = await database.connect();
  await client.query("alter table finding set (autovacuum_enabled = off)");
  await client.query("alter table asset set (autovacuum_enabled = off)");
  await client.query(
    `with made as (
       insert into asset (id, name, class, type, status, projects, tags, inventory, is_placeholder, first_seen_at,
         last_seen_at, changed_at, version)
       select gen_random_uuid(), 'a' || n, 'compute', 'VIRTUAL_MACHINE', 'active', '{}', '{}', '{}', false, now(), now(), now(), 1
       from generate_series(1, $2::int) as n returning id
     ), numbered as (select id, row_number() over () as n from made)
     insert into finding (id, integration_id, kind, external_id, title, severity, status, risk_score, asset_id, has_fix,
       projects, tags, first_found_at, last_found_at, status_changed_at, source_updated_at, changed_at, hash, version)
     select gen_random_uuid(), $1, 'vulnerability', f, 'CVE', 5, 'open', 90, numbered.id, false, '{}', '{}', now(), now(),
       now(), now(), now(), gen_random_uuid(), 1
     from generate_series(1, $3::int) as f join numbered on n = 1 + f % $2::int`,
    [integrationId, assets, findings],
  );
  await client.end();
  const read = async () => {
    await database.pool.query("select pg_stat_force_next_flush()");
    const { rows } = await database.pool.query(
      `select seq_tup_read::int + (select sum(idx_tup_read)::int from pg_stat_user_indexes where relname = 'finding') as n
       from pg_stat_user_tables where relname = 'finding'`,
    );
    return rows[0].n as number;
  };
  const before = await read();
  await refreshAssetRisk(
    database.db,
    { integrationId, kind: "vulnerability", since: "2026-01-01T00:00:00Z" },
    assetScoreConstants,
  );
  expect((await read()) - before).toBeLessThan(10 * findings);
  const { rows } = await database.pool.query("select count(*)::int as n from asset where open_critical = 10");
  expect(rows).toEqual([{ n: assets }]);
});
