import type { Kysely } from "kysely";
import { factsOf, type PlaceContext, type PlacedAssets, providerKey } from "../identity/match.ts";
import {
  type AssetFacts,
  type AssetSourceRow,
  claimAssetKeys,
  readAssetSources,
  writeAssetSources,
  writeAssets,
} from "../store/asset.ts";
import type { FindingRow } from "../store/finding.ts";
import { recordId } from "../store/id.ts";
import { isDifferent } from "../store/same-value.ts";
import type { Schema } from "../store/schema.ts";
import type { FetchedFinding } from "./finding-row.ts";

interface Made {
  finding: FetchedFinding;
  source: AssetSourceRow;
  asset: AssetFacts;
}

/**
 * Rebuilds assets of which only findings have told. Several findings may have told of one, each in its own words, so it
 * is the one that made it whose word counts: its content has the hash that stands at the source. Has it changed since,
 * the placeholder stays as it is until the inventory delivers the asset.
 */
export async function rebuildPlaceholders(
  trx: Kysely<Schema>,
  context: PlaceContext,
  { bySource }: PlacedAssets,
  findings: readonly { finding: FetchedFinding; stored: FindingRow }[],
): Promise<void> {
  const named = findings.flatMap(({ finding, stored }) => {
    const { asset } = finding.record;
    const sourceId = asset === null ? "" : recordId(context.integrationId, "asset", asset.externalId);
    const facts = bySource.get(sourceId);
    return facts?.isPlaceholder === true ? [{ finding, stored, sourceId, asset: facts }] : [];
  });
  const sources = await readAssetSources(trx, [...new Set(named.map(({ sourceId }) => sourceId))]);
  const made = named.flatMap(({ finding, stored, sourceId, asset }): Made[] => {
    const source = sources.get(sourceId);
    return source?.hash === stored.hash && source.id === asset.id ? [{ finding, source, asset }] : [];
  });
  await claimNewKeys(trx, made);
  const assets = made.map((one) => rebuiltFacts(context, one)).filter((facts) => facts !== null);
  await writeAssets(trx, assets);
  await writeAssetSources(
    trx,
    made.map(rebuiltSource).filter((row) => row !== null),
  );
}

async function claimNewKeys(trx: Kysely<Schema>, made: readonly Made[]): Promise<void> {
  const claims = new Map<string, { id: string; assetId: string }>();
  for (const { finding, source, asset } of made) {
    const record = finding.record.asset;
    if (record === null || record.class === "compute") continue;
    if (record.providerUniqueId === source.providerUniqueId) continue;
    const id = providerKey(record);
    if (id !== null) claims.set(id, { id, assetId: asset.id });
  }
  await claimAssetKeys(trx, [...claims.values()]);
}

function rebuiltFacts(context: PlaceContext, { finding, asset }: Made): AssetFacts | null {
  if (finding.record.asset === null) return null;
  const facts = factsOf(context, asset.id, finding.record.asset, asset, asset.version + 1);
  const next = asset.status === "gone" ? { ...facts, status: asset.status } : facts;
  return isDifferent(asset, next) ? next : null;
}

function rebuiltSource({ finding, source }: Made): AssetSourceRow | null {
  const providerUniqueId = finding.record.asset?.providerUniqueId ?? null;
  const next = { ...source, providerUniqueId, hash: finding.hash, version: source.version + 1 };
  return isDifferent(source, next) ? next : null;
}
