import type { Kysely } from "kysely";
import { holdEpoch } from "../store/lease.ts";
import { countInState, countMissing, countOpen, moveMissing } from "../store/missing.ts";
import { decideReview, findOpenReview, type ReviewReason, raiseReview } from "../store/review.ts";
import { countExtra, lastCompleteFull, type Pass, readPassCount, saveReconciliation } from "../store/run.ts";
import type { Schema } from "../store/schema.ts";
import { countSeen } from "../store/seen.ts";
import { type GoneDeps, type GoneStream, markGone } from "./gone.ts";
import { isSameScope, parseScope, type Scope, seesSame } from "./scope.ts";

/** Missing from so many complete full passes in a row makes a record `gone`. */
const goneQuorum = 2;
/** More than this share of a stream, and more than so many records, are not made `gone` without a person. */
const brake = { share: 0.05, records: 100 };
/**
 * A pass that saw fewer than the source counted was not complete, whatever it said: rows were lost on the way. Some
 * records close or vanish while it runs, so a few and a small share may lack.
 */
const tolerated = { share: 0.01, records: 10 };

export interface ReconcileContext {
  accountKey: string;
  epoch: number;
  /** What the service account sees now, at the end of the pass. */
  scope: Scope;
}

/**
 * What a complete full pass says of the records that it did not see: counts them as missing, and makes those `gone`
 * that enough passes in a row have missed, unless they are so many that a person must decide. Done again after a crash
 * it goes on where it stopped.
 * @throws FencedError when the lease is lost
 */
export async function reconcile(deps: GoneDeps, context: ReconcileContext, pass: Pass): Promise<void> {
  const of = { integrationId: pass.integrationId, stream: pass.stream };
  const guard = (trx: Kysely<Schema>) => holdEpoch(trx, context.accountKey, context.epoch);
  if (pass.missing === null && pass.goneNote === null)
    await deps.db.transaction().execute(async (trx) => {
      await guard(trx);
      await count(trx, of, pass, { scope: context.scope, now: new Date(deps.now()).toISOString() });
    });
  const gone = await markGone(deps, of, guard);
  await saveReconciliation(deps.db, pass.id, { gone: (pass.gone ?? 0) + gone });
}

interface Ending {
  scope: Scope;
  /** ISO time. */
  now: string;
}

async function count(trx: Kysely<Schema>, of: GoneStream, pass: Pass, { scope, now }: Ending): Promise<void> {
  const seen = await countSeen(trx, pass.id);
  const obstacle = isSameScope(parseScope(pass.scope), scope)
    ? await obstacleOf(trx, pass, seen)
    : "what the service account sees changed while the pass was running";
  if (obstacle !== null) return await saveReconciliation(trx, pass.id, { goneNote: obstacle });
  const asked = { ...of, classes: parseScope(pass.scope)?.classes ?? null };
  const open = await countOpen(trx, asked);
  const missing = await countMissing(trx, asked, pass, now);
  const last = await lastCompleteFull(trx, of.integrationId, of.stream);
  // Other classes are no reason to ask: what was not asked for is not missing.
  const reason = seesSame(parseScope(last?.scope ?? null), parseScope(pass.scope))
    ? await brakeReason(trx, of, { open, seen: seen.records })
    : "scope";
  await decide(trx, of, { reason, open, now });
  await saveReconciliation(trx, pass.id, { missing });
}

/** Why a pass that came to its end says nothing about what it did not see. */
async function obstacleOf(
  trx: Kysely<Schema>,
  pass: Pass,
  seen: { records: number; hasUnidentified: boolean },
): Promise<string | null> {
  if (seen.hasUnidentified)
    return "some records have no id that could be read, or could not be asked for, so what this pass did not see may be among them";
  const counted = await readPassCount(trx, pass.id);
  const given = seen.records - (await countExtra(trx, pass.id));
  if (counted !== null && counted - given > tolerated.records + counted * tolerated.share)
    return `Wiz counted ${counted.toLocaleString("en-US")} records but gave ${given.toLocaleString("en-US")}, so this pass does not tell what is missing`;
  return null;
}

interface Extent {
  /** Open records of the stream. */
  open: number;
  /** Records that the pass saw. */
  seen: number;
}

/** Whether so many would become gone at once that a person must look at it. */
async function brakeReason(trx: Kysely<Schema>, of: GoneStream, { open, seen }: Extent): Promise<ReviewReason | null> {
  const due = await countInState(trx, of, "counting", goneQuorum);
  if (due === 0) return null;
  if (seen === 0) return "empty";
  return due > brake.records && due > open * brake.share ? "mass" : null;
}

interface Decision {
  reason: ReviewReason | null;
  open: number;
  now: string;
}

/** Lets the records go whose time has come, or asks a person. */
async function decide(trx: Kysely<Schema>, of: GoneStream, { reason, open, now }: Decision): Promise<void> {
  const review = await findOpenReview(trx, of);
  if (reason === "scope") await moveMissing(trx, of, { from: "counting", to: "waiting" });
  else {
    const to = reason === null && review === null ? "approved" : "waiting";
    await moveMissing(trx, of, { from: "counting", to, passes: goneQuorum });
  }
  const waiting = await countInState(trx, of, "waiting");
  if (waiting > 0)
    await raiseReview(trx, { ...of, reason: reason ?? "mass", records: waiting, openRecords: open }, now);
  else if (review !== null) await decideReview(trx, review.id, { decision: "settled", by: "Weir", now });
}
