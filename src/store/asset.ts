import { type Kysely, type Selectable, sql } from "kysely";
import { among } from "./among.ts";
import { type BatchTable, type Write, writeBatch, writeOf, writeVersions } from "./batch.ts";
import type { AssetSourceTable, AssetTable, Schema } from "./schema.ts";
import type { AssetKeyTable, IdentityLogTable } from "./schema-identity.ts";

/** The facts of an asset that come from its sources; scores and counts are kept by `asset-risk.ts`. */
export type AssetFacts = Omit<
  Selectable<AssetTable>,
  | "sourceCount"
  | "criticality"
  | "riskScore"
  | "openCritical"
  | "openHigh"
  | "openMedium"
  | "openLow"
  | "openInformational"
>;
/** When it was added is the database's to say. */
export type AssetSourceRow = Omit<Selectable<AssetSourceTable>, "addedAt">;

const assetBatch: BatchTable<AssetFacts> = {
  name: "asset",
  key: ["id"],
  columns: {
    id: "uuid",
    name: "text",
    class: "text",
    type: "text",
    nativeType: "text",
    status: "text",
    cloud: "text",
    accountId: "text",
    accountName: "text",
    region: "text",
    isInternetExposed: "boolean",
    operatingSystem: "text",
    projects: "text[]",
    tags: "text[]",
    ownTags: "text[]",
    sourceTags: "text[]",
    inventory: "text[]",
    isPlaceholder: "boolean",
    firstSeenAt: "timestamptz",
    lastSeenAt: "timestamptz",
    deletedAt: "timestamptz",
    sourceUpdatedAt: "timestamptz",
    changedAt: "timestamptz",
    version: "integer",
  },
};

const sourceBatch: BatchTable<AssetSourceRow> = {
  name: "assetSource",
  key: ["id"],
  columns: {
    id: "uuid",
    assetId: "uuid",
    integrationId: "uuid",
    externalId: "text",
    providerUniqueId: "text",
    isPlaceholder: "boolean",
    firstSeenAt: "timestamptz",
    lastSeenAt: "timestamptz",
    sourceUpdatedAt: "timestamptz",
    hash: "uuid",
    goneAt: "timestamptz",
    deletedAt: "timestamptz",
    identifiers: "jsonb",
    version: "integer",
  },
};

const keyBatch: BatchTable<AssetKey> = { name: "assetKey", key: ["id"], columns: { id: "uuid", assetId: "uuid" } };

export async function readAssetSources(
  db: Kysely<Schema>,
  ids: readonly string[],
): Promise<Map<string, AssetSourceRow>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom("assetSource").selectAll().where("id", "in", among(ids)).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** All sources of some assets, those of other integrations too. */
export async function readSourcesOfAssets(db: Kysely<Schema>, assetIds: readonly string[]): Promise<AssetSourceRow[]> {
  if (assetIds.length === 0) return [];
  return await db.selectFrom("assetSource").selectAll().where("assetId", "in", among(assetIds)).execute();
}

export async function readAssets(db: Kysely<Schema>, ids: readonly string[]): Promise<Map<string, AssetFacts>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("asset")
    .select(Object.keys(assetBatch.columns) as (keyof AssetFacts)[])
    .where("id", "in", among(ids))
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** Writes rows whose `version` is one more than the one read (1: the row is new). @throws PageConflictError */
export async function writeAssets(db: Kysely<Schema>, rows: readonly AssetFacts[]): Promise<void> {
  await writeVersions(db, assetBatch, rows);
}

/** Writes rows whose `version` is one more than the one read (1: the row is new). @throws PageConflictError */
export async function writeAssetSources(db: Kysely<Schema>, rows: readonly AssetSourceRow[]): Promise<void> {
  await writeVersions(db, sourceBatch, rows);
}

/** Counts the sources of assets that got or lost one. */
export async function countSources(trx: Kysely<Schema>, assetIds: readonly string[]): Promise<void> {
  if (assetIds.length === 0) return;
  await sql`update asset set source_count = counted.n from (
      select asset_id, count(*)::integer as n from asset_source where asset_id = any(${assetIds}::uuid[]) group by 1
    ) counted
    where counted.asset_id = asset.id and source_count <> counted.n`.execute(trx);
}

export type AssetKey = Selectable<AssetKeyTable>;

/** Rows about assets that nobody knew when we looked. */
export interface NewAssetRows {
  assets: readonly AssetFacts[];
  sources: readonly AssetSourceRow[];
  log: readonly IdentityLogRow[];
  keys: readonly AssetKey[];
}

/** Writes what nobody knew; what has come in since stays. */
export function newAssetWrites({ assets, sources, log, keys }: NewAssetRows): Write[] {
  const nothing = { do: "nothing" } as const;
  return [
    writeOf(assetBatch, assets, nothing),
    writeOf(sourceBatch, sources, nothing),
    writeOf(identityBatch, log, nothing),
    writeOf(keyBatch, keys, nothing),
  ];
}

/** Which assets own globally unique identifiers, by the identifier's key. */
export async function readAssetKeys(db: Kysely<Schema>, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const owners = await db.selectFrom("assetKey").selectAll().where("id", "in", among(ids)).execute();
  return new Map(owners.map((owner) => [owner.id, owner.assetId]));
}

/** Claims globally unique identifiers for assets and answers whose they are: the first claim holds. */
export async function claimAssetKeys(db: Kysely<Schema>, claims: readonly AssetKey[]): Promise<Map<string, string>> {
  await writeBatch(db, keyBatch, claims, { do: "nothing" });
  return await readAssetKeys(
    db,
    claims.map((claim) => claim.id),
  );
}

export type IdentityLogRow = Selectable<IdentityLogTable>;

/** Appends decisions; one that is there already is the same. */
export async function appendIdentityLog(db: Kysely<Schema>, rows: readonly IdentityLogRow[]): Promise<void> {
  await writeBatch(db, identityBatch, rows, { do: "nothing" });
}

const identityBatch: BatchTable<IdentityLogRow> = {
  name: "identityLog",
  key: ["id"],
  columns: {
    id: "uuid",
    at: "timestamptz",
    assetId: "uuid",
    sourceId: "uuid",
    rule: "text",
    evidence: "jsonb",
    event: "text",
  },
};
