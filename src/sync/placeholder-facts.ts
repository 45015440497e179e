import type { Kysely } from "kysely";
import { factsOf } from "../identity/match.ts";
import type { AssetRecord } from "../model.ts";
import { type AssetFacts, type AssetSourceRow, readSourcesOfAssets } from "../store/asset.ts";
import { readStoredFindingOf } from "../store/renormalization.ts";
import type { Schema } from "../store/schema.ts";
import { type Mapping, readRaw } from "./mapping.ts";

interface Wanted {
  wanted: readonly string[];
  /** Assets of which one holds the findings. */
  among: readonly string[];
  versionOf: (id: string) => number;
}

/**
 * Facts of assets of which only findings have told, and which have none of their own yet since they were taken for
 * another: what one of the findings says, which stands on one of `among`. Without any finding left only the source's id is known.
 */
export async function placeholderFacts(
  trx: Kysely<Schema>,
  { at, mappings }: { at: string; mappings: ReadonlyMap<string, Mapping> },
  { wanted, among, versionOf }: Wanted,
): Promise<AssetFacts[]> {
  const facts = new Map<string, AssetFacts>();
  for (const source of await readSourcesOfAssets(trx, wanted)) {
    const mapping = mappings.get(source.integrationId);
    if (mapping === undefined || facts.has(source.assetId)) continue;
    const record = await toldRecord(trx, { source, mapping, among });
    const context = { integrationId: source.integrationId, inventory: mapping.inventory, at };
    facts.set(source.assetId, factsOf(context, source.assetId, record, undefined, versionOf(source.assetId) + 1));
  }
  return [...facts.values()];
}

interface Told {
  source: AssetSourceRow;
  mapping: Mapping;
  among: readonly string[];
}

async function toldRecord(trx: Kysely<Schema>, { source, mapping, among }: Told): Promise<AssetRecord> {
  const stored = await readStoredFindingOf(trx, source, among);
  if (stored !== null) {
    const reading = readRaw(mapping, stored.stream, stored.raw);
    const record = "reason" in reading ? undefined : reading.record?.finding?.asset;
    if (record !== undefined && record !== null) return record;
  }
  return {
    externalId: source.externalId,
    providerUniqueId: source.providerUniqueId,
    name: source.externalId,
    class: "compute",
    type: "UNKNOWN",
    nativeType: null,
    status: "unknown",
    cloud: source.identifiers?.cloud ?? null,
    accountId: source.identifiers?.account ?? null,
    accountName: null,
    region: null,
    internetExposed: null,
    operatingSystem: null,
    projects: [],
    tags: [],
    firstSeenAt: source.firstSeenAt,
    lastSeenAt: source.lastSeenAt,
    deletedAt: source.deletedAt,
    updatedAt: source.sourceUpdatedAt,
    isPlaceholder: true,
  };
}
