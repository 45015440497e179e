import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aFinding } from "../../test/builders.ts";
import { aMachine, aTenant, findConnector, now } from "../../test/machines.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { type Connected, resolveConnected } from "../identity/closure.ts";
import { defaultRules } from "../identity/rules.ts";
import { readRules } from "../identity/rules-of.ts";
import type { AssetRecord } from "../model.ts";
import { recordId } from "../store/id.ts";
import { noteAllInBackground, readIdentities } from "../store/identity.ts";
import { compareCubes } from "../store/inventory-check.ts";
import { resolveIdentities } from "./identities.ts";
import { neverMerge, undoSeparation } from "./separate-assets.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ poolSize: 10 });
});
afterAll(() => database.close());

const by = { actor: { type: "user", id: null, name: "ada@example.com" }, address: null } as const;
const deps = () => ({ db: database.db, now, findConnector, by });
const resolveAll = () => resolveIdentities(deps(), { isWaiting: true, isBackground: true, batchSize: 7 });

/** The same numbers for the same seed (mulberry32). */
function numbersOf(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** All sources at once, as one question: what the inventory must be, whatever led to it. */
async function whole(): Promise<Map<string, string>> {
  const ids = await database.db.selectFrom("assetSource").select("id").execute();
  const sources = await readIdentities(
    database.db,
    ids.map(({ id }) => id),
  );
  const connected: Connected = {
    sources: new Map(sources.map((source) => [source.id, source])),
    commonKeys: new Set(),
    markedKeys: new Set(),
    sharing: new Set(sources.map(({ id }) => id)),
  };
  return (await resolveConnected(database.db, connected, await readRules(database.db))).assetIds;
}

async function expectWhole(): Promise<void> {
  const sources = await database.db.selectFrom("assetSource").selectAll().orderBy("id").execute();
  const wanted = await whole();
  expect(new Map(sources.map(({ id, assetId }) => [id, assetId]))).toEqual(
    new Map(sources.map(({ id }) => [id, wanted.get(id)])),
  );
  const { rows: strays } = await database.pool.query(`
    select 'asset without source' as what from asset where not exists (select from asset_source where asset_id = asset.id)
    union all select 'source without asset' from asset_source where not exists (select from asset where id = asset_id)
    union all select 'wrong count' from asset where source_count <> (select count(*) from asset_source where asset_id = asset.id)
    union all select 'finding without asset' from finding where not exists (select from asset where id = asset_id)
    union all select 'copy of another name' from finding join asset on asset.id = asset_id
      where not is_placeholder and asset_name <> asset.name
    union all select 'signal of another asset' from signal join asset_source source on source.id::text = signal.external_id
      where subject_kind = 'asset' and subject_id <> source.asset_id`);
  expect(strays).toEqual([]);
  const assetOf = new Map(sources.map(({ id, assetId }) => [id, assetId]));
  for (const finding of await database.db.selectFrom("finding").selectAll().execute())
    expect(finding.assetId).toBe(assetOf.get(recordId(finding.integrationId, "asset", finding.assetExternalId!)));
  expect((await compareCubes(database.db)).filter(({ wrongCells }) => wrongCells > 0)).toEqual([]);
}

test.each([1, 2, 5, 8])(
  "Q-29: whatever comes in whatever order, side by side, the inventory is what all of it says (%i)",
  async (seed) => {
    const below = numbersOf(seed);
    const account = `account-${seed}`;
    const tenants = [await aTenant(database), await aTenant(database), await aTenant(database)];
    const known = tenants.map(() => new Map<string, AssetRecord>());
    const separations: string[] = [];
    let clock = Date.parse("2026-07-01T00:00:00Z");
    const some = (prefix: string, n: number) => (below(3) === 0 ? [] : [`${prefix}${below(n)}`]);

    function aRecord(t: number): AssetRecord {
      const old = [...known[t]!.values()];
      const base = old.length > 3 && below(2) === 0 ? old[below(old.length)]! : aMachine();
      clock += 1_000;
      const updatedAt = new Date(clock).toISOString();
      const isDeleted = below(5) === 0;
      const machine = {
        ...aMachine().machine!,
        instanceIds: below(2) === 0 ? [] : [`i-0000000000${10 + below(6)}`],
        serials: some("serial-", 4),
        hostnames: some("web-", 4),
        macs: some("0a:1b:2c:3d:4e:0", 4),
        fqdns: some("web.example", 3).map((name) => `${name}.com`),
        ips: some("10.0.0.", 3),
      };
      const record: AssetRecord = {
        ...base,
        accountId: account,
        name: `machine ${below(1_000)}`,
        class: below(12) === 0 ? "storage" : "compute",
        machine,
        updatedAt,
        status: isDeleted ? "deleted" : "active",
        deletedAt: isDeleted ? updatedAt : null,
      };
      known[t]!.set(record.externalId, record);
      return record;
    }

    const acts = [
      async () => {
        const t = below(3);
        await tenants[t]!.assets(aRecord(t), aRecord(t), aRecord(t));
        await resolveIdentities(deps());
      },
      async () => {
        const t = below(3);
        await tenants[t]!.assets(aRecord(t));
      },
      async () => {
        const t = below(3);
        const [record] = [...known[t]!.values()];
        if (record === undefined) return;
        const asset = { ...record, isPlaceholder: true };
        await tenants[t]!.findings(aFinding({ externalId: randomUUID(), asset }));
      },
      async () => {
        const t = below(3);
        const rules = defaultRules.filter(() => below(5) > 0);
        await database.db
          .updateTable("integration")
          .set({ identificationRules: rules.length === 0 ? null : rules })
          .where("id", "=", tenants[t]!.integrationId)
          .execute();
        await noteAllInBackground(database.db);
      },
      async () => {
        if (below(2) === 0 && separations.length > 0) {
          await undoSeparation(deps(), separations.pop()!);
          return;
        }
        const rows = await database.db
          .selectFrom("assetSource")
          .select("assetId")
          .where("identifiers", "is not", null)
          .where(
            "integrationId",
            "in",
            tenants.map(({ integrationId }) => integrationId),
          )
          .orderBy("id")
          .execute();
        const [a, b] = [rows[below(rows.length || 1)]?.assetId, rows[below(rows.length || 1)]?.assetId];
        if (a === undefined || b === undefined || a === b) return;
        const made = await neverMerge(deps(), a, b).catch((error: Error) => {
          // The rules made one of them another asset in between.
          if (/There is no asset/.test(error.message)) return null;
          throw error;
        });
        if (made !== null) separations.push(made.separationId);
      },
    ];
    for (let round = 0; round < 12; round++) {
      const chosen = [0, 1, 0, 2, below(5)].map((i) => acts[i]!);
      await Promise.all(chosen.map((act) => act()));
      if (below(4) === 0) {
        await resolveAll();
        await expectWhole();
      }
    }
    await resolveAll();
    await expectWhole();
  },
  60_000,
);
