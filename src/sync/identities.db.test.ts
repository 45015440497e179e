import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aFinding, anAsset } from "../../test/builders.ts";
import {
  aMachine,
  anInstanceId,
  assetIdsOf as assetIdsIn,
  aTenant as aTenantOf,
  findConnector,
  now,
} from "../../test/machines.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { compareCubes } from "../store/inventory-check.ts";
import { fillIdentifiers } from "./fill-identifiers.ts";
import { resolveIdentities } from "./identities.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ poolSize: 10 });
});
afterAll(() => database.close());

const deps = () => ({ db: database.db, now, findConnector });
const resolveAll = () => resolveIdentities(deps(), { isWaiting: true });
const aTenant = () => aTenantOf(database);
const assetIdsOf = (...ids: string[]) => assetIdsIn(database, ...ids);

async function eventsOf(sourceId: string) {
  const rows = await database.db
    .selectFrom("identityLog")
    .select(["event", "rule", "evidence"])
    .where("sourceId", "=", sourceId)
    .orderBy("at")
    .orderBy("event")
    .execute();
  return rows.map(({ event, rule }) => `${event} ${rule}`);
}

test("Q-29: two integrations that see one machine hold one asset, and its log says why", async () => {
  const [one, other] = [await aTenant(), await aTenant()];
  const id = anInstanceId();
  const [a, b] = [aMachine({ instanceIds: [id] }), aMachine({ instanceIds: [id] }, { name: "web-1 (other)" })];
  await one.assets(a);
  await other.assets(b);
  const ids = [one.sourceId(a.externalId), other.sourceId(b.externalId)];
  expect(new Set(await assetIdsOf(...ids)).size).toBe(2);
  await resolveAll();
  expect(await assetIdsOf(...ids)).toEqual([ids[0], ids[0]]);
  expect(await eventsOf(ids[1]!)).toEqual(["merged cloud_instance", "new new"]);
  const assets = await database.db.selectFrom("asset").selectAll().where("id", "in", ids).execute();
  expect(assets).toHaveLength(1);
  expect(await resolveAll()).toBe(0);
});

test("Q-29: machines stored before Weir kept what identifies them stay together, whichever of them is fetched first", async () => {
  const [one, other] = [await aTenant(), await aTenant()];
  const id = anInstanceId();
  const providerUniqueId = `arn:aws:ec2:us-east-1:111122223333:instance/${id}`;
  const [a, b] = [aMachine({}, { providerUniqueId }), aMachine({}, { providerUniqueId })];
  await one.assets(a);
  await other.assets(b);
  await resolveAll();
  const ids = [one.sourceId(a.externalId), other.sourceId(b.externalId)];
  await database.pool.query("update asset_source set identifiers = null where id = any($1)", [ids]);
  await database.pool.query("delete from identity_key where source_id = any($1)", [ids]);
  await database.pool.query("delete from setting where key = 'identifiers-filled'");
  await fillIdentifiers(database.db, new AbortController().signal);
  await one.assets({ ...a, name: "renamed", updatedAt: "2026-08-03T00:00:00Z" });
  await resolveAll();
  expect(await assetIdsOf(...ids)).toEqual([ids[0], ids[0]]);
  expect(await eventsOf(ids[1]!)).toEqual(["merged cloud_instance", "new new"]);
});

test("Q-29: two integrations that meet the same new machine in the same second make one asset", async () => {
  for (let round = 0; round < 10; round++) {
    const tenants = [await aTenant(), await aTenant(), await aTenant()];
    const machines = Array.from({ length: 20 }, anInstanceId);
    const pages = tenants.map((tenant) => ({ tenant, assets: machines.map((id) => aMachine({ instanceIds: [id] })) }));
    await Promise.all(
      pages.map(async ({ tenant, assets }) => {
        await tenant.assets(...assets);
        await resolveIdentities(deps());
      }),
    );
    await resolveAll();
    for (const i of machines.keys()) {
      const ids = await assetIdsOf(...pages.map(({ tenant, assets }) => tenant.sourceId(assets[i]!.externalId)));
      expect(new Set(ids).size).toBe(1);
    }
  }
});

test("Q-29: findings, counts and history go where their machine goes", async () => {
  const [one, other] = [await aTenant(), await aTenant()];
  const id = anInstanceId();
  const [a, b] = [aMachine({ instanceIds: [id] }), aMachine({ instanceIds: [id] }, { region: "eu-west-1" })];
  await other.assets(b);
  await other.findings(aFinding({ externalId: randomUUID(), asset: { ...b, isPlaceholder: true } }));
  await one.assets(a);
  await one.findings(aFinding({ externalId: randomUUID(), asset: { ...a, isPlaceholder: true } }));
  await resolveAll();
  const [assetId] = await assetIdsOf(one.sourceId(a.externalId));
  const findings = await database.db
    .selectFrom("finding")
    .select(["assetId", "region", "assetName"])
    .where("integrationId", "in", [one.integrationId, other.integrationId])
    .execute();
  const asset = await database.db.selectFrom("asset").selectAll().where("id", "=", assetId!).executeTakeFirstOrThrow();
  expect(findings).toEqual([1, 2].map(() => ({ assetId, region: asset.region, assetName: asset.name })));
  expect(asset).toMatchObject({ openCritical: 2 });
  expect(asset.riskScore).toBeGreaterThan(0);
  const signals = await database.db
    .selectFrom("signal")
    .select("subjectId")
    .where("subjectKind", "=", "asset")
    .where("integrationId", "in", [one.integrationId, other.integrationId])
    .execute();
  expect(new Set(signals.map(({ subjectId }) => subjectId))).toEqual(new Set([assetId]));
  expect((await compareCubes(database.db)).filter(({ wrongCells }) => wrongCells > 0)).toEqual([]);
});

