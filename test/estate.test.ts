import { afterEach, beforeEach, expect, test } from "vitest";
import { findConnector } from "../src/connectors/registry.ts";
import { defaultRules } from "../src/identity/rules.ts";
import type { IdentificationRule } from "../src/model.ts";
import { findIntegration, type Integration } from "../src/store/integration.ts";
import { editIntegration } from "../src/sync/edit.ts";
import { readIdentification } from "../src/sync/identification-progress.ts";
import { resolveIdentities } from "../src/sync/identities.ts";
import { type DryRun, dryRun } from "../src/sync/identity-dry-run.ts";
import { wrongCubes } from "./cubes.ts";
import { type EstateWorld, estateWorld, truthOf } from "./estate.ts";
import { type TestDatabase, testDatabase } from "./postgres.ts";
import { testSecretBox } from "./weir.ts";

const machines = 2000;
let database: TestDatabase;
let world: EstateWorld;

beforeEach(async () => {
  database = await testDatabase();
  world = await estateWorld(database, { machines });
});
afterEach(() => database.close());

/** False merges and missed merges alike are differences. */
async function expectTruth(): Promise<void> {
  const { assets, truth } = await world.compare();
  expect(assets.filter((one) => !truth.includes(one)).slice(0, 10)).toEqual([]);
  expect(assets).toEqual(truth);
}

test("Q-29: findings, history and counts go with the machines", async () => {
  await database.close();
  database = await testDatabase();
  world = await estateWorld(database, { machines: 300, findings: 900 });
  const { weir, integrations, tenants } = world;
  await Promise.all([weir.sync(integrations.a, { full: true }), weir.sync(integrations.b, { full: true })]);
  const before = await assetsOfRecords();
  await world.change();
  await Promise.all([weir.sync(integrations.a), weir.sync(integrations.b)]);
  await expectTruth();

  const after = await assetsOfRecords();
  for (const view of ["a", "b"] as const) {
    const found = await database.db
      .selectFrom("finding")
      .select(["kind", "externalId", "assetId"])
      .where("integrationId", "=", integrations[view].id)
      .execute();
    expect(found.length).toBeGreaterThan(100);
    const assetOf = new Map(found.map(({ kind, externalId, assetId }) => [`${kind} ${externalId}`, assetId]));
    const kinds = ["issue", "vulnerability", "misconfiguration", "threat"] as const;
    const findings = kinds.flatMap((kind) => [...tenants[view].truth(kind)]);
    // Misconfigurations of what was deleted before are not asked for.
    const astray = findings.filter((finding) => {
      const key = `${finding.kind} ${finding.id}`;
      const record = "asset" in finding ? `${integrations[view].id} ${finding.asset.externalId}` : "";
      return assetOf.has(key) && assetOf.get(key) !== after.get(record);
    });
    expect(astray).toEqual([]);
    // What Wiz listed again under a new id is the asset that it was.
    const again = [...Map.groupBy(truthOf(tenants[view]), ({ asset }) => asset).values()].filter(
      (rows) => rows.length > 1 && rows.every(({ story }) => story === "recreated_later"),
    );
    expect(again.length).toBeGreaterThan(0);
    for (const rows of again) {
      const records = rows.map(({ id }) => `${integrations[view].id} ${id}`);
      const known = records.flatMap((record) => before.get(record) ?? []);
      expect(new Set(records.map((record) => after.get(record)))).toEqual(new Set(known));
    }
  }
  const strays = await database.db
    .selectFrom("signal")
    .leftJoin("asset", "asset.id", "signal.subjectId")
    .select("signal.subjectId")
    .where("subjectKind", "=", "asset")
    .where("asset.id", "is", null)
    .execute();
  expect(strays).toEqual([]);
  expect(await wrongCubes(database)).toEqual([]);
});

test("Q-28 Q-29: a dry run says what a change of rules does, and turning a rule off and on again ends where it began", async () => {
  const { weir, integrations } = world;
  await Promise.all([weir.sync(integrations.a, { full: true }), weir.sync(integrations.b, { full: true })]);
  const before = await assetsOfRecords();
  const fewer = await changeRules(integrations.b, ["cloud_instance", "serial"]);
  expect(fewer.splits.count).toBeGreaterThan(50);
  expect(await assetsOfRecords()).not.toEqual(before);
  const again = await changeRules(integrations.b, [...defaultRules]);
  expect(again.merges.count).toBe(fewer.splits.count);
  expect(again.splits.count).toBe(fewer.merges.count);
  expect(await assetsOfRecords()).toEqual(before);
  await expectTruth();
});

/** Tries it, saves it as the API does, and does what a worker then does. Exactly what was said comes to be. */
async function changeRules(integration: Integration, identificationRules: IdentificationRule[]): Promise<DryRun> {
  const { db } = database;
  const said = await dryRun({ db, batchSize: 300 }, new Map([[integration.id, identificationRules]]));
  const by = { actor: { type: "system", id: null, name: "test" }, address: null } as const;
  const before = await assetsOfRecords();
  expect(said.assets.before).toBe(new Set(before.values()).size - (await otherAssets()));
  const known = await findIntegration(db, integration.name);
  await editIntegration({ db, box: testSecretBox(), now: Date.now, by }, known, { identificationRules });
  expect(await readIdentification(db, integration.id)).toMatchObject({ pending: expect.any(Number) });
  await resolveIdentities({ db, now: Date.now, findConnector }, { isBackground: true });
  expect(await readIdentification(db, integration.id)).toBeNull();
  const after = await assetsOfRecords();
  expect(said.assets.after).toBe(new Set(after.values()).size - (await otherAssets()));
  return said;
}

/** Assets that are no machines: rules leave them alone. */
async function otherAssets(): Promise<number> {
  const rows = await database.db.selectFrom("asset").select("id").where("class", "!=", "compute").execute();
  return rows.length;
}

async function assetsOfRecords(): Promise<Map<string, string>> {
  const rows = await database.db.selectFrom("assetSource").select(["integrationId", "externalId", "assetId"]).execute();
  return new Map(rows.map(({ integrationId, externalId, assetId }) => [`${integrationId} ${externalId}`, assetId]));
}

type Load = (world: EstateWorld) => Promise<unknown>;
const orders: [order: string, load: Load][] = [
  [
    "one tenant after the other",
    async ({ weir, integrations: { a, b } }) => {
      await weir.sync(a, { full: true });
      await weir.sync(b, { full: true });
    },
  ],
  [
    "the other tenant first",
    async ({ weir, integrations: { a, b } }) => {
      await weir.sync(b, { full: true });
      await weir.sync(a, { full: true });
    },
  ],
  [
    "both at once",
    ({ weir, integrations: { a, b } }) => Promise.all([weir.sync(a, { full: true }), weir.sync(b, { full: true })]),
  ],
];

test.each(orders)("Q-28 Q-29: the assets are exactly the machines that there are: %s", async (_, load) => {
  await load(world);
  await expectTruth();
  await world.change();
  const { weir, integrations } = world;
  await Promise.all([weir.sync(integrations.a), weir.sync(integrations.b)]);
  await expectTruth();
  // Now also with what was deleted before anything was known of it.
  await Promise.all([weir.sync(integrations.a, { full: true }), weir.sync(integrations.b, { full: true })]);
  await expectTruth();
});
