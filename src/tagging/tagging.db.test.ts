import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAsset } from "../../test/builders.ts";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { contentHash } from "../content-hash.ts";
import { placeAssets, writePlaced } from "../identity/match.ts";
import { createLogger } from "../log.ts";
import type { AssetRecord } from "../model.ts";
import { searchAssets, searchFindings } from "../query/search.ts";
import { assetScoreConstants } from "../risk/constants.ts";
import { applyTags, countDueAssets, readDueAssets } from "../store/apply-tags.ts";
import { moveAssetTags } from "../store/asset-tag.ts";
import type { By } from "../store/audit.ts";
import { PageConflictError } from "../store/batch.ts";
import { recordId } from "../store/id.ts";
import { listTags } from "../store/tag.ts";
import { nextSize } from "./apply.ts";
import { changeTag, createTag, editTagAssets, type NewTag, removeTag, tagByQuery } from "./edit.ts";
import { previewTag } from "./preview.ts";
import { settleTags } from "./tagging.ts";

let database: TestDatabase;
let given: ReturnType<typeof inventory>;
let integrationId: string;

beforeAll(async () => {
  database = await testDatabase();
  given = inventory(database);
  integrationId = await given.integration("prod");
});
afterAll(() => database.close());

const by: By = { actor: { type: "cli", id: null, name: "a test" }, address: null };
const log = createLogger({ format: "text", level: "error", stream: process.stderr });

function tagging(now = Date.parse("2026-08-10T00:00:00Z")) {
  const deps = { db: database.db, now: () => now, log };
  return {
    ...deps,
    settle: () => settleTags(deps),
    tag: (tag: Partial<NewTag> & { name: string }) =>
      createTag(deps, by, { kind: "static", description: null, criticality: null, query: null, ...tag }),
    put: (id: string, add: string[], remove: string[] = []) => editTagAssets(deps, by, id, { add, remove }),
    change: (id: string, changes: Parameters<typeof changeTag>[3]) => changeTag(deps, by, id, changes),
    remove: (id: string) => removeTag(deps, by, id),
    byQuery: (id: string, query: string, action: "add" | "remove" = "add") =>
      tagByQuery(deps, by, id, { query, action }),
  };
}

const named = (what: string) => `${what} ${randomUUID().slice(0, 8)}`;