test("Q-29: a machine that Wiz creates anew under another id keeps its asset, its findings and its history", async () => {
  const tenant = await aTenant();
  const id = anInstanceId();
  const old = aMachine({ instanceIds: [id] });
  await tenant.assets(old);
  await tenant.findings(aFinding({ externalId: randomUUID(), asset: { ...old, isPlaceholder: true } }));
  await resolveAll();
  const at = "2026-08-02T00:00:00Z";
  const anew = aMachine({ instanceIds: [id] }, { name: "web-1 again", updatedAt: "2026-08-01T12:00:00Z" });
  await tenant.assets({ ...old, status: "deleted", deletedAt: at, updatedAt: at }, anew);
  await resolveAll();
  const oldId = tenant.sourceId(old.externalId);
  expect(await assetIdsOf(tenant.sourceId(anew.externalId))).toEqual([oldId]);
  const asset = await database.db.selectFrom("asset").selectAll().where("id", "=", oldId).executeTakeFirstOrThrow();
  expect(asset).toMatchObject({ name: "web-1 again", status: "active", deletedAt: null, openCritical: 1 });
});

test("Q-29: a machine that turns out to be another one takes its findings with it", async () => {
  const [one, other] = [await aTenant(), await aTenant()];
  const [a, b] = [aMachine({ serials: ["serial-1x"] }), aMachine({ serials: ["serial-1x"] })];
  await one.assets(a);
  await other.assets(b);
  await other.findings(aFinding({ externalId: randomUUID(), asset: { ...b, isPlaceholder: true } }));
  await resolveAll();
  const ids = [one.sourceId(a.externalId), other.sourceId(b.externalId)];
  expect(await assetIdsOf(...ids)).toEqual([ids[0], ids[0]]);
  const changed = { ...b, machine: { ...b.machine!, serials: ["serial-2x"] }, updatedAt: "2026-08-01T10:00:00Z" };
  await other.assets(changed);
  await resolveAll();
  expect(await assetIdsOf(...ids)).toEqual(ids);
  expect(await eventsOf(ids[1]!)).toEqual(expect.arrayContaining(["split native_key"]));
  const finding = await database.db
    .selectFrom("finding")
    .select("assetId")
    .where("integrationId", "=", other.integrationId)
    .executeTakeFirstOrThrow();
  expect(finding.assetId).toBe(ids[1]);
});

test("Q-29: one that only findings know is the same machine too, and is split off with its own name", async () => {
  const [one, other] = [await aTenant(), await aTenant()];
  const id = anInstanceId();
  const arn = `arn:aws:ec2:us-east-1:111122223333:instance/${id}`;
  const a = aMachine({ instanceIds: [id] }, { providerUniqueId: arn });
  await one.assets(a);
  const told = anAsset({ externalId: randomUUID(), providerUniqueId: arn, name: "told", isPlaceholder: true });
  await other.findings(aFinding({ externalId: randomUUID(), asset: told }));
  await resolveAll();
  const ids = [one.sourceId(a.externalId), other.sourceId(told.externalId)];
  expect(await assetIdsOf(...ids)).toEqual([ids[0], ids[0]]);
  await database.db
    .insertInto("identitySeparation")
    .values({
      id: randomUUID(),
      sourceA: [...ids].sort()[0]!,
      sourceB: [...ids].sort()[1]!,
      at: "2026-08-02T00:00:00Z",
      decidedBy: "me",
    })
    .execute();
  await database.db.insertInto("identityTodo").values({ sourceId: ids[0]! }).execute();
  await resolveAll();
  expect(await assetIdsOf(...ids)).toEqual(ids);
  const asset = await database.db.selectFrom("asset").selectAll().where("id", "=", ids[1]!).executeTakeFirstOrThrow();
  expect(asset).toMatchObject({ name: "told", isPlaceholder: true, openCritical: 1 });
});

test("Q-29: several matches are not merged, and told of once", async () => {
  const [one, other] = [await aTenant(), await aTenant()];
  const serial = `serial-${randomUUID()}`;
  const [a, clone, b] = [1, 2, 3].map(() => aMachine({ serials: [serial] }));
  await one.assets(a!, clone!);
  await other.assets(b!);
  await resolveAll();
  const ids = [one.sourceId(a!.externalId), one.sourceId(clone!.externalId), other.sourceId(b!.externalId)];
  expect(await assetIdsOf(...ids)).toEqual(ids);
  await database.db.insertInto("identityTodo").values({ sourceId: ids[2]! }).execute();
  await resolveAll();
  expect(await eventsOf(ids[2]!)).toEqual(["new new", "several_matches serial"]);
});

test("Q-29: a value that ever more machines show stops identifying, also for those it had joined", async () => {
  const serial = `serial-${randomUUID()}`;
  const tenants = [await aTenant(), await aTenant()];
  const first = tenants.map((tenant) => ({ tenant, asset: aMachine({ serials: [serial] }) }));
  for (const { tenant, asset } of first) await tenant.assets(asset);
  await resolveAll();
  const ids = first.map(({ tenant, asset }) => tenant.sourceId(asset.externalId));
  expect(await assetIdsOf(...ids)).toEqual([ids[0], ids[0]]);
  const third = await aTenant();
  await third.assets(...Array.from({ length: 60 }, () => aMachine({ serials: [serial] })));
  await resolveAll();
  expect(await assetIdsOf(...ids)).toEqual(ids);
});
