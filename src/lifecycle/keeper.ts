import { setTimeout as sleep } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import type { Logger } from "../log.ts";
import { tryLock } from "../store/advisory-lock.ts";
import type { Touched } from "../store/asset-risk.ts";
import type { Actor } from "../store/audit.ts";
import { repeatOnConflict } from "../store/conflict.ts";
import type { Database } from "../store/database.ts";
import { applyDueDates, noteDueDateTotal, readDueDatePolicy } from "../store/due-date-policy.ts";
import { lockKeys } from "../store/lock-keys.ts";
import { activeAcceptances, type RiskAcceptance, unsettledAcceptances } from "../store/risk-acceptance.ts";
import type { Schema } from "../store/schema.ts";
import { told } from "./acceptances.ts";
import { everything, ofAcceptance, ofPass } from "./looks.ts";
import { compileScopes, isCoverable } from "./scope.ts";
import { type LifeCycleDeps, settle } from "./settle.ts";

export interface KeeperDeps extends LifeCycleDeps {
  /** A connection of its own for the lock: one process at a time does this. */
  connect: Database["connect"];
  log: Logger;
}

const system: Actor = { type: "system", id: null, name: "Weir" };
const dueBatch = 2_000;
/** Then whatever else waits has its turn. */
const longestDueMs = 2_000;

/**
 * What the life of findings needs beside the passes: acceptances that expire, were changed or withdrawn, and due dates
 * after a change of the policy. With `isFull`, every finding is looked at again: what a scope asks for may also change
 * with time. `null`: another process is at it.
 */
export async function keepLifeCycle(
  deps: KeeperDeps,
  options: { isFull?: boolean; signal?: AbortSignal } = {},
): Promise<{ isDone: boolean } | null> {
  const isFull = options.isFull === true;
  if (!isFull && !(await hasWork(deps))) return { isDone: true };
  const lock = await tryLock(deps, lockKeys.lifeCycle, "weir life cycle");
  if (lock === null) return null;
  try {
    for (const acceptance of await unsettledAcceptances(deps.db, deps.now())) {
      if (options.signal?.aborted === true) return { isDone: false };
      await settleAcceptance(deps, acceptance, options.signal);
    }
    if (isFull && (await hasAcceptances(deps))) await settle(deps, everything, withSignal(options.signal));
    return { isDone: await moveDueDates(deps, options.signal) };
  } finally {
    await lock.release();
  }
}

/** As soon as a pass has ended: what it brought is covered by the acceptances that there are, or no longer. */
export async function settlePass(deps: LifeCycleDeps, touched: Touched): Promise<void> {
  if (await hasAcceptances(deps)) await settle(deps, ofPass(touched));
}

async function hasWork({ db, now }: LifeCycleDeps): Promise<boolean> {
  const { revision, appliedRevision } = await readDueDatePolicy(db);
  return revision !== appliedRevision || (await unsettledAcceptances(db, now())).length > 0;
}

async function hasAcceptances({ db, now }: LifeCycleDeps): Promise<boolean> {
  if ((await activeAcceptances(db, now())).length > 0) return true;
  const { rows } = await sql`select from finding where acceptance_id is not null limit 1`.execute(db);
  return rows.length > 0;
}

function withSignal(signal: AbortSignal | undefined) {
  return signal === undefined ? {} : { signal };
}

/** Carries one acceptance over to its findings, and says how far that is. */
async function settleAcceptance(deps: KeeperDeps, acceptance: RiskAcceptance, signal?: AbortSignal): Promise<void> {
  const { db, log } = deps;
  const { id, revision } = acceptance;
  const look = ofAcceptance(id);
  // One that expires while it is carried over has its turn again.
  const begun = deps.now();
  await noteTotal(deps, acceptance);
  const onBatch = async (changed: number) => {
    await db
      .updateTable("riskAcceptance")
      .set((eb) => ({ done: eb("done", "+", changed) }))
      .where("id", "=", id)
      .where("revision", "=", revision)
      .execute();
  };
  const changed = await settle(deps, look, { onBatch, ...withSignal(signal) });
  if (signal?.aborted === true) return;
  await db.transaction().execute((trx) => noteSettled(trx, acceptance, { changed, now: begun }));
  log.info(`risk acceptance "${acceptance.reason.slice(0, 80)}": ${changed} findings follow it`);
}