async function assetOf(id: string) {
  return await database.db
    .selectFrom("asset")
    .select(["tags", "ownTags", "sourceTags", "criticality", "riskScore"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
}

async function findingTags(id: string) {
  return (await database.db.selectFrom("finding").select("tags").where("id", "=", id).executeTakeFirstOrThrow()).tags;
}

describe("tags that people put on", () => {
  test("stand beside the source's on the asset and its findings, the highest criticality wins, and the score follows", async () => {
    const weir = tagging();
    const asset = await given.asset({ tags: ["Wiz", "env:prod"] });
    const finding = await given.finding({
      integrationId,
      assetId: asset,
      tags: ["Wiz", "env:prod"],
      riskScore: 60,
      severity: 3,
    });
    const [crown, low] = [named("Crown jewels"), named("Low")];
    const first = await weir.tag({ name: crown, criticality: 5 });
    const second = await weir.tag({ name: low, criticality: 1 });
    expect(await weir.put(second, [asset, randomUUID()])).toEqual({ added: 1, removed: 0 });
    await weir.settle();
    expect(await assetOf(asset)).toMatchObject({ criticality: 1, riskScore: 60 });
    await weir.put(first, [asset]);
    expect(await countDueAssets(database.db)).toBe(1);
    await weir.settle();
    expect(await countDueAssets(database.db)).toBe(0);
    expect(await assetOf(asset)).toEqual({
      tags: ["Wiz", "env:prod", crown, low],
      ownTags: [crown, low],
      sourceTags: ["Wiz", "env:prod"],
      criticality: 5,
      riskScore: Math.round(5 * (60 + 0.4)),
    });
    expect(await findingTags(finding)).toEqual(["Wiz", "env:prod", crown, low]);
    await weir.put(first, [], [asset]);
    await weir.put(second, [], [asset]);
    await weir.settle();
    expect(await assetOf(asset)).toEqual({
      tags: ["Wiz", "env:prod"],
      ownTags: [],
      sourceTags: null,
      criticality: assetScoreConstants.defaultCriticality,
      riskScore: Math.round(2 * (60 + 0.4)),
    });
    expect(await findingTags(finding)).toEqual(["Wiz", "env:prod"]);
  });

  test("one named as a tag of the source goes alone: the source's stays", async () => {
    const weir = tagging();
    const name = named("team");
    const asset = await given.asset({ tags: ["Wiz", name] });
    const id = await weir.tag({ name });
    await weir.put(id, [asset]);
    await weir.settle();
    expect((await assetOf(asset)).tags).toEqual(["Wiz", name]);
    await weir.remove(id);
    await weir.settle();
    expect((await assetOf(asset)).tags).toEqual(["Wiz", name]);
  });

  test("another name or criticality comes to all its assets, and a deleted one goes from all of them", async () => {
    const weir = tagging();
    const assets = [await given.asset(), await given.asset()];
    const id = await weir.tag({ name: named("before"), criticality: 3 });
    await weir.put(id, assets);
    await weir.settle();
    const after = named("after");
    await weir.change(id, { name: after, criticality: 4 });
    expect((await listTags(database.db, id))[0]).toMatchObject({ assets: 2, pending: 2 });
    await weir.settle();
    for (const asset of assets) expect(await assetOf(asset)).toMatchObject({ tags: ["Wiz", after], criticality: 4 });
    await weir.remove(id);
    expect(await countDueAssets(database.db)).toBe(2);
    await weir.settle();
    for (const asset of assets) expect(await assetOf(asset)).toMatchObject({ tags: ["Wiz"], criticality: 2 });
  });

  test("all that a query finds is tagged, with the true count, and untagged again", async () => {
    const weir = tagging();
    const region = named("region");
    for (let i = 0; i < 5; i++) await given.asset({ region });
    const other = await given.asset();
    const id = await weir.tag({ name: named("here") });
    expect(await weir.byQuery(id, `region:"${region}"`)).toBe(5);
    await weir.settle();
    expect((await listTags(database.db, id))[0]).toMatchObject({ assets: 5, pending: 0 });
    expect((await assetOf(other)).ownTags).toEqual([]);
    expect(await weir.byQuery(id, `region:"${region}"`, "remove")).toBe(5);
    await weir.settle();
    expect((await listTags(database.db, id))[0]).toMatchObject({ assets: 0 });
  });

  test("are found by their names in tags and ownTags, on assets and on findings, and criticality by its range", async () => {
    const weir = tagging();
    const name = named("Searched");
    const asset = await given.asset({ tags: ["Wiz", "env:dev"] });
    await given.asset({ tags: ["Wiz", name] });
    const finding = await given.finding({ integrationId, assetId: asset });
    const id = await weir.tag({ name, criticality: 5 });
    await weir.put(id, [asset]);
    await weir.settle();
    const assets = async (query: string) =>
      (await searchAssets(database.db, { query, limit: 50 })).items.map((item) => item.id);
    const findings = async (query: string) =>
      (await searchFindings(database.db, { query, limit: 50 })).items.map((item) => item.id);
    expect(await assets(`tags:"${name}"`)).toHaveLength(2);
    expect(await assets(`ownTags:"${name}"`)).toEqual([asset]);
    expect(await assets(`sourceTags:"${name}"`)).not.toContain(asset);
    expect(await assets(`sourceTags:"env:dev" AND ownTags:"${name}"`)).toEqual([asset]);
    expect(await assets(`ownTags:"${name}" AND asset.criticality:[4 .. 5]`)).toEqual([asset]);
    expect(await findings(`asset.ownTags:"${name}"`)).toEqual([finding]);
    expect(await findings(`tags:"${name}" AND asset.criticality >= 5`)).toEqual([finding]);
    expect(await findings(`tags:"${name}" AND asset.criticality < 5`)).toEqual([]);
  });

  test("a name that another tag or the vendor has is refused", async () => {
    const weir = tagging();
    const name = named("Taken");
    await weir.tag({ name });
    await expect(weir.tag({ name: name.toUpperCase() })).rejects.toThrow(/already/);
    await expect(weir.tag({ name: "wiz" })).rejects.toThrow(/by itself/);
  });
});

describe("pages of the source", () => {
  function aSource() {
    const context = { integrationId, inventory: "Wiz", at: "2026-08-11T00:00:00Z" };
    const externalId = randomUUID();
    const sourceId = recordId(integrationId, "asset", externalId);
    const fetched = (changes: Partial<AssetRecord>) => {
      const record = anAsset({ externalId, ...changes });
      return { sourceId, record, hash: contentHash(JSON.stringify(record)) };
    };
    return {
      id: sourceId,
      place: (changes: Partial<AssetRecord>) => placeAssets(database.db, context, [fetched(changes)]),
      store: async (changes: Partial<AssetRecord>) =>
        await writePlaced(database.db, await placeAssets(database.db, context, [fetched(changes)])),
    };
  }

  test("bring other tags of the source, and people's own stay", async () => {
    const weir = tagging();
    const source = aSource();
    await source.store({ tags: ["env:dev"] });
    const name = named("Mine");
    const id = await weir.tag({ name, criticality: 4 });
    await weir.put(id, [source.id]);
    await weir.settle();
    await source.store({ tags: ["env:prod", "team:a"], updatedAt: "2026-08-09T00:00:00Z" });
    expect(await assetOf(source.id)).toMatchObject({
      tags: ["Wiz", "env:prod", "team:a", name],
      sourceTags: ["Wiz", "env:prod", "team:a"],
      criticality: 4,
    });
    await weir.remove(id);
    await weir.settle();
    expect((await assetOf(source.id)).tags).toEqual(["Wiz", "env:prod", "team:a"]);
  });

  test("that read an asset before a tag came are done again, instead of writing the tags as they were", async () => {
    const weir = tagging();
    const source = aSource();
    await source.store({});
    const late = await source.place({ name: "renamed", updatedAt: "2026-08-09T00:00:00Z" });
    await weir.put(await weir.tag({ name: named("Between") }), [source.id]);
    await weir.settle();
    await expect(writePlaced(database.db, late)).rejects.toThrow(PageConflictError);
  });
});

describe("dynamic tags", () => {
  test("come to what the query finds and leave what it does not find any more", async () => {
    const weir = tagging();
    const region = named("eu");
    const [inside, outside] = [await given.asset({ region }), await given.asset()];
    const name = named("European");
    const id = await weir.tag({ name, kind: "dynamic", query: `region:"${region}"`, criticality: 4 });
    expect((await listTags(database.db, id))[0]?.dueAt).not.toBeNull();
    await weir.settle();
    expect(await assetOf(inside)).toMatchObject({ tags: ["Wiz", name], criticality: 4 });
    expect((await listTags(database.db, id))[0]).toMatchObject({ assets: 1, dueAt: null, problem: null });
    await database.db.updateTable("asset").set({ region: "us" }).where("id", "=", inside).execute();
    await database.db.updateTable("asset").set({ region }).where("id", "=", outside).execute();
    await weir.settle();
    expect(await assetOf(inside)).toMatchObject({ tags: ["Wiz"], criticality: 2 });
    expect(await assetOf(outside)).toMatchObject({ tags: ["Wiz", name], criticality: 4 });
    await weir.change(id, { query: 'region:"nowhere"' });
    await weir.settle();
    expect((await assetOf(outside)).tags).toEqual(["Wiz"]);
  });

  test("go by the source's tags, which their own effect does not change", async () => {
    const weir = tagging();
    const env = `env:${randomUUID()}`;
    const asset = await given.asset({ tags: ["Wiz", env] });
    const id = await weir.tag({ name: named("Production"), kind: "dynamic", query: `sourceTags:"${env}"` });
    await weir.settle();
    await weir.settle();
    expect((await listTags(database.db, id))[0]).toMatchObject({ assets: 1 });
    expect((await assetOf(asset)).sourceTags).toEqual(["Wiz", env]);
  });

  test.each([
    ["tags:Wiz", /cannot ask for tags.*sourceTags/],
    ["class:compute AND (criticality >= 3 OR cloud:aws)", /cannot ask for criticality/],
    ["NOT asset.riskScore > 500", /cannot ask for riskScore/],
    ["asset:(tags.name:prod)", /cannot ask for tags/],
    ["changed < now-1d", /cannot ask for changed/],
    ["ownTags is null", /cannot ask for ownTags/],
    ["", /needs a query/],
    ["clas:compute", /no field "clas"/],
  ])("the query %s is refused, with the reason", async (query, reason) => {
    const weir = tagging();
    await expect(weir.tag({ name: named("Circular"), kind: "dynamic", query })).rejects.toThrow(reason);
    await expect(previewTag(database.db, { query, tagId: undefined, now: 0 })).rejects.toThrow(reason);
  });

  test("a preview says how many, which, and what changes", async () => {
    const weir = tagging();
    const [one, two] = [named("one"), named("two")];
    for (const region of [one, one, two]) await given.asset({ region, name: `in ${region}` });
    const id = await weir.tag({ name: named("Regional"), kind: "dynamic", query: `region:"${one}"` });
    await weir.settle();
    const preview = await previewTag(database.db, { query: `region:"${two}"`, tagId: id, now: weir.now() });
    expect(preview).toMatchObject({ total: 1, adds: 1, removes: 2, examples: [{ name: `in ${two}`, criticality: 2 }] });
  });

  test("nobody puts one on by hand", async () => {
    const weir = tagging();
    const id = await weir.tag({ name: named("By query"), kind: "dynamic", query: "class:storage" });
    await expect(weir.put(id, [])).rejects.toThrow(/change the query/);
    await expect(weir.byQuery(id, "class:storage")).rejects.toThrow(/change the query/);
  });
});

describe("what is left of a process that was killed", () => {
  test("is done by the next: assets, half of which were written", async () => {
    const weir = tagging();
    const region = named("killed");
    const assets = [];
    for (let i = 0; i < 6; i++) assets.push(await given.asset({ region }));
    const name = named("Survivor");
    const id = await weir.tag({ name, criticality: 5 });
    await weir.put(id, assets);
    const due = await readDueAssets(database.db, 3);
    const half = due.map(({ assetId }) => assetId);
    await database.db.transaction().execute((trx) => applyTags(trx, half, { at: "2026-08-10T00:00:00Z", standard: 2 }));
    expect((await listTags(database.db, id))[0]).toMatchObject({ assets: 6, pending: 6 });
    await weir.settle();
    for (const asset of assets) expect(await assetOf(asset)).toMatchObject({ tags: ["Wiz", name], criticality: 5 });
    expect(await countDueAssets(database.db)).toBe(0);
  });

  test("what became due again while it was done is not struck off", async () => {
    const weir = tagging();
    const asset = await given.asset();
    const id = await weir.tag({ name: named("Twice"), criticality: 3 });
    await weir.put(id, [asset]);
    const before = await readDueAssets(database.db, 10);
    await weir.change(id, { criticality: 4 });
    const after = await readDueAssets(database.db, 10);
    expect(after[0]!.assetId).toBe(before[0]!.assetId);
    expect(after[0]!.mark).toBeGreaterThan(before[0]!.mark);
    await weir.settle();
    expect(await assetOf(asset)).toMatchObject({ criticality: 4 });
  });
});

test("tags of an asset that is merged into another move to it, once each", async () => {
  const weir = tagging();
  const [from, to] = [await given.asset(), await given.asset()];
  const [both, moved] = [named("Both"), named("Moved")];
  const ids = [await weir.tag({ name: both }), await weir.tag({ name: moved, criticality: 5 })];
  await weir.put(ids[0]!, [from, to]);
  await weir.put(ids[1]!, [from]);
  await database.db.transaction().execute(async (trx) => {
    await moveAssetTags(trx, new Map([[from, to]]));
    await trx.deleteFrom("asset").where("id", "=", from).execute();
  });
  await weir.settle();
  expect(await assetOf(to)).toMatchObject({ ownTags: [both, moved], criticality: 5 });
  expect(await countDueAssets(database.db)).toBe(0);
});

test("batches grow while they are quick and shrink when they keep others waiting", () => {
  expect([nextSize(100, 10), nextSize(100, 150), nextSize(100, 500), nextSize(10, 5_000), nextSize(2_000, 1)]).toEqual([
    200, 100, 50, 10, 2_000,
  ]);
});
