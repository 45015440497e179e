import type { Kysely } from "kysely";
import { type AssetRecord, type Identifiers, instant, isEarlier } from "../model.ts";
import {
  type AssetFacts,
  type AssetKey,
  type AssetSourceRow,
  countSources,
  type IdentityLogRow,
  type NewAssetRows,
  newAssetWrites,
  readAssetKeys,
  readAssetSources,
  readAssets,
  writeAssetSources,
  writeAssets,
} from "../store/asset.ts";
import { PageConflictError, type Write, writeTogether } from "../store/batch.ts";
import { recordId } from "../store/id.ts";
import { identityKeyWrite, type KeyRow, noteIdentities, writeIdentityKeys } from "../store/identity.ts";
import type { Schema } from "../store/schema.ts";
import { keepKnown } from "./keep-known.ts";
import { identityKeys } from "./keys.ts";
import { identifiersAfter } from "./known-identifiers.ts";
import { isWeekOlder } from "./moving-time.ts";

/** An asset as it was fetched, with the id of its source and the hash of its content. */
export interface FetchedAsset {
  sourceId: string;
  record: AssetRecord;
  hash: string;
}

export interface PlaceContext {
  integrationId: string;
  /** The name under which the connector's assets stand in the inventory, and their tag. */
  inventory: string;
  /** ISO time of this write. */
  at: string;
  /** The records were asked for without some fields. */
  isReduced?: boolean | undefined;
}

/** What an asset keeps where its source was not asked. */
const keptColumns = [
  "nativeType",
  "cloud",
  "accountId",
  "accountName",
  "region",
  "isInternetExposed",
  "operatingSystem",
  "projects",
] as const satisfies readonly (keyof AssetFacts)[];

export interface AssetChange {
  sourceId: string;
  before: AssetFacts | null;
  after: AssetFacts;
}

export interface PlacedAssets {
  /** The asset of every source that is news or that a finding named, as it is now. */
  bySource: Map<string, AssetFacts>;
  /** Sources delivered by the inventory that were written; placeholders are not news. */
  changes: AssetChange[];
  /** Fetched from the inventory and not news. */
  unchanged: number;
  writes: AssetWrites;
}

/** What was decided and is still to be written. */
interface AssetWrites {
  /** New, and with what others may come up with too: nobody's word but a finding's. */
  shared: NewAssetRows;
  assets: AssetFacts[];
  sources: AssetSourceRow[];
  /** Machines, as they were identified before and are now. */
  identities: IdentityChange[];
}

interface IdentityChange {
  integrationId: string;
  sourceId: string;
  before: Identifiers | null;
  after: Identifiers | null;
}

/**
 * Decides which asset each fetched source is; `writePlaced` then writes what is new. The source's native key comes
 * first; then, for what is no machine, the provider's unique id, which makes sources of several integrations one asset.
 * A new machine is an asset of its own until the rules had a look at it (`src/sync/identities.ts`), which is noted. A
 * finding's word on its asset only makes a placeholder where nothing is known; the inventory upgrades it in place.
 */
