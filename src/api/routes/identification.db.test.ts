import { afterAll, beforeAll, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { aMachine, anInstanceId, assetIdsOf, aTenant, findConnector } from "../../../test/machines.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import type { Role } from "../../model.ts";
import { resolveIdentities } from "../../sync/identities.ts";

let database: TestDatabase;
let as: ReturnType<typeof testApi>["as"];

beforeAll(async () => {
  database = await testDatabase();
  ({ as } = testApi(database, { findConnector }));
});
afterAll(() => database.close());

async function send(method: string, path: string, body?: unknown, role: Role = "admin") {
  const answer = await as(role).send(method, `/api/v1${path}`, body);
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}

const resolveAll = () =>
  resolveIdentities({ db: database.db, now: Date.now, findConnector }, { isWaiting: true, isBackground: true });

async function aPair(machine = { instanceIds: [anInstanceId()], serials: [anInstanceId()] }) {
  const [one, other] = [await aTenant(database), await aTenant(database)];
  const [a, b] = [aMachine(machine), aMachine(machine)];
  await one.assets(a);
  await other.assets(b);
  await resolveAll();
  return { one, ids: [one.sourceId(a.externalId), other.sourceId(b.externalId)] as const };
}

test("Q-28: the rules are listed in their order, with what is on and what to consider", async () => {
  const { status, body } = await send("GET", "/identification/rules", undefined, "viewer");
  expect(status).toBe(200);
  expect(body.items.map(({ position }: { position: number }) => position)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(body.items[0]).toMatchObject({ id: "native_key", isFixed: true });
  expect(body.items[9]).toMatchObject({ id: "hostname", isWeak: true, isOnByDefault: false });
  expect(body.items[9].warning).toContain("not unique");
});

test("Q-28 Q-31: an integration has the default rules until others are chosen, and null brings them back", async () => {
  const { one } = await aPair();
  const path = `/integrations/${one.integrationId}`;
  const defaults = (await send("GET", path)).body.identificationRules;
  expect(defaults).toEqual(expect.arrayContaining(["cloud_instance", "ip_mac"]));
  expect(defaults).not.toContain("hostname");
  const chosen = await send("PATCH", path, { identificationRules: ["hostname", "serial"] });
  expect(chosen.body.identificationRules).toEqual(["serial", "hostname"]);
  expect(chosen.body.identification).toEqual({ pending: 1, total: 1 });
  const refused = await send("PATCH", path, { identificationRules: [] });
  expect(refused).toMatchObject({ status: 400, body: { error: { field: "identificationRules" } } });
  const back = await send("PATCH", path, { identificationRules: null });
  expect(back.body.identificationRules).toEqual(defaults);
  await resolveAll();
  expect((await send("GET", path)).body.identification).toBeNull();
});

test("Q-29: a dry run says which assets rules would bring apart, and why they are one", async () => {
  const { one, ids } = await aPair();
  const { status, body } = await send("POST", `/integrations/${one.integrationId}/identification/dry-run`, {
    identificationRules: ["fqdn"],
  });
  expect(status).toBe(200);
  expect(body.assets.after).toBe(body.assets.before + 1);
  expect(body.splits).toMatchObject({ count: 1, examples: [{ rule: "cloud_instance", assets: [{ id: ids[0] }, {}] }] });
  expect(await assetIdsOf(database, ...ids)).toEqual([ids[0], ids[0]]);
});

test("Q-29: an asset shows its sources and why they are one, is split by people, and is whole again when they undo it", async () => {
  const { ids } = await aPair();
  const whole = (await send("GET", `/assets/${ids[0]}`, undefined, "viewer")).body;
  expect(whole.sources.map(({ id }: { id: string }) => id).sort()).toEqual([...ids].sort());
  expect(whole.sources[0].identifiers.instanceId).toHaveLength(1);
  expect(whole.identity[0]).toMatchObject({ event: "merged", ruleTitle: "Cloud instance", sourceId: ids[1] });
  // The link of the asset that was merged into it.
  expect((await send("GET", `/assets/${ids[1]}`)).body.id).toBe(ids[0]);
  expect((await send("POST", `/assets/${ids[0]}/split`, { sourceIds: [ids[1]] }, "viewer")).status).toBe(403);
  const split = await send("POST", `/assets/${ids[0]}/split`, { sourceIds: [ids[1]] }, "analyst");
  expect(split).toMatchObject({ status: 200, body: { assetIds: [...ids].sort() } });
  const { separations, identity } = (await send("GET", `/assets/${ids[1]}`)).body;
  expect(separations).toMatchObject([{ id: split.body.separationId, decidedBy: "analyst@weir.test" }]);
  expect(identity.map(({ event }: { event: string }) => event)).toEqual(expect.arrayContaining(["split", "separated"]));
  const undone = await send("DELETE", `/separations/${split.body.separationId}`, undefined, "analyst");
  expect(undone.body).toEqual({ assetIds: [ids[0]] });
  expect((await send("DELETE", `/separations/${split.body.separationId}`)).status).toBe(404);
});

test("asset.source.count finds what several records were found to be", async () => {
  const { ids } = await aPair();
  const { body } = await send("GET", `/assets?q=${encodeURIComponent("asset.source.count > 1")}&limit=100`);
  expect(body.items.map(({ id }: { id: string }) => id)).toContain(ids[0]);
  const single = await send("GET", `/assets?q=${encodeURIComponent("asset.source.count:1")}&limit=100`);
  expect(single.body.items.map(({ id }: { id: string }) => id)).not.toContain(ids[0]);
});
