import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Connector } from "../connectors/connector.ts";
import { type Connected, type Resolved, type RulesOf, readConnected, resolveConnected } from "../identity/closure.ts";
import { readRules } from "../identity/rules-of.ts";
import { appendIdentityLog } from "../store/asset.ts";
import { lockAssetFacts } from "../store/asset-copies-lock.ts";
import { lockAssetRisk } from "../store/asset-risk.ts";
import { repeatOnConflict } from "../store/conflict.ts";
import { forgetNoted, hasNoted, markCommon, type Take, takeNoted } from "../store/identity.ts";
import type { SourceMove } from "../store/identity-move.ts";
import type { Schema } from "../store/schema.ts";
import { ensureSignalPartition } from "../store/signal.ts";
import { applyIdentities } from "./apply-identities.ts";
import { severalMatchesLog } from "./identity-log.ts";
import { readMappings } from "./mapping.ts";

export interface IdentityDeps {
  db: Kysely<Schema>;
  now: () => number;
  findConnector: (id: string) => Connector;
}

const standardBatchSize = 1_000;

export interface ResolveOptions extends Partial<Pick<Take, "isWaiting" | "isBackground">> {
  batchSize?: number;
  /** Ends it after the batch in progress. */
  signal?: AbortSignal;
}

/**
 * Looks which asset the noted machines are, until nothing is noted any more. Each batch is one transaction that also
 * strikes it off, so a process that dies leaves the rest, and what was half done, to the next. Any number of processes
 * may do this at once: each takes other notes, and who changes something does so alone. With `isWaiting` it ends only
 * when what others took is done too. Returns how many sources came to another asset.
 */
export async function resolveIdentities(deps: IdentityDeps, options: ResolveOptions = {}): Promise<number> {
  let moved = 0;
  for (;;) {
    const batch = await repeatOnConflict(() => resolveBatch(deps, options));
    if (batch === null || options.signal?.aborted === true) return moved + (batch ?? 0);
    moved += batch;
  }
}

/** `null`: nothing was noted. */
async function resolveBatch(
  deps: IdentityDeps,
  { isWaiting = false, isBackground = false, batchSize = standardBatchSize }: ResolveOptions,
): Promise<number | null> {
  if (!(await hasNoted(deps.db, { isBackground }))) return null;
  const now = deps.now();
  await ensureSignalPartition(deps.db, now);
  return await deps.db.transaction().execute(async (trx) => {
    // A crash that loses it brings the notes back with it.
    await sql`set local synchronous_commit = off`.execute(trx);
    const noted = await takeNoted(trx, { limit: batchSize, isWaiting, isBackground });
    if (noted.ids.length === 0) return null;
    const at = new Date(now).toISOString();
    const moved = await resolveSources(trx, { ...deps, at }, noted.sourceIds);
    await forgetNoted(trx, noted.ids);
    return moved;
  });
}

interface ResolveContext extends Pick<IdentityDeps, "findConnector"> {
  at: string;
}

/** Looks without keeping anybody waiting first: most often nothing changes. */
async function resolveSources(
  trx: Kysely<Schema>,
  context: ResolveContext,
  sourceIds: readonly string[],
): Promise<number> {
  const rulesOf = await readRules(trx);
  const first = await readPlan(trx, sourceIds, rulesOf);
  const isChange = first.moves.length > 0 || first.shared.length > 0;
  if (isChange) {
    await lockAssetFacts(trx);
    await lockAssetRisk(trx);
  }
  const plan = isChange ? await readPlan(trx, sourceIds, rulesOf) : first;
  const { connected, resolved, moves, shared } = plan;
  await markCommon(trx, { common: connected.commonKeys, marked: connected.markedKeys });
  if (isChange) {
    const mappings = await readMappings(trx, context.findConnector);
    await applyIdentities(trx, { at: context.at, mappings }, { ...plan, assetIds: shared });
  }
  await appendIdentityLog(trx, severalMatchesLog(context.at, connected, resolved));
  return moves.length;
}

export interface IdentityPlan {
  connected: Connected;
  resolved: Resolved;
  moves: SourceMove[];
  /** Assets of several sources, one of which was noted: what they are follows from all of them. */
  shared: string[];
}

async function readPlan(db: Kysely<Schema>, sourceIds: readonly string[], rulesOf: RulesOf): Promise<IdentityPlan> {
  const connected = await readConnected(db, sourceIds, rulesOf);
  const resolved = await resolveConnected(db, connected, rulesOf);
  const moves: SourceMove[] = [];
  const sizes = new Map<string, number>();
  for (const { id, assetId, version } of connected.sources.values()) {
    const to = resolved.assetIds.get(id) ?? assetId;
    sizes.set(to, (sizes.get(to) ?? 0) + 1);
    if (to !== assetId) moves.push({ sourceId: id, from: assetId, to, version });
  }
  const noted = sourceIds.map((id) => resolved.assetIds.get(id)).filter((id) => id !== undefined);
  return { connected, resolved, moves, shared: [...new Set(noted)].filter((id) => (sizes.get(id) ?? 0) > 1) };
}