export async function placeAssets(
  db: Kysely<Schema>,
  context: PlaceContext,
  fetched: readonly FetchedAsset[],
): Promise<PlacedAssets> {
  const latest = latestBySource(fetched);
  const known = await readAssetSources(db, [...latest.keys()]);
  const news = [...latest.values()].filter((asset) => isNews(asset, known.get(asset.sourceId)));
  const { claims, owners } = await findOwners(db, news, known);
  const assetIds = new Map(
    [...latest.keys()].map((id) => [id, known.get(id)?.assetId ?? owners.get(id) ?? id] as const),
  );
  // The inventory's own records that are not news need no look at their asset.
  const wanted = [...latest.values()].filter(
    (asset) => asset.record.isPlaceholder || isNews(asset, known.get(asset.sourceId)),
  );
  const assets = await readAssets(db, [
    ...new Set(wanted.map((asset) => assetIds.get(asset.sourceId) ?? asset.sourceId)),
  ]);
  const changes = applyNews(context, news, assetIds, assets);
  const written = Map.groupBy(new Set(changes.map(({ after }) => after)), isNewPlaceholder);
  const sources = Map.groupBy(
    news.map((asset) => sourceRow(context, asset, assetIds, known)),
    isNewPlaceholder,
  );
  return {
    bySource: new Map([...assetIds].flatMap(([id, assetId]) => pair(id, assets.get(assetId)))),
    changes: changes.filter((change) => !change.asset.record.isPlaceholder),
    unchanged:
      [...latest.values()].filter(({ record }) => !record.isPlaceholder).length -
      news.filter(({ record }) => !record.isPlaceholder).length,
    writes: {
      shared: {
        keys: claims,
        assets: written.get(true) ?? [],
        sources: sources.get(true) ?? [],
        log: news.filter((asset) => !known.has(asset.sourceId)).map((asset) => logRow(context, asset, assetIds)),
      },
      assets: written.get(false) ?? [],
      sources: sources.get(false) ?? [],
      identities: [...sources.values()].flat().flatMap((row) => identityChange(row, known)),
    },
  };
}

function identityChange(row: AssetSourceRow, known: ReadonlyMap<string, AssetSourceRow>): IdentityChange[] {
  const before = known.get(row.id)?.identifiers ?? null;
  const { id: sourceId, integrationId, identifiers: after } = row;
  return before === null && after === null ? [] : [{ integrationId, sourceId, before, after }];
}

const isNewPlaceholder = (row: { version: number; isPlaceholder: boolean }) => row.isPlaceholder && row.version === 1;

/**
 * Writes what was decided, and `others` with it. Pages side by side speak of the same things, and who writes one keeps
 * the others waiting until the end of the transaction: so this comes last in it, in one message, and always in this
 * order, or two would wait for each other.
 * @throws PageConflictError when someone else decided otherwise meanwhile
 */
export async function writePlaced(
  trx: Kysely<Schema>,
  { writes }: PlacedAssets,
  others: readonly Write[] = [],
): Promise<void> {
  await writeAssets(trx, writes.assets);
  await writeAssetSources(trx, writes.sources);
  const isShared = new Set(writes.shared.sources.map(({ id }) => id));
  const identities = Map.groupBy(writes.identities, ({ sourceId }) => isShared.has(sourceId));
  await writeIdentities(trx, identities.get(false) ?? []);
  const told = identities.get(true) ?? [];
  await noteIdentities(
    trx,
    told.map(({ sourceId }) => sourceId),
  );
  const shared = newAssetWrites(writes.shared);
  const counts = await writeTogether(trx, [...shared, identityKeyWrite(changedKeys(told).added), ...others]);
  if (shared.some(({ rows }, i) => counts[i] !== rows)) await checkShared(trx, writes.shared);
  const joined = [...writes.sources, ...writes.shared.sources].filter(({ id, assetId }) => assetId !== id);
  await countSources(
    trx,
    joined.filter(({ version }) => version === 1).map(({ assetId }) => assetId),
  );
}

/** The keys by which others find these machines, and the note that somebody is to look which asset they are. */
export async function writeIdentities(trx: Kysely<Schema>, changes: readonly IdentityChange[]): Promise<void> {
  await writeIdentityKeys(trx, changedKeys(changes));
  await noteIdentities(
    trx,
    changes.map(({ sourceId }) => sourceId),
  );
}

function changedKeys(changes: readonly IdentityChange[]): { added: KeyRow[]; removed: KeyRow[] } {
  const added: KeyRow[] = [];
  const removed: KeyRow[] = [];
  for (const { integrationId, sourceId, before, after } of changes) {
    const keysOf = (some: Identifiers | null) =>
      new Set(some === null ? [] : identityKeys(integrationId, some).map(({ key }) => key));
    const [old, next] = [keysOf(before), keysOf(after)];
    for (const key of next) if (!old.has(key)) added.push({ key, sourceId });
    for (const key of old) if (!next.has(key)) removed.push({ key, sourceId });
  }
  return { added, removed };
}

