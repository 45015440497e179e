import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { countAssets } from "../store/record-counts.ts";
import { type AssetCounts, createAssetCounts } from "./asset-counts.ts";

let database: TestDatabase;
let integrationId: string;
let now: number;

beforeEach(async () => {
  database = await testDatabase();
  integrationId = await inventory(database).integration("prod");
  now = 0;
});
afterEach(() => database.close());

async function addAsset(changes: { status?: string; isPlaceholder?: boolean; goneAt?: string } = {}) {
  const { status = "active", ...rest } = changes;
  const source = { ...rest, ...(status === "deleted" && { deletedAt: "2026-08-01T00:00:00Z" }) };
  const rows = inventory(database);
  const assetId = await rows.asset({ status });
  const id = await rows.assetSource({ assetId, integrationId, externalId: randomUUID() });
  if (Object.keys(source).length > 0)
    await database.db.updateTable("assetSource").set(source).where("id", "=", id).execute();
  return assetId;
}

const all = (id: string) => ({ id, assetClasses: null });
const countOf = async (known: AssetCounts, mark: string) => (await known.of(all(integrationId), mark)).inside;

const counts = () => createAssetCounts({ db: database.db, now: () => now });

test("live assets are counted by their sources, without placeholders and what is deleted or gone", async () => {
  await addAsset();
  await addAsset();
  await addAsset({ status: "deleted" });
  await addAsset({ isPlaceholder: true });
  await addAsset({ goneAt: "2026-08-01T00:00:00Z" });
  await addAsset({ status: "deleted", goneAt: "2026-08-01T00:00:00Z" });
  const other = await inventory(database).integration("other");
  const shared = await addAsset();
  await inventory(database).assetSource({ assetId: shared, integrationId: other, externalId: "same" });
  expect([await countAssets(database.db, all(integrationId)), await countAssets(database.db, all(other))]).toEqual([
    { inside: 3, outside: 0 },
    { inside: 1, outside: 0 },
  ]);
});

test("a count is kept for some seconds, and made anew at once when its mark is another", async () => {
  const known = counts();
  await addAsset();
  expect(await countOf(known, "a")).toBe(1);
  await addAsset();
  now = 4_000;
  expect(await countOf(known, "a")).toBe(1);
  expect(await countOf(known, "b")).toBe(2);
});

test("when it is older, whoever asks gets what is known while it is counted; when it is very old, they wait", async () => {
  const known = counts();
  await addAsset();
  await countOf(known, "a");
  await addAsset();
  now = 6_000;
  expect(await countOf(known, "a")).toBe(1);
  await expect.poll(() => countOf(known, "a")).toBe(2);
  await addAsset();
  now = 300_000;
  expect(await countOf(known, "a")).toBe(3);
});

test("a count that fails is told to whoever asks next", async () => {
  const known = counts();
  await countOf(known, "a");
  await database.pool.query("alter table asset_source rename to away");
  now = 6_000;
  await expect.poll(() => countOf(known, "a").catch((error: Error) => error.message)).toMatch(/asset_source/);
  await database.pool.query("alter table away rename to asset_source");
  expect(await countOf(known, "a")).toBe(0);
});
