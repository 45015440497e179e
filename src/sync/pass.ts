import type { SliceSpec } from "../connectors/connector.ts";
import {
  AppError,
  errorText,
  FencedError,
  WizAuthError,
  WizCursorError,
  WizPermissionError,
  WizResponseError,
  WizUnavailableError,
} from "../errors.ts";
import { type IsoTime, instant, type Lane, recordKindOf, type StreamName } from "../model.ts";
import { assetScoreConstants } from "../risk/constants.ts";
import { refreshAssetRisk, unscoredSince } from "../store/asset-risk.ts";
import { repeatOnConflict } from "../store/conflict.ts";
import { type Integration, readNarrowing } from "../store/integration.ts";
import { holdEpoch } from "../store/lease.ts";
import { countOpen } from "../store/missing.ts";
import { countRecords } from "../store/record-counts.ts";
import {
  finishPass,
  insertPass,
  type Pass,
  type PassEnd,
  type PassResult,
  reopenFailedPass,
  summarizePass,
} from "../store/run.ts";
import { dropSeen } from "../store/seen.ts";
import { type PageCounts, readSlice, readSlices } from "../store/slice.ts";
import { refreshStatistics } from "../store/statistics.ts";
import { readStreamState, saveStreamState } from "../store/stream-state.ts";
import { RunAborted } from "./abort.ts";
import { type CutSlice, cutSlices } from "./cut.ts";
import { reconcile } from "./reconcile.ts";
import { isNarrowedAs, isSameScope, parseScope, readScope } from "./scope.ts";
import { runSideBySide } from "./side-by-side.ts";
import { runSlice, type SliceDeps } from "./slice.ts";

export interface PassContext {
  integration: Integration;
  inventory: string;
  runId: string;
  epoch: number;
  /** Streams that do not wait for others. */
  isUrgent: (stream: StreamName) => boolean;
}

/** A delta asks again for this much of the past: what Wiz indexed late is not missed, what is known is not written. */
const overlapMs = 5 * 60_000;
/** A failed full pass is gone on with for this long; then its cursors are too old to trust. */
const reopenMs = 24 * 3_600_000;

/** Opens a pass, or goes on with a full pass that failed before its end. */
export async function beginPass(
  deps: SliceDeps,
  context: PassContext,
  stream: StreamName,
  lane: Lane,
  signal: AbortSignal,
): Promise<Pass> {
  const { integration, runId, epoch } = context;
  const scope = lane === "full" ? await readScope(integration, deps.source, signal) : null;
  if (scope !== null) {
    const since = new Date(deps.now() - reopenMs).toISOString();
    const { id: integrationId, accountKey } = integration;
    const isUsable = (other: string | null) => isSameScope(parseScope(other), scope);
    const reopened = await reopenFailedPass(deps.db, {
      integrationId,
      accountKey,
      stream,
      since,
      runId,
      epoch,
      isUsable,
    });
    if (reopened !== undefined) return reopened;
  }
  const started = new Date(await deps.source.clock(signal)).toISOString();
  const window =
    lane === "full" ? { after: null, before: null } : await deltaWindow(deps, integration.id, stream, started);
  // What was deleted before the first load was never in the inventory.
  const isFirst = ((await readStreamState(deps.db, integration.id, stream))?.watermark ?? null) === null;
  const plan = deps.source.plan(stream, lane, window, isFirst ? undefined : started);
  const slices = await cutPlan(deps, plan, started, signal);
  return await insertPass(
    deps.db,
    {
      runId,
      integrationId: integration.id,
      stream,
      lane,
      accountKey: integration.accountKey,
      windowAfter: window.after,
      windowBefore: window.before,
      scope: scope === null ? null : JSON.stringify(scope),
      // Where Weir holds nothing, whatever it asks for now, nothing can be missing.
      tracksSeen: lane === "full" && (await countOpen(deps.db, { ...inScope(integration, stream), classes: null })) > 0,
      sourceStartedAt: started,
      slices,
      epoch,
    },
    deps.now(),
  );
}

function inScope({ id, assetClasses }: Integration, stream: StreamName) {
  return { integrationId: id, stream, classes: assetClasses };
}