/** That another finding spoke of the asset first makes no difference, but that the inventory did, or of another asset. */
async function checkShared(trx: Kysely<Schema>, { keys, assets, sources }: NewAssetRows): Promise<void> {
  const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
  const owners = await readAssetKeys(trx, ids(keys));
  const storedAssets = await readAssets(trx, ids(assets));
  const storedSources = await readAssetSources(trx, ids(sources));
  const isSame =
    keys.every(({ id, assetId }) => owners.get(id) === assetId) &&
    assets.every(({ id }) => storedAssets.get(id)?.isPlaceholder === true) &&
    sources.every(({ id, assetId }) => storedSources.get(id)?.assetId === assetId);
  if (!isSame) throw new PageConflictError("Someone else placed an asset meanwhile");
}

function pair<V>(key: string, value: V | undefined): [string, V][] {
  return value === undefined ? [] : [[key, value]];
}

/** A page may name an asset many times: the inventory's word before a finding's, then the newest. */
function latestBySource(fetched: readonly FetchedAsset[]): Map<string, FetchedAsset> {
  const latest = new Map<string, FetchedAsset>();
  for (const asset of fetched) {
    const other = latest.get(asset.sourceId);
    if (other === undefined || isBetter(asset.record, other.record)) latest.set(asset.sourceId, asset);
  }
  return latest;
}

function isBetter(record: AssetRecord, other: AssetRecord): boolean {
  if (record.isPlaceholder !== other.isPlaceholder) return other.isPlaceholder;
  return (instant(record.updatedAt) ?? 0) > (instant(other.updatedAt) ?? 0);
}

function isNews(asset: FetchedAsset, known: AssetSourceRow | undefined): boolean {
  if (known === undefined) return true;
  if (asset.record.isPlaceholder) return false;
  if (known.isPlaceholder) return true;
  if (isEarlier(asset.record.updatedAt, known.sourceUpdatedAt)) return false;
  if (known.goneAt !== null) return true;
  return asset.hash !== known.hash || isWeekOlder(known.lastSeenAt, asset.record.lastSeenAt);
}

/**
 * The first asset to show a provider's unique id owns it; a new source that shows it too joins that asset. What nobody
 * owns is to be claimed. Machines have rules of their own.
 */
async function findOwners(
  db: Kysely<Schema>,
  news: readonly FetchedAsset[],
  known: ReadonlyMap<string, AssetSourceRow>,
): Promise<{ claims: AssetKey[]; owners: Map<string, string> }> {
  const claims = news.flatMap(({ sourceId, record }) => {
    const key = record.class === "compute" ? null : providerKey(record);
    return key === null ? [] : [{ sourceId, id: key, assetId: known.get(sourceId)?.assetId ?? sourceId }];
  });
  const unique = new Map(claims.map(({ id, assetId }) => [id, assetId]));
  const owned = await readAssetKeys(db, [...unique.keys()]);
  return {
    claims: [...unique].filter(([id]) => !owned.has(id)).map(([id, assetId]) => ({ id, assetId })),
    owners: new Map(claims.flatMap(({ sourceId, id }) => pair(sourceId, owned.get(id) ?? unique.get(id)))),
  };
}

/** The id of the key that a provider's unique id is; `null` without one. */
export function providerKey(record: AssetRecord): string | null {
  return record.providerUniqueId === null ? null : recordId("provider", record.cloud ?? "", record.providerUniqueId);
}

interface AppliedChange extends AssetChange {
  asset: FetchedAsset;
}

