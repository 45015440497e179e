import type { Kysely } from "kysely";
import { identifiersAfter } from "../identity/known-identifiers.ts";
import {
  type AssetChange,
  earliest,
  factsOf,
  providerKey,
  withKnownFacts,
  writeIdentities,
} from "../identity/match.ts";
import { type AssetRecord, instant } from "../model.ts";
import {
  type AssetFacts,
  type AssetSourceRow,
  claimAssetKeys,
  readAssets,
  writeAssetSources,
  writeAssets,
} from "../store/asset.ts";
import { moveCubes } from "../store/cube.ts";
import { recordId } from "../store/id.ts";
import { isReducedRaw } from "../store/raw.ts";
import { rejectedId, writeRejected } from "../store/rejected.ts";
import { noHash } from "../store/remove-integration.ts";
import { type RebuildCounts, readStoredSources, type StoredSource } from "../store/renormalization.ts";
import { isDifferent } from "../store/same-value.ts";
import type { Schema } from "../store/schema.ts";
import { writeSignals } from "../store/signal.ts";
import { refreshCopies } from "./asset-copies.ts";
import { type Mapping, readRaw } from "./mapping.ts";
import { assetSignal } from "./signals.ts";

/** One source of an asset as the inventory of its integration delivered it. */
export interface ReadSource {
  row: AssetSourceRow;
  mapping: Mapping;
  /** `null` when it stays as it is. */
  read: { record: AssetRecord; hash: string; isReduced: boolean } | null;
}

/**
 * Rebuilds assets, each from all its sources, whichever integration they are of: the newest has the word. Written is only
 * what the present mapping says otherwise; what Weir itself decided stays. The findings on an asset that changed follow.
 */
export async function rebuildAssets(
  trx: Kysely<Schema>,
  at: string,
  mappings: ReadonlyMap<string, Mapping>,
  assetIds: readonly string[],
): Promise<RebuildCounts> {
  // Assets first: what a page changes after this is seen by the version of the asset, and the batch is done again.
  const assets = await readAssets(trx, assetIds);
  const { sources, counts } = await readSources(trx, at, mappings, assetIds);
  const sourceRows = sources.flatMap(rebuiltSourceRow);
  await claimNewKeys(trx, sources);
  const changes = [...Map.groupBy(sources, (source) => source.row.assetId)].flatMap(([id, ofAsset]) =>
    assets.has(id) ? rebuiltAsset(at, assets.get(id), ofAsset) : [],
  );
  await writeAssets(
    trx,
    changes.map(({ change }) => change.after),
  );
  await writeAssetSources(trx, sourceRows);
  await writeIdentities(trx, identitiesOf(sources, sourceRows));
  const copies = await refreshCopies(
    trx,
    changes.map(({ change }) => change),
    at,
  );
  await moveCubes(trx, copies.before, copies.after);
  await writeSignals(
    trx,
    changes.map(({ change, context }) => assetSignal(context, change)).filter((signal) => signal !== null),
  );
  counts.rewritten = new Set([
    ...changes.map(({ change }) => change.after.id),
    ...sourceRows.map((row) => row.assetId),
  ]).size;
  return counts;
}

/** The sources of some assets that the inventory delivered, as the present mapping reads them. */
export async function readSources(
  trx: Kysely<Schema>,
  at: string,
  mappings: ReadonlyMap<string, Mapping>,
  assetIds: readonly string[],
): Promise<{ sources: ReadSource[]; counts: RebuildCounts }> {
  const counts: RebuildCounts = { examined: 0, rewritten: 0, unreadable: 0, unkept: 0 };
  const sources: ReadSource[] = [];
  for (const stored of await readStoredSources(trx, assetIds)) {
    const mapping = mappings.get(stored.row.integrationId);
    if (mapping !== undefined) sources.push(await readSource(trx, { at, mapping, counts }, stored));
  }
  counts.examined = sources.length;
  return { sources, counts };
}

function identitiesOf(sources: readonly ReadSource[], rebuilt: readonly AssetSourceRow[]) {
  const before = new Map(sources.map(({ row }) => [row.id, row.identifiers]));
  return rebuilt
    .map(({ id, integrationId, identifiers }) => ({
      sourceId: id,
      integrationId,
      before: before.get(id) ?? null,
      after: identifiers,
    }))
    .filter((change) => change.before !== null || change.after !== null);
}

interface ReadingContext {
  at: string;
  mapping: Mapping;
  counts: RebuildCounts;
}

