import { setTimeout as sleep } from "node:timers/promises";
import type { Kysely } from "kysely";
import type { Logger } from "../log.ts";
import { tryLock } from "../store/advisory-lock.ts";
import { forgetEmptyFixes } from "../store/cube-fix.ts";
import type { Database } from "../store/database.ts";
import { pruneExportProgress } from "../store/export-progress.ts";
import { trimLogLines } from "../store/integration-log.ts";
import { lockKeys } from "../store/lock-keys.ts";
import { prunePaceSamples } from "../store/pace-sample.ts";
import { forgetDeadWorkers, pruneRejected, pruneRuns } from "../store/prune.ts";
import { pruneAccess } from "../store/prune-access.ts";
import { type Dropped, dropOldSeen, dropOldSignals } from "../store/retention.ts";
import type { Schema } from "../store/schema.ts";
import { checkCounts } from "./check-counts.ts";

export interface HousekeepingDeps {
  db: Kysely<Schema>;
  /** A connection of its own for the lock of the round. */
  connect: Database["connect"];
  now: () => number;
  log: Logger;
  /** Days that signals are kept; 0: for ever. */
  retentionDays: number;
}

/** What a round did. */
export interface Housekept {
  signals: Dropped;
  seen: Dropped;
  passes: number;
  runs: number;
  rejected: number;
  /** Parts of the round that failed, each logged; the next round tries them again. */
  failed: number;
}

const keptRunDays = 30;
const keptExportDays = 1;
const dayMs = 86_400_000;

/**
 * One round: drops signals past their time and tables of seen ids that nobody needs, forgets old runs, checks the
 * counts. Each part stands alone. `null`: another process is at it.
 */
export async function housekeep(deps: HousekeepingDeps): Promise<Housekept | null> {
  const lock = await tryLock(deps, lockKeys.housekeeping, "weir housekeeping");
  if (lock === null) return null;
  try {
    return await doRound({ ...deps, log: deps.log.child({ component: "housekeeping" }) });
  } finally {
    await lock.release();
  }
}

async function doRound(deps: HousekeepingDeps): Promise<Housekept> {
  const { db, now, log, retentionDays } = deps;
  const nothing: Dropped = { dropped: [], postponed: [] };
  let failed = 0;
  async function part<T>(what: string, otherwise: T, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      failed++;
      log.warn({ err: error }, `${what} failed; the next round tries again`);
      return otherwise;
    }
  }
  const signals = await part("dropping old signals", nothing, async () =>
    retentionDays === 0 ? nothing : await dropOldSignals(db, retentionDays, now()),
  );
  const seen = await part("dropping old tables of seen ids", nothing, () => dropOldSeen(db, now()));
  const before = new Date(now() - keptRunDays * dayMs).toISOString();
  const pruned = await part("forgetting old runs", { passes: 0, runs: 0 }, () => pruneRuns(db, before));
  const rejected = await part("forgetting old rejected records", 0, () => pruneRejected(db, before));
  await part("forgetting sessions that ended", undefined, () => pruneAccess(db, now()));
  await part("forgetting old log lines", 0, () => trimLogLines(db));
  await part("forgetting old samples of the pace", 0, () => prunePaceSamples(db));
  const exported = new Date(now() - keptExportDays * dayMs).toISOString();
  await part("forgetting the progress of exports", undefined, () => pruneExportProgress(db, exported));
  await part("forgetting dead processes", undefined, () => forgetDeadWorkers(db));
  await part("forgetting empty counts", undefined, () => forgetEmptyFixes(db));
  await part("checking the counts", null, () => checkCounts({ db, now, log }));
  const done = { signals, seen, ...pruned, rejected, failed };
  tell(log, done, retentionDays);
  return done;
}

function tell(log: Logger, { signals, seen, passes, runs, rejected }: Housekept, retentionDays: number): void {
  if (signals.dropped.length > 0)
    log.info(`dropped signals older than ${retentionDays} days: ${signals.dropped.join(", ")}`);
  if (signals.postponed.length > 0)
    log.info(`${signals.postponed.join(", ")} cannot be dropped while signals are read (an export?); tried again soon`);
  if (runs > 0 || passes > 0) log.info(`forgot ${runs} runs and ${passes} passes older than ${keptRunDays} days`);
  if (rejected > 0) log.info(`forgot ${rejected} records that could not be read and are not in Wiz any more`);
  if (seen.dropped.length > 0) log.debug(`dropped ${seen.dropped.length} tables of seen ids`);
}

export interface HousekeepingTimes {
  firstMs?: number;
  intervalMs?: number;
  /** After a round that failed or found something in use. */
  retryMs?: number;
}

const standardTimes = { firstMs: 60_000, intervalMs: 3_600_000, retryMs: 300_000 };

/**
 * Keeps house in the background: soon after the start, then every hour. A failure is logged and tried again; nothing
 * else stops for it. Any number of processes may do this: one works, the others come later.
 */
export function startHousekeeping(deps: HousekeepingDeps, times: HousekeepingTimes = {}): { stop(): Promise<void> } {
  const { firstMs, intervalMs, retryMs } = { ...standardTimes, ...times };
  const stopping = new AbortController();
  const { signal } = stopping;
  async function run(): Promise<void> {
    for (let waitMs = firstMs; !signal.aborted; ) {
      await sleep(withJitter(waitMs), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      waitMs = (await roundIsClean()) ? intervalMs : retryMs;
    }
  }
  async function roundIsClean(): Promise<boolean> {
    try {
      const done = await housekeep(deps);
      return done === null || (done.failed === 0 && done.signals.postponed.length + done.seen.postponed.length === 0);
    } catch (error) {
      deps.log.child({ component: "housekeeping" }).warn({ err: error }, "no round; tried again later");
      return false;
    }
  }
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** A tenth more or less, so that processes that were started together do not come together for ever. */
function withJitter(ms: number): number {
  return ms * (0.9 + 0.2 * Math.random());
}
