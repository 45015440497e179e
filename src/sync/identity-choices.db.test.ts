import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aMachine, anInstanceId, assetIdsOf, aTenant, findConnector, now } from "../../test/machines.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { defaultRules } from "../identity/rules.ts";
import type { IdentificationRule } from "../model.ts";
import { assetScoreConstants } from "../risk/constants.ts";
import { readIdentities } from "../store/identity.ts";
import { findIntegration } from "../store/integration.ts";
import { removeIntegration } from "../store/remove-integration.ts";
import { createSecretBox } from "../store/secret.ts";
import { editIntegration } from "./edit.ts";
import { parseRules } from "./identification-form.ts";
import { readIdentification } from "./identification-progress.ts";
import { resolveIdentities } from "./identities.ts";
import { dryRun } from "./identity-dry-run.ts";
import { neverMerge, splitAsset, undoSeparation } from "./separate-assets.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ poolSize: 6 });
});
afterAll(() => database.close());

const by = { actor: { type: "user", id: null, name: "ada@example.com" }, address: null } as const;
const deps = () => ({ db: database.db, now, findConnector, by });
const resolveAll = () => resolveIdentities(deps(), { isWaiting: true, isBackground: true });
const box = createSecretBox(Buffer.alloc(32, 1));

async function setRules(integrationId: string, rules: IdentificationRule[] | null) {
  const before = await findIntegration(database.db, integrationId);
  await editIntegration({ ...deps(), box }, before, { identificationRules: rules });
}

/** Which sources are one asset, by integration of a test: the partition and the ids. */
async function partition(): Promise<string> {
  const rows = await database.db.selectFrom("assetSource").select(["id", "assetId"]).orderBy("id").execute();
  return JSON.stringify(rows);
}

/** Two tenants that see the same machine by its serial only. */
async function aPair(machine: Parameters<typeof aMachine>[0] = { serials: [`serial-${randomUUID()}`] }) {
  const [one, other] = [await aTenant(database), await aTenant(database)];
  const [a, b] = [aMachine(machine), aMachine(machine)];
  await one.assets(a);
  await other.assets(b);
  await resolveAll();
  return { one, other, ids: [one.sourceId(a.externalId), other.sourceId(b.externalId)] as const };
}

test("Q-28 Q-31: rules are chosen by name, one at least, and the defaults need no choice", () => {
  expect(parseRules(["serial", "Cloud-Instance", "native_key"])).toEqual(["cloud_instance", "serial"]);
  expect(parseRules([...defaultRules])).toBeNull();
  expect(() => parseRules(["native_key"])).toThrow("At least one identification rule stays on");
  expect(() => parseRules(["colour"])).toThrow('There is no identification rule "colour"');
});

test("Q-28: a rule that is switched off and on again ends where it began, and a dry run says so before", async () => {
  const { one, ids } = await aPair();
  const began = await partition();
  expect(await assetIdsOf(database, ...ids)).toEqual([ids[0], ids[0]]);
  const without = defaultRules.filter((rule) => rule !== "serial");
  const tried = await dryRun({ db: database.db, batchSize: 1 }, new Map([[one.integrationId, without]]));
  expect(tried.assets.after - tried.assets.before).toBe(1);
  expect(tried.merges).toEqual({ count: 0, examples: [] });
  expect(tried.splits).toMatchObject({
    count: 1,
    examples: [{ rule: "serial", assets: [{ id: ids[0] }, { id: ids[1] }] }],
  });
  expect(await partition()).toBe(began);
  await setRules(one.integrationId, without);
  const progress = await readIdentification(database.db, one.integrationId);
  expect(progress).toEqual({ pending: 1, total: 1 });
  await resolveAll();
  expect(await readIdentification(database.db, one.integrationId)).toBeNull();
  expect(await assetIdsOf(database, ...ids)).toEqual(ids);
  const back = await dryRun({ db: database.db }, new Map([[one.integrationId, defaultRules]]));
  expect(back.merges).toMatchObject({ count: 1, examples: [{ rule: "serial" }] });
  await setRules(one.integrationId, null);
  await resolveAll();
  expect(await partition()).toBe(began);
});

