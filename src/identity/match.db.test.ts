import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anAsset } from "../../test/builders.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { contentHash } from "../content-hash.ts";
import type { AssetRecord } from "../model.ts";
import { PageConflictError } from "../store/batch.ts";
import { recordId } from "../store/id.ts";
import { placeAssets, writePlaced } from "./match.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const at = "2026-08-02T12:00:00Z";

function aTenant() {
  const context = { integrationId: randomUUID(), inventory: "Wiz", at };
  const fetched = (record: AssetRecord) => ({
    sourceId: recordId(context.integrationId, "asset", record.externalId),
    record,
    hash: contentHash(JSON.stringify(record)),
  });
  return {
    place: (record: AssetRecord) => placeAssets(database.db, context, [fetched(record)]),
    async store(record: AssetRecord) {
      await writePlaced(database.db, await placeAssets(database.db, context, [fetched(record)]));
    },
    assets: () =>
      database.db
        .selectFrom("assetSource")
        .innerJoin("asset", "asset.id", "assetSource.assetId")
        .select(["asset.name", "asset.isPlaceholder", "asset.version"])
        .where("assetSource.integrationId", "=", context.integrationId)
        .execute(),
  };
}

/** Of another tenant of the test: provider's ids are the same for all. */
const aProviderId = () => `arn:aws:ec2:us-east-1:111122223333:instance/${randomUUID()}`;

test("of two findings that speak of the same new asset at once, the first makes the placeholder", async () => {
  const tenant = aTenant();
  const record = anAsset({ isPlaceholder: true, providerUniqueId: aProviderId() });
  const late = await tenant.place({ ...record, name: "late" });
  await tenant.store({ ...record, name: "first" });
  await writePlaced(database.db, late);
  expect(await tenant.assets()).toEqual([{ name: "first", isPlaceholder: true, version: 1 }]);
});

test("a finding is placed again when the inventory delivered its asset in between", async () => {
  const tenant = aTenant();
  const record = anAsset({ providerUniqueId: aProviderId() });
  const late = await tenant.place({ ...record, isPlaceholder: true });
  await tenant.store(record);
  await expect(writePlaced(database.db, late)).rejects.toThrow(PageConflictError);
  expect(await tenant.assets()).toEqual([{ name: "web-1", isPlaceholder: false, version: 1 }]);
});

test.each([true, false])(
  "a source is placed again when another claimed its provider's id in between (placeholder: %s)",
  async (isPlaceholder) => {
    const [tenant, other] = [aTenant(), aTenant()];
    const record = anAsset({ class: "storage", providerUniqueId: aProviderId(), isPlaceholder });
    const late = await tenant.place({ ...record, externalId: "asset-2" });
    await other.store(record);
    await expect(database.db.transaction().execute(async (trx) => await writePlaced(trx, late))).rejects.toThrow(
      PageConflictError,
    );
    await tenant.store({ ...record, externalId: "asset-2" });
    expect((await tenant.assets()).map(({ name }) => name)).toEqual((await other.assets()).map(({ name }) => name));
    expect(await tenant.assets()).toHaveLength(1);
  },
);
