import { setTimeout as sleep } from "node:timers/promises";
import { assetScoreConstants } from "../risk/constants.ts";
import { applyTags, readDueAssets, strikeOffDue } from "../store/apply-tags.ts";
import { scoreAssets } from "../store/asset-risk.ts";
import { repeatOnConflict } from "../store/conflict.ts";
import type { TaggingDeps } from "./evaluate.ts";

/** Pages of findings wait while a batch is written: so long at most, about. */
const targetMs = 200;
const smallestBatch = 10;
const largestBatch = 2_000;

export interface ApplyOptions {
  /** Work no more than half of the time, so that whoever searches and stores has the other half. */
  isResting: boolean;
  signal?: AbortSignal;
}

/**
 * Brings the assets whose tags changed up to date, batch after batch: tags and criticality first, then the score. Only
 * then they are struck off, so a crash in between repeats a batch, and repeating it changes nothing.
 */
export async function applyDue(deps: TaggingDeps, { isResting, signal }: ApplyOptions): Promise<number> {
  const { db, now } = deps;
  let size = 100;
  for (let applied = 0; ; ) {
    const due = signal?.aborted === true ? [] : await readDueAssets(db, size);
    if (due.length === 0) return applied;
    const ids = due.map(({ assetId }) => assetId);
    const begun = performance.now();
    const written = { at: new Date(now()).toISOString(), standard: assetScoreConstants.defaultCriticality };
    await repeatOnConflict(() => db.transaction().execute((trx) => applyTags(trx, ids, written)));
    const took = performance.now() - begun;
    // Counts wait for those of a pass that ends: not while pages wait for this.
    await repeatOnConflict(() => scoreAssets(db, ids, assetScoreConstants));
    await repeatOnConflict(() => strikeOffDue(db, due));
    applied += due.length;
    size = nextSize(size, took);
    if (isResting && due.length >= smallestBatch)
      await sleep(performance.now() - begun, undefined, { signal }).catch(() => undefined);
  }
}

/** Twice as many or half as many, as they take their time. */
export function nextSize(size: number, tookMs: number): number {
  if (tookMs > targetMs) return Math.max(smallestBatch, Math.floor(size / 2));
  return tookMs < targetMs / 3 ? Math.min(largestBatch, size * 2) : size;
}