test("Q-28: a change of rules that is interrupted is gone on with", async () => {
  const [one, other] = [await aTenant(database), await aTenant(database)];
  const serials = Array.from({ length: 5 }, () => `serial-${randomUUID()}`);
  const [as, bs] = [1, 2].map(() => serials.map((serial) => aMachine({ serials: [serial] })));
  await one.assets(...as!);
  await other.assets(...bs!);
  await resolveAll();
  const ids = bs!.map(({ externalId }) => other.sourceId(externalId));
  await setRules(other.integrationId, ["cloud_instance"]);
  const stop = new AbortController();
  stop.abort();
  await resolveIdentities(deps(), { isBackground: true, batchSize: 1, signal: stop.signal });
  expect(await readIdentification(database.db, other.integrationId)).not.toBeNull();
  await resolveAll();
  expect(await assetIdsOf(database, ...ids)).toEqual(ids);
});

test("Q-29: what people split stays split, whatever comes, until it is undone", async () => {
  const { one, ids } = await aPair({ instanceIds: [anInstanceId()] });
  const before = await partition();
  const { separationId, assetIds } = await splitAsset(deps(), ids[0], [ids[1]]);
  expect(assetIds).toEqual([...ids].sort());
  await setRules(one.integrationId, ["cloud_instance"]);
  await setRules(one.integrationId, null);
  await resolveAll();
  expect(await assetIdsOf(database, ...ids)).toEqual(ids);
  await expect(splitAsset(deps(), ids[0], [ids[0]])).rejects.toThrow("but not all");
  expect(await undoSeparation(deps(), separationId)).toEqual({ assetIds: [ids[0]] });
  expect(await partition()).toBe(before);
  await expect(undoSeparation(deps(), separationId)).rejects.toThrow("undone already");
  const log = await database.db.selectFrom("identityLog").select("event").where("sourceId", "=", ids[1]).execute();
  expect(log.map(({ event }) => event).sort()).toEqual(["merged", "merged", "new", "reunited", "separated", "split"]);
  const audit = await database.db.selectFrom("auditEvent").select("action").where("subjectId", "=", ids[0]).execute();
  expect(audit).toEqual([{ action: "asset.split" }]);
});

test("Q-29: two assets that are never to be one stay two when a rule comes to match them", async () => {
  const [one, other] = [await aTenant(database), await aTenant(database)];
  const [a, b] = [aMachine({ serials: ["serial-a1"] }), aMachine({ serials: ["serial-b1"] })];
  await one.assets(a);
  await other.assets(b);
  await resolveAll();
  const ids = [one.sourceId(a.externalId), other.sourceId(b.externalId)];
  await neverMerge(deps(), ids[0]!, ids[1]!);
  await other.assets({ ...b, machine: a.machine, updatedAt: "2026-08-01T10:00:00Z" });
  await resolveAll();
  expect(await assetIdsOf(database, ...ids)).toEqual(ids);
  expect(await readIdentities(database.db, ids)).toHaveLength(2);
});

test("Q-29: when the integration that was first is removed, its machines are the other's, findings and all", async () => {
  const { one, other, ids } = await aPair();
  await other.finding(ids[1]);
  await resolveAll();
  await removeIntegration({ db: database.db, now, score: assetScoreConstants, by }, one.integrationId);
  await resolveAll();
  expect(await assetIdsOf(database, ids[1])).toEqual([ids[1]]);
  const finding = await database.db
    .selectFrom("finding")
    .select("assetId")
    .where("integrationId", "=", other.integrationId)
    .executeTakeFirstOrThrow();
  expect(finding.assetId).toBe(ids[1]);
  const { rows } = await database.pool.query("select count(*)::int as n from asset where id = $1", [ids[0]]);
  expect(rows).toEqual([{ n: 0 }]);
  const keys = await database.pool.query("select count(*)::int as n from identity_key where source_id = $1", [ids[0]]);
  expect(keys.rows).toEqual([{ n: 0 }]);
});