/** How many are to change, for people who watch, and why a scope covers nothing if that is so. */
async function noteTotal({ db, now }: LifeCycleDeps, acceptance: RiskAcceptance): Promise<void> {
  const active = await activeAcceptances(db, now());
  const { scopes, problems } = await compileScopes(db, active, now());
  const { rows } = await sql<{ n: number }>`select count(*)::bigint as n from finding
    where ${isCoverable} and ${ofAcceptance(acceptance.id)(scopes)}`.execute(db);
  await db
    .updateTable("riskAcceptance")
    .set({ total: rows[0]?.n ?? 0, done: 0, problem: problems.get(acceptance.id) ?? null })
    .where("id", "=", acceptance.id)
    .execute();
}

async function noteSettled(
  trx: Kysely<Schema>,
  acceptance: RiskAcceptance,
  { changed, now }: { changed: number; now: number },
): Promise<void> {
  const { id, revision, withdrawnAt, lapsedAt, expiresAt } = acceptance;
  const isOver = withdrawnAt === null && lapsedAt === null && Date.parse(expiresAt) <= now;
  const result = await trx
    .updateTable("riskAcceptance")
    .set({ appliedRevision: revision, ...(isOver && { lapsedAt: new Date(now).toISOString() }) })
    .where("id", "=", id)
    .where("revision", "=", revision)
    .where("lapsedAt", "is", null)
    .executeTakeFirst();
  if (!isOver || result.numUpdatedRows === 0n) return;
  const by = { actor: system, address: null };
  await told(trx, by, "risk_acceptance.lapse", { id, content: acceptance, now, more: { findings: changed } });
}

/** Whether all is done; a large inventory takes several turns. */
async function moveDueDates({ db, log }: KeeperDeps, signal?: AbortSignal): Promise<boolean> {
  const { revision, appliedRevision } = await readDueDatePolicy(db);
  if (revision === appliedRevision) return true;
  await noteDueDateTotal(db);
  for (const end = performance.now() + longestDueMs; performance.now() < end; ) {
    if (signal?.aborted === true) return false;
    const step = await repeatOnConflict(() => db.transaction().execute((trx) => applyDueDates(trx, dueBatch)));
    if (step !== null) continue;
    log.info("every open finding has its due date by the policy");
    return true;
  }
  return false;
}

export interface KeeperTimes {
  intervalMs?: number;
  /** How often every finding is looked at again. */
  fullMs?: number;
  /** After a failure. */
  retryMs?: number;
}

const standardTimes = { intervalMs: 2_000, fullMs: 3_600_000, retryMs: 30_000 };

/** Does that in the background, what is overdue at once. A failure is logged and tried again; nothing stops for it. */
export function startLifeCycle(deps: KeeperDeps, times: KeeperTimes = {}): { stop(): Promise<void> } {
  const { intervalMs, fullMs, retryMs } = { ...standardTimes, ...times };
  const stopping = new AbortController();
  const { signal } = stopping;
  const log = deps.log.child({ component: "life cycle" });
  let nextFullAt = performance.now() + fullMs;
  async function turn(): Promise<number> {
    try {
      const isFull = performance.now() >= nextFullAt;
      const done = await keepLifeCycle({ ...deps, log }, { isFull, signal });
      if (isFull && done !== null) nextFullAt = performance.now() + fullMs;
      return done?.isDone === false ? 0 : intervalMs;
    } catch (error) {
      log.warn({ err: error }, "findings could not follow a risk acceptance or the due dates; tried again later");
      return retryMs;
    }
  }
  async function run(): Promise<void> {
    while (!signal.aborted) {
      const waitMs = await turn();
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
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
