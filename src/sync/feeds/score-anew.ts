import { setTimeout as sleep } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import type pg from "pg";
import { isActiveStatus } from "../../model.ts";
import { assetScoreConstants } from "../../risk/constants.ts";
import { tryLock } from "../../store/advisory-lock.ts";
import { scoreAssets } from "../../store/asset-risk.ts";
import { writeTogether } from "../../store/batch.ts";
import { repeatOnConflict } from "../../store/conflict.ts";
import { cubeWrites } from "../../store/cube.ts";
import type { Database } from "../../store/database.ts";
import { readFeedWords, shareFeeds } from "../../store/feed.ts";
import {
  addDueAssets,
  addProgress,
  feedColumns,
  finishWork,
  lockScoredFindings,
  nextDueCves,
  type ScoredFinding,
  settleDueCves,
  takeDueAssets,
  writeScores,
} from "../../store/feed-work.ts";
import { lockKeys } from "../../store/lock-keys.ts";
import type { Schema } from "../../store/schema.ts";
import { weighFinding } from "./feed-row.ts";

export interface ScoringDeps {
  db: Kysely<Schema>;
  /** Connections of their own, for the lock and the list of findings. */
  connect: Database["connect"];
  now: () => number;
}

interface ScoringOptions {
  /** Ends it after the batch in progress; the next call goes on. */
  signal?: AbortSignal;
  batchSize?: number;
  /** After each batch, as a multiple of the time that it took: searches are not to wait for the disk and the CPU. */
  pause?: number;
}

const standardBatchSize = 200;
const assetBatchSize = 100;
const standardPause = 2;

/**
 * Scores anew the findings whose feeds say something else since an import, then their assets. In batches that each are
 * one transaction, and notes what is done: killed anywhere, the next call goes on, and doing something twice changes
 * nothing. `false`: another process is at it.
 */
export async function scoreAnew(deps: ScoringDeps, options: ScoringOptions = {}): Promise<boolean> {
  const lock = await tryLock(deps, lockKeys.feedScores, "weir feeds");
  if (lock === null) return false;
  try {
    const signal = options.signal ?? new AbortController().signal;
    for (let due = await nextDueCves(deps.db); due !== null && !signal.aborted; due = await nextDueCves(deps.db)) {
      if (await scoreFindings(deps, { ...options, signal }, due.cves)) await settleDueCves(deps.db, due);
    }
    if (await scoreDueAssets(deps, { ...options, signal }))
      await finishWork(deps.db, new Date(deps.now()).toISOString());
    return true;
  } finally {
    await lock.release();
  }
}

interface Running extends ScoringOptions {
  signal: AbortSignal;
}

/** All findings of these CVEs. Their ids wait in PostgreSQL, so that memory does not grow with them. */
async function scoreFindings(deps: ScoringDeps, options: Running, cves: readonly string[]): Promise<boolean> {
  const client = await deps.connect("weir feeds");
  try {
    await client.query(
      "declare due no scroll cursor with hold for select id from finding where cve = any($1::text[])",
      [cves],
    );
    for (;;) {
      if (options.signal.aborted) return false;
      const ids = await nextIds(client, options.batchSize ?? standardBatchSize);
      if (ids.length === 0) return true;
      await politely(options, () => inShortTransaction(deps.db, (trx) => scoreBatch(trx, ids)));
    }
  } finally {
    await client.end();
  }
}

async function nextIds(client: pg.Client, limit: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(`fetch ${limit} from due`);
  return rows.map(({ id }) => id);
}

async function scoreBatch(trx: Kysely<Schema>, ids: readonly string[]): Promise<void> {
  await shareFeeds(trx);
  const before = await lockScoredFindings(trx, ids);
  const feeds = await readFeedWords(
    trx,
    before.map(({ cve }) => cve),
  );
  const pairs = before
    .map((was) => ({ was, is: { ...was, ...weighFinding(was, feeds) } }))
    .filter(({ was, is }) => feedColumns.some((column) => was[column] !== is[column]));
  await writeScores(
    trx,
    pairs.map(({ is }) => is),
  );
  await addDueAssets(
    trx,
    pairs.filter(changesAsset).flatMap(({ is }) => is.assetId ?? []),
  );
  await addProgress(trx, { done: ids.length, changed: pairs.length });
  const was = pairs.map((pair) => pair.was);
  const is = pairs.map((pair) => pair.is);
  await writeTogether(trx, cubeWrites(was, is));
}

function changesAsset({ was, is }: { was: ScoredFinding; is: ScoredFinding }): boolean {
  return was.riskScore !== is.riskScore && isActiveStatus(is.status);
}

async function scoreDueAssets(deps: ScoringDeps, options: Running): Promise<boolean> {
  for (;;) {
    if (options.signal.aborted) return false;
    const taken = await politely(options, () =>
      inShortTransaction(deps.db, async (trx) => {
        const ids = await takeDueAssets(trx, assetBatchSize);
        if (ids.length === 0) return 0;
        await scoreAssets(trx, ids, assetScoreConstants);
        await addProgress(trx, { assetsDone: ids.length });
        return ids.length;
      }),
    );
    if (taken === 0) return true;
  }
}

/** Waiting for the disk gains nothing: what a crash of PostgreSQL loses is still noted as due. */
async function inShortTransaction<T>(db: Kysely<Schema>, work: (trx: Kysely<Schema>) => Promise<T>): Promise<T> {
  return await repeatOnConflict(() =>
    db.transaction().execute(async (trx) => {
      await sql`set local synchronous_commit = off`.execute(trx);
      return await work(trx);
    }),
  );
}

async function politely<T>({ pause = standardPause, signal }: Running, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  await sleep((performance.now() - startedAt) * pause, undefined, { signal }).catch(() => undefined);
  return result;
}