async function readSource(trx: Kysely<Schema>, context: ReadingContext, stored: StoredSource): Promise<ReadSource> {
  const { mapping, counts, at } = context;
  const { row, raw } = stored;
  const reading = readRaw(mapping, "assets", raw);
  if ("reason" in reading) {
    counts.unreadable++;
    const { integrationId, externalId } = row;
    const id = rejectedId(integrationId, "assets", externalId);
    const packed = raw.toString("base64");
    await writeRejected(trx, [
      { id, integrationId, stream: "assets", externalId, reason: reading.reason, raw: packed, firstAt: at, lastAt: at },
    ]);
    return { row, mapping, read: null };
  }
  const record = reading.record?.asset;
  if (record === undefined || recordId(row.integrationId, "asset", record.externalId) !== row.id) {
    counts.unkept++;
    return { row, mapping, read: null };
  }
  return {
    row,
    mapping,
    read: { record, hash: reading.record!.hash, isReduced: isReducedRaw(raw) },
  };
}

function rebuiltSourceRow({ row, read }: ReadSource): AssetSourceRow[] {
  if (read === null) return [];
  const { providerUniqueId, firstSeenAt, lastSeenAt, updatedAt } = read.record;
  const next = {
    ...row,
    providerUniqueId,
    firstSeenAt,
    lastSeenAt,
    sourceUpdatedAt: updatedAt,
    deletedAt: read.record.deletedAt,
    identifiers: identifiersAfter(read.record, { before: row.identifiers, isReduced: read.isReduced }),
    hash: row.hash === noHash ? noHash : read.hash,
    version: row.version + 1,
  };
  return isDifferent(row, next) ? [next] : [];
}

/** A source that is known by another provider's id now owns that as well, unless somebody else does. */
async function claimNewKeys(trx: Kysely<Schema>, sources: readonly ReadSource[]): Promise<void> {
  const claims = new Map<string, { id: string; assetId: string }>();
  for (const { row, read } of sources) {
    if (read === null || read.record.class === "compute") continue;
    if (read.record.providerUniqueId === row.providerUniqueId) continue;
    const id = providerKey(read.record);
    if (id !== null) claims.set(id, { id, assetId: row.assetId });
  }
  await claimAssetKeys(trx, [...claims.values()]);
}

export interface RebuiltAsset {
  change: AssetChange;
  context: { integrationId: string; stream: "assets"; at: string };
}

/** What an asset is by all its sources; nothing where it is that already, or none of them can be read. */
export function rebuiltAsset(
  at: string,
  current: AssetFacts | undefined,
  sources: readonly ReadSource[],
  version = current?.version ?? 0,
): RebuiltAsset[] {
  const newest = sources.reduce((best, source) => (isBetter(source, best) ? source : best));
  if (newest.read === null) return [];
  const { integrationId, inventory } = newest.mapping;
  const firstSeenAt = sources
    .map(({ row, read }) => (read === null ? row.firstSeenAt : read.record.firstSeenAt))
    .reduce(earliest, null);
  const { record, isReduced } = newest.read;
  const id = newest.row.assetId;
  const facts = factsOf({ integrationId, inventory, at }, id, record, current, version + 1);
  const known = isReduced && current !== undefined ? withKnownFacts(facts, current) : facts;
  // That a source is gone was seen by full passes; what it last sent says nothing of that.
  const status = newest.row.goneAt !== null && known.status !== "deleted" ? "gone" : known.status;
  const after = { ...known, status, firstSeenAt };
  if (current !== undefined && !isDifferent(current, after)) return [];
  const change = { sourceId: newest.row.id, before: current ?? null, after };
  return [{ change, context: { integrationId, stream: "assets", at } }];
}

/**
 * Who lives has the word before who is dead, then who is newer. Of two that are equally new it is always the same one,
 * so that doing it twice changes nothing.
 */
function isBetter(source: ReadSource, than: ReadSource): boolean {
  const isLive = ({ row, read }: ReadSource) =>
    row.goneAt === null && (read === null ? row.deletedAt : read.record.deletedAt) === null;
  if (isLive(source) !== isLive(than)) return isLive(source);
  const [a, b] = [source, than].map(
    ({ row, read }) => instant(read === null ? row.sourceUpdatedAt : read.record.updatedAt) ?? 0,
  ) as [number, number];
  return a > b || (a === b && source.row.id > than.row.id);
}