/** A delta over so much time may be large: the first one after a long stop. */
const longDeltaMs = 6 * 3_600_000;

/**
 * Full passes are cut into slices that run side by side. A delta is what a few minutes changed, so it is only counted
 * and cut when it reaches far back; its clock moves, but never into the window, which ends before the pass began.
 */
async function cutPlan(deps: SliceDeps, plan: readonly SliceSpec[], started: IsoTime, signal: AbortSignal) {
  const options = { now: Date.parse(started), ...(deps.sliceTarget !== undefined && { target: deps.sliceTarget }) };
  const slices: CutSlice[] = [];
  for (const whole of plan) {
    const isCut = whole.lane === "full" ? deps.source.isCuttable(whole.stream) : isLong(whole);
    slices.push(...(isCut ? await cutSlices(deps.source, whole, options, signal) : [{ spec: whole, count: null }]));
  }
  return slices;
}

function isLong({ after, before }: SliceSpec): boolean {
  return (instant(before) ?? 0) - (instant(after) ?? 0) > longDeltaMs;
}

async function deltaWindow(deps: SliceDeps, integrationId: string, stream: StreamName, now: IsoTime) {
  const state = await readStreamState(deps.db, integrationId, stream);
  const watermark = instant(state?.watermark);
  if (watermark === null) throw new Error(`${stream} has no watermark, so there is no delta to ask for`);
  return { after: new Date(watermark - overlapMs).toISOString(), before: now };
}

/**
 * Pulls what is left of a pass and closes it. A failure is a result, not an exception, so that the other streams go
 * on; only the loss of the lease and the end of the run are thrown.
 */
export async function runPass(
  deps: SliceDeps,
  context: PassContext,
  pass: Pass,
  signal: AbortSignal,
): Promise<PassEnd> {
  const { integration, inventory, epoch } = context;
  const place = { ...inScope(integration, pass.stream), inventory, epoch, pass };
  try {
    const slices = (await readSlices(deps.db, pass.id)).filter((slice) => !slice.isDone);
    // What is longest begins first, or it ends alone.
    slices.sort((a, b) => (b.sourceCount ?? 0) - (a.sourceCount ?? 0));
    const sharing = { ...deps, turns: deps.turns[context.isUrgent(pass.stream) ? "urgent" : "bulk"] };
    const work = async ({ id }: { id: string }) => runSlice(sharing, place, await readSlice(deps.db, id), signal);
    await runSideBySide(slices, work, isWorthAnother);
    return await closeComplete(deps, context, pass, signal);
  } catch (error) {
    if (error instanceof FencedError || RunAborted.of(signal) !== undefined) throw error;
    return await closeFailed(deps, context, pass, error);
  }
}

/** Refused credentials or scopes refuse every slice alike; anything else may be the trouble of one slice. */
function isWorthAnother(error: unknown): boolean {
  return error instanceof WizUnavailableError || error instanceof WizResponseError || error instanceof WizCursorError;
}

