import type { Kysely } from "kysely";
import type { Connector } from "../connectors/connector.ts";
import { ConflictError } from "../errors.ts";
import { recordKindOf, type StreamName } from "../model.ts";
import { assetScoreConstants } from "../risk/constants.ts";
import { tryLock } from "../store/advisory-lock.ts";
import { refreshAssetRisk } from "../store/asset-risk.ts";
import { repeatOnConflict } from "../store/conflict.ts";
import type { Database } from "../store/database.ts";
import type { Integration } from "../store/integration.ts";
import { lockKeys } from "../store/lock-keys.ts";
import {
  advanceRenormalization,
  beginRenormalization,
  endRenormalization,
  type RebuildCounts,
  type RebuildPlace,
  type Renormalization,
  readDeliveredAssetIds,
  readStoredFindings,
} from "../store/renormalization.ts";
import type { Schema } from "../store/schema.ts";
import { ensureSignalPartition } from "../store/signal.ts";
import { resolveIdentities } from "./identities.ts";
import { type Mapping, readMappings } from "./mapping.ts";
import { rebuildAssets } from "./rebuild-assets.ts";
import { rebuildFindings } from "./rebuild-findings.ts";

export interface RenormalizeDeps {
  db: Kysely<Schema>;
  connect: Database["connect"];
  now: () => number;
  findConnector: (id: string) => Connector;
  /** What an older Weir began is begun again: it may have read records otherwise. */
  weirVersion: string;
}

export interface RenormalizeOptions {
  streams: readonly StreamName[];
  /** Begin with the first record even where an earlier run was interrupted. */
  restart?: boolean;
  batchSize?: number;
  /** Ends it after the batch in progress. */
  signal?: AbortSignal;
  onProgress?: (progress: RebuildProgress) => void;
}

export interface RebuildProgress extends RebuildCounts {
  integration: string;
  stream: StreamName;
  /** An earlier process did the first part. */
  isResumed: boolean;
  isComplete: boolean;
}

/**
 * Rebuilds the records of integrations from what their sources sent, in batches that each are one transaction with
 * their place in the work: killed anywhere, the next call goes on. Doing it twice changes nothing. A server may fetch
 * meanwhile; where both write a record, the batch is done again.
 * @throws ConflictError when another process does it just now
 */
export async function renormalize(
  deps: RenormalizeDeps,
  integrations: readonly Integration[],
  options: RenormalizeOptions,
): Promise<RebuildProgress[]> {
  const lock = await tryLock(deps, lockKeys.renormalize, "weir renormalize");
  if (lock === null) throw new ConflictError("Another `weir renormalize` is at work: wait for its end, or stop it.");
  try {
    const done: RebuildProgress[] = [];
    for (const integration of integrations)
      for (const stream of assetsFirst(options.streams)) {
        done.push(await rebuildStream(deps, integration, stream, options));
        if (options.signal?.aborted === true) return done;
      }
    return done;
  } finally {
    await lock.release();
  }
}

/** What findings copy of their assets is then right at once. */
function assetsFirst(streams: readonly StreamName[]): StreamName[] {
  return streams.toSorted((a, b) => Number(b === "assets") - Number(a === "assets"));
}

const standardBatchSize = 500;

async function rebuildStream(
  deps: RenormalizeDeps,
  integration: Integration,
  stream: StreamName,
  options: RenormalizeOptions,
): Promise<RebuildProgress> {
  const { weirVersion, now, db } = deps;
  const place = { integrationId: integration.id, stream };
  const begun = await beginRenormalization(db, place, { weirVersion, restart: options.restart === true, now: now() });
  const mappings = await readMappings(db, deps.findConnector);
  let state = begun;
  const progress = (isComplete: boolean): RebuildProgress => {
    const { examined, rewritten, unreadable, unkept } = state;
    const isResumed = begun.afterId !== null;
    return { integration: integration.name, stream, examined, rewritten, unreadable, unkept, isResumed, isComplete };
  };
  for (;;) {
    options.onProgress?.(progress(false));
    if (options.signal?.aborted === true) return progress(false);
    const next = await rebuildBatch(deps, mappings, state, options.batchSize ?? standardBatchSize);
    if (next === null) break;
    state = next;
  }
  await resolveIdentities(deps, { isWaiting: true });
  // Findings may have rebuilt their placeholders too.
  for (const kind of new Set([recordKindOf[stream], "asset"] as const)) {
    const touched = { integrationId: integration.id, kind, since: begun.startedAt };
    await repeatOnConflict(() => refreshAssetRisk(db, touched, assetScoreConstants));
  }
  await endRenormalization(db, place);
  return progress(true);
}

/** `null`: there is nothing left. */
async function rebuildBatch(
  deps: RenormalizeDeps,
  mappings: ReadonlyMap<string, Mapping>,
  state: Renormalization,
  limit: number,
): Promise<Renormalization | null> {
  return await repeatOnConflict(async () => {
    const now = deps.now();
    await ensureSignalPartition(deps.db, now);
    return await deps.db.transaction().execute(async (trx) => {
      const place = { integrationId: state.integrationId, stream: state.stream as StreamName };
      const batch = { afterId: state.afterId, limit };
      const rebuilt = await rebuildNext(trx, { place, at: new Date(now).toISOString(), mappings, batch });
      if (rebuilt === null) return null;
      await advanceRenormalization(trx, state, rebuilt);
      return advanced(state, rebuilt);
    });
  });
}

interface Batch {
  place: RebuildPlace;
  at: string;
  mappings: ReadonlyMap<string, Mapping>;
  batch: { afterId: string | null; limit: number };
}

interface Rebuilt {
  afterId: string;
  counts: RebuildCounts;
}

async function rebuildNext(trx: Kysely<Schema>, { place, at, mappings, batch }: Batch): Promise<Rebuilt | null> {
  const mapping = mappings.get(place.integrationId);
  if (mapping === undefined) return null;
  if (place.stream === "assets") {
    const ids = await readDeliveredAssetIds(trx, place.integrationId, batch);
    const last = ids.at(-1);
    return last === undefined ? null : { afterId: last, counts: await rebuildAssets(trx, at, mappings, ids) };
  }
  const stored = await readStoredFindings(trx, place, batch);
  const last = stored.at(-1);
  if (last === undefined) return null;
  const context = { ...place, inventory: mapping.inventory, at };
  return { afterId: last.row.id, counts: await rebuildFindings(trx, context, mapping, stored) };
}

function advanced(state: Renormalization, { afterId, counts }: Rebuilt): Renormalization {
  return {
    ...state,
    afterId,
    examined: state.examined + counts.examined,
    rewritten: state.rewritten + counts.rewritten,
    unreadable: state.unreadable + counts.unreadable,
    unkept: state.unkept + counts.unkept,
  };
}
