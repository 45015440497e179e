import type { Kysely } from "kysely";
import type { AssetChange } from "../identity/match.ts";
import type { AssetFacts } from "../store/asset.ts";
import { lockAssetFacts } from "../store/asset-copies-lock.ts";
import { type CubedFinding, cubedOf } from "../store/cube.ts";
import { type FindingRow, readFindingsOfAssets, writeFindings } from "../store/finding.ts";
import type { Schema } from "../store/schema.ts";

/** The columns of a finding that repeat what the inventory says of its asset, so that lists need no join. */
export type AssetCopies = Pick<
  FindingRow,
  "assetName" | "assetClass" | "assetType" | "cloud" | "accountId" | "accountName" | "region" | "tags"
>;

export function copiesOf(asset: AssetFacts): AssetCopies {
  return {
    assetName: asset.name,
    assetClass: asset.class,
    assetType: asset.type,
    cloud: asset.cloud,
    accountId: asset.accountId,
    accountName: asset.accountName,
    region: asset.region,
    tags: asset.tags,
  };
}

const batchSize = 2_000;

/** Findings as they were and as they are, as far as the cubes count them otherwise now. */
export interface RefreshedFindings {
  before: CubedFinding[];
  after: CubedFinding[];
}

/**
 * Carries what the inventory now says of assets over to the findings on them, in the same transaction. The asset's own
 * signal tells of the change; the findings get none. The cubes are still to be moved.
 */
export async function refreshCopies(
  db: Kysely<Schema>,
  changes: readonly AssetChange[],
  at: string,
): Promise<RefreshedFindings> {
  const recounted: RefreshedFindings = { before: [], after: [] };
  const assets = new Map(changes.filter(hasNewCopies).map(({ after }) => [after.id, after]));
  if (assets.size === 0) return recounted;
  await lockAssetFacts(db);
  for (let afterId: string | null = null; ; ) {
    const rows: FindingRow[] = await readFindingsOfAssets(db, [...assets.keys()], { afterId, limit: batchSize });
    const before = rows.filter((row) => isOutdated(row, assets));
    const after = before.map((row) => refreshed(row, assets, at));
    await writeFindings(db, after);
    for (const [i, was] of before.entries()) {
      const is = after[i]!;
      if (was.cloud === is.cloud && was.assetClass === is.assetClass && was.accountId === is.accountId) continue;
      recounted.before.push(cubedOf(was));
      recounted.after.push(cubedOf(is));
    }
    afterId = rows.at(-1)?.id ?? null;
    if (rows.length < batchSize) return recounted;
  }
}

function hasNewCopies({ before, after }: AssetChange): boolean {
  return (
    before !== null && (before.isPlaceholder || JSON.stringify(copiesOf(before)) !== JSON.stringify(copiesOf(after)))
  );
}

function isOutdated(row: FindingRow, assets: ReadonlyMap<string, AssetFacts>): boolean {
  const next = refreshed(row, assets, row.changedAt);
  return (Object.keys(next) as (keyof FindingRow)[]).some(
    (column) => column !== "version" && JSON.stringify(next[column]) !== JSON.stringify(row[column]),
  );
}

/** Where the inventory says nothing, what the finding said stays. */
function refreshed(row: FindingRow, assets: ReadonlyMap<string, AssetFacts>, at: string): FindingRow {
  const asset = row.assetId === null ? undefined : assets.get(row.assetId);
  return asset === undefined ? row : { ...withCopies(row, asset), changedAt: at, version: row.version + 1 };
}

/** The finding with what the inventory says of its asset; a placeholder only repeats a finding. */
export function withCopies(row: FindingRow, asset: AssetFacts | undefined): FindingRow {
  if (asset === undefined || asset.isPlaceholder) return row;
  const known = Object.entries(copiesOf(asset)).filter(([, value]) => value !== null);
  return { ...row, ...Object.fromEntries(known) };
}