/** Every slice is in: only now the watermark moves. */
async function closeComplete(deps: SliceDeps, context: PassContext, pass: Pass, signal: AbortSignal): Promise<PassEnd> {
  const { integration } = context;
  const end: PassEnd = { result: "success", errorCode: null, error: null };
  if (pass.lane === "full" && pass.tracksSeen) {
    const scope = await readScope(integration, deps.source, signal);
    await reconcile(deps, { accountKey: integration.accountKey, epoch: context.epoch, scope }, pass);
  }
  await refreshStatistics(deps.db);
  const since = await unscoredSince(deps.db, pass);
  const touched = { integrationId: integration.id, kind: recordKindOf[pass.stream], since };
  await deps.afterPass?.(touched);
  await repeatOnConflict(() => refreshAssetRisk(deps.db, touched, assetScoreConstants));
  const now = new Date(deps.now()).toISOString();
  const held = await countRecords(deps.db, integration, recordKindOf[pass.stream]);
  const counts = await summarizePass(deps.db, pass.id);
  const warnings = deps.source.state().warnings[pass.stream] ?? [];
  await deps.db.transaction().execute(async (trx) => {
    await holdEpoch(trx, integration.accountKey, context.epoch);
    const state = await readStreamState(trx, integration.id, pass.stream);
    // Begun when the integration was narrowed otherwise: what is new in the scope takes another full pass, at once.
    const isOfScope = isNarrowedAs(await readNarrowing(trx, integration), parseScope(pass.scope));
    const full = isOfScope ? { lastFullAt: now } : { lastAttemptAt: null };
    await finishPass(trx, pass.id, { ...end, held }, deps.now());
    if (pass.tracksSeen) await dropSeen(trx, pass.id);
    await saveStreamState(trx, integration.id, pass.stream, {
      watermark: nextWatermark(pass, state?.watermark ?? null, counts),
      lastSuccessAt: now,
      ...(pass.lane === "full" ? full : {}),
      failures: 0,
      errorCode: null,
      error: null,
      warning: warnings.length === 0 ? null : warnings.join("; "),
    });
  });
  const { fetched, written, rejected, outOfScope } = counts;
  const { stream } = pass;
  deps.log.info({ stream }, `fetched ${fetched} ${stream}`);
  const trouble = rejected === 0 ? "" : `, ${rejected} could not be read`;
  const unwanted = outOfScope === 0 ? "" : `, ${outOfScope} of other asset classes left out`;
  deps.log.info(
    { stream },
    `integration "${integration.name}": ${stream} ${pass.lane} pass complete, ${written} written${unwanted}${trouble}`,
  );
  return end;
}

/** So long a delta that came damaged is asked for again; then the next full pass must do. */
const longestRepairMs = 24 * 3_600_000;

/**
 * A full pass sets the first watermark and moves none: what was deleted between the last delta and it is in the next
 * delta only. A delta with records that could not be read, or with holes, is complete but damaged: the next one asks
 * for the same again, since it may be whole then.
 */
function nextWatermark(pass: Pass, watermark: IsoTime | null, counts: PageCounts): IsoTime | null {
  if (pass.lane === "full") return watermark ?? pass.sourceStartedAt;
  if (counts.rejected + counts.partialPages === 0) return later(watermark, pass.windowBefore);
  const end = instant(pass.windowBefore);
  return end === null ? watermark : later(watermark, new Date(end - longestRepairMs).toISOString());
}

function later(a: IsoTime | null, b: IsoTime | null): IsoTime | null {
  return (instant(a) ?? Number.NEGATIVE_INFINITY) >= (instant(b) ?? Number.NEGATIVE_INFINITY) ? a : b;
}

async function closeFailed(deps: SliceDeps, context: PassContext, pass: Pass, error: unknown): Promise<PassEnd> {
  const end = {
    result: passResult(error),
    errorCode: error instanceof AppError ? error.code : "internal",
    error: errorText(error),
  };
  await deps.db.transaction().execute(async (trx) => {
    await holdEpoch(trx, context.integration.accountKey, context.epoch);
    await finishPass(trx, pass.id, end, deps.now());
    await recordFailure({ ...deps, db: trx }, context, pass.stream, end);
  });
  return end;
}

/** Remembers on the stream why it failed, for the tile and for the next attempt. */
export async function recordFailure(
  deps: SliceDeps,
  context: PassContext,
  stream: StreamName,
  end: PassEnd,
): Promise<void> {
  const state = await readStreamState(deps.db, context.integration.id, stream);
  const { errorCode, error } = end;
  await saveStreamState(deps.db, context.integration.id, stream, {
    failures: (state?.failures ?? 0) + 1,
    errorCode,
    error,
  });
  deps.log.warn({ stream }, `integration "${context.integration.name}": ${stream} ${end.result}: ${error}`);
}

export function failureOf(error: unknown): PassEnd {
  return {
    result: passResult(error),
    errorCode: error instanceof AppError ? error.code : "internal",
    error: errorText(error),
  };
}

function passResult(error: unknown): PassResult {
  if (error instanceof WizAuthError) return "unauthorized";
  return error instanceof WizPermissionError ? "unavailable" : "failed";
}