/** Brings the facts of each asset up to date in `assets` and returns what changed. */
function applyNews(
  context: PlaceContext,
  news: readonly FetchedAsset[],
  assetIds: ReadonlyMap<string, string>,
  assets: Map<string, AssetFacts>,
): AppliedChange[] {
  const before = new Map(assets);
  const changes: AppliedChange[] = [];
  for (const asset of news) {
    const id = assetIds.get(asset.sourceId) ?? asset.sourceId;
    const current = assets.get(id);
    if (current !== undefined && !overrules(asset.record, current)) continue;
    const stored = before.get(id);
    const fresh = factsOf(context, id, asset.record, current, (stored?.version ?? 0) + 1);
    const after = context.isReduced === true && current !== undefined ? withKnownFacts(fresh, current) : fresh;
    assets.set(id, after);
    changes.push({ asset, sourceId: asset.sourceId, before: stored ?? null, after });
  }
  // Two sources of one asset in one page: only the last word is written.
  return changes.filter((change) => assets.get(change.after.id) === change.after);
}

function overrules(record: AssetRecord, current: AssetFacts): boolean {
  if (record.isPlaceholder) return false;
  return current.isPlaceholder || !isEarlier(record.updatedAt, current.sourceUpdatedAt);
}

/** Facts that were asked for without some fields, with what was known before in their place. */
export function withKnownFacts(facts: AssetFacts, before: AssetFacts): AssetFacts {
  return keepKnown(facts, before, keptColumns);
}

/** What an asset is when a source's word on it counts. */
export function factsOf(
  context: PlaceContext,
  id: string,
  record: AssetRecord,
  current: AssetFacts | undefined,
  version: number,
): AssetFacts {
  return {
    id,
    name: record.name,
    class: record.class,
    type: record.type,
    nativeType: record.nativeType,
    status: record.status,
    cloud: record.cloud,
    accountId: record.accountId,
    accountName: record.accountName,
    region: record.region,
    isInternetExposed: record.internetExposed,
    operatingSystem: record.operatingSystem,
    projects: record.projects,
    tags: [context.inventory, ...record.tags],
    inventory: [...new Set([...(current?.inventory ?? []), context.inventory])],
    isPlaceholder: record.isPlaceholder,
    firstSeenAt: earliest(record.firstSeenAt, current?.firstSeenAt ?? null),
    lastSeenAt: record.lastSeenAt,
    deletedAt: record.deletedAt,
    sourceUpdatedAt: record.updatedAt,
    changedAt: context.at,
    version,
  };
}

export function earliest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return isEarlier(b, a) ? b : a;
}

function sourceRow(
  context: PlaceContext,
  { sourceId, record, hash }: FetchedAsset,
  assetIds: ReadonlyMap<string, string>,
  known: ReadonlyMap<string, AssetSourceRow>,
): AssetSourceRow {
  return {
    id: sourceId,
    assetId: assetIds.get(sourceId) ?? sourceId,
    integrationId: context.integrationId,
    externalId: record.externalId,
    providerUniqueId: record.providerUniqueId,
    isPlaceholder: record.isPlaceholder,
    firstSeenAt: record.firstSeenAt,
    lastSeenAt: record.lastSeenAt,
    sourceUpdatedAt: record.updatedAt,
    hash,
    goneAt: null,
    deletedAt: record.deletedAt,
    identifiers: identifiersAfter(record, {
      before: known.get(sourceId)?.identifiers ?? null,
      isReduced: context.isReduced,
    }),
    version: (known.get(sourceId)?.version ?? 0) + 1,
  };
}

function logRow(
  context: PlaceContext,
  { sourceId, record }: FetchedAsset,
  assetIds: ReadonlyMap<string, string>,
): IdentityLogRow {
  const assetId = assetIds.get(sourceId) ?? sourceId;
  const isNew = assetId === sourceId;
  return {
    id: recordId("identity", sourceId, assetId),
    at: context.at,
    assetId,
    sourceId,
    rule: isNew ? "new" : "provider_unique_id",
    evidence: { externalId: record.externalId, providerUniqueId: record.providerUniqueId },
    event: isNew ? "new" : "merged",
  };
}
