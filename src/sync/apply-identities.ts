import type { Kysely } from "kysely";
import { assetScoreConstants } from "../risk/constants.ts";
import { type AssetFacts, appendIdentityLog, countSources, readAssets, writeAssets } from "../store/asset.ts";
import { scoreAssets } from "../store/asset-risk.ts";
import { liftVersions, lockAssets, moveHangers, moveSources } from "../store/identity-move.ts";
import type { Schema } from "../store/schema.ts";
import { writeSignals } from "../store/signal.ts";
import type { IdentityPlan } from "./identities.ts";
import { movesLog } from "./identity-log.ts";
import type { Mapping } from "./mapping.ts";
import { moveFindings } from "./move-findings.ts";
import { placeholderFacts } from "./placeholder-facts.ts";
import { type RebuiltAsset, readSources, rebuiltAsset } from "./rebuild-assets.ts";
import { assetSignal } from "./signals.ts";

export interface ApplyContext {
  at: string;
  mappings: ReadonlyMap<string, Mapping>;
}

interface Decided extends Pick<IdentityPlan, "connected" | "resolved" | "moves"> {
  /** Assets to be looked at beside those that sources came to or left. */
  assetIds: readonly string[];
}

/**
 * Makes the inventory what was decided: the sources with their history, the facts of the assets from all their sources,
 * the findings, the scores, and a line in the log for each. In a transaction that nobody copies facts of assets beside.
 */
export async function applyIdentities(trx: Kysely<Schema>, context: ApplyContext, decided: Decided): Promise<void> {
  const { connected, resolved, moves } = decided;
  const assetIds = [...new Set([...decided.assetIds, ...moves.flatMap(({ from, to }) => [from, to])])];
  await lockAssets(trx, assetIds);
  const versions = await liftVersions(trx, moves);
  await moveSources(trx, moves);
  const facts = await writeFacts(trx, { ...context, versions }, assetIds);
  const heirs = heirsOf(decided);
  const assetIdOf = (sourceId: string) => resolved.assetIds.get(sourceId);
  await moveFindings(trx, context.at, { assetIds, assetIdOf, facts });
  await moveHangers(trx, { assetIds, heirs, at: context.at });
  await countSources(trx, assetIds);
  await scoreAssets(trx, assetIds, assetScoreConstants);
  await appendIdentityLog(trx, movesLog(context.at, connected, resolved, moves));
}

/** Who inherits what hangs on assets that have no source any more: the asset of the source that named it, else of any. */
function heirsOf({ connected, resolved, moves }: Decided): Map<string, string> {
  const kept = new Set([...connected.sources.keys()].map((id) => resolved.assetIds.get(id)));
  const heirs = new Map<string, string>();
  for (const { sourceId, from, to } of moves)
    if (!kept.has(from) && (!heirs.has(from) || sourceId === from)) heirs.set(from, to);
  return heirs;
}

/** The facts of the assets as they are now, from their sources. Written is what differs. */
async function writeFacts(
  trx: Kysely<Schema>,
  { at, mappings, versions }: ApplyContext & { versions: ReadonlyMap<string, number> },
  assetIds: readonly string[],
): Promise<Map<string, AssetFacts>> {
  const stored = await readAssets(trx, assetIds);
  const { sources } = await readSources(trx, at, mappings, assetIds);
  const byAsset = Map.groupBy(sources, ({ row }) => row.assetId);
  const rebuilt: RebuiltAsset[] = [];
  const versionOf = (id: string) => stored.get(id)?.version ?? versions.get(id) ?? 0;
  for (const [id, ofAsset] of byAsset) rebuilt.push(...rebuiltAsset(at, stored.get(id), ofAsset, versionOf(id)));
  const known = new Set([...stored.keys(), ...rebuilt.map(({ change }) => change.after.id)]);
  const missing = await placeholderFacts(
    trx,
    { at, mappings },
    { wanted: assetIds.filter((id) => !known.has(id)), among: assetIds, versionOf },
  );
  const after = [...rebuilt.map(({ change }) => change.after), ...missing];
  await writeAssets(trx, after);
  const signals = rebuilt
    .filter(({ change }) => change.before !== null)
    .map(({ change, context }) => assetSignal(context, change));
  await writeSignals(
    trx,
    signals.filter((signal) => signal !== null),
  );
  return new Map([...stored, ...after.map((facts) => [facts.id, facts] as const)]);
}
