import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aFinding } from "../../test/builders.ts";
import { aMachine, anInstanceId, assetIdsOf, aTenant, findConnector, now } from "../../test/machines.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { createLogger } from "../log.ts";
import { resolveIdentities } from "../sync/identities.ts";
import { createTag, editTagAssets } from "./edit.ts";
import { settleTags } from "./tagging.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ poolSize: 10 });
});
afterAll(() => database.close());

const by = { actor: { type: "cli", id: null, name: "a test" }, address: null } as const;

test("a machine that two integrations turn out to see keeps the tags of both, and is as critical as they say", async () => {
  const log = createLogger({ format: "text", level: "error", stream: process.stderr });
  const deps = { db: database.db, now, findConnector, log };
  const [one, other] = [await aTenant(database), await aTenant(database)];
  const instance = anInstanceId();
  const [a, b] = [aMachine({ instanceIds: [instance] }), aMachine({ instanceIds: [instance] })];
  await one.assets(a);
  await other.assets(b);
  await other.findings(aFinding({ externalId: randomUUID(), asset: { ...b, isPlaceholder: true } }));
  const ids = [one.sourceId(a.externalId), other.sourceId(b.externalId)];
  for (const [name, criticality, assetId] of [
    ["Ours", 3, ids[0]!],
    ["Theirs", 5, ids[1]!],
  ] as const) {
    const tag = { name, kind: "static", criticality, query: null, description: null } as const;
    await editTagAssets(deps, by, await createTag(deps, by, tag), { add: [assetId], remove: [] });
  }
  await settleTags(deps);
  await resolveIdentities(deps, { isWaiting: true });
  await settleTags(deps);
  const [merged] = await assetIdsOf(database, ...ids);
  const assets = await database.db.selectFrom("asset").selectAll().where("id", "in", ids).execute();
  expect(assets).toMatchObject([{ id: merged, ownTags: ["Ours", "Theirs"], criticality: 5 }]);
  const findings = await database.db.selectFrom("finding").select(["assetId", "tags"]).execute();
  expect(findings).toEqual([{ assetId: merged, tags: assets[0]!.tags }]);
});
