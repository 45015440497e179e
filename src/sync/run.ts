import { errorText, FencedError } from "../errors.ts";
import type { Lane, StreamName } from "../model.ts";
import {
  cancelPasses,
  finishRun,
  type Pass,
  type PassEnd,
  type Run,
  type RunResult,
  setRunPhase,
  startRun,
  summarizePasses,
  unfinishedPasses,
} from "../store/run.ts";
import { forgetAttempts, readStreamStates, saveStreamState } from "../store/stream-state.ts";
import { RunAborted } from "./abort.ts";
import { resolveIdentities } from "./identities.ts";
import { beginPass, failureOf, type PassContext, recordFailure, runPass } from "./pass.ts";
import { settleIdentities } from "./resolve-soon.ts";
import type { SliceDeps } from "./slice.ts";

/**
 * Does a run: the inventory first where it is not in yet, so that findings meet their assets; then the other streams
 * side by side. Each stream stands alone: one that fails does not stop the others. Returns the run's result,
 * `null` when it had ended already: a run may end between being seen as unfinished and being started again.
 * @throws FencedError when the lease is lost
 */
export async function executeRun(
  deps: SliceDeps,
  context: PassContext,
  run: Run,
  signal: AbortSignal,
): Promise<RunResult | null> {
  if (!(await startRun(deps.db, run.id, deps.now()))) return null;
  try {
    const ends = await pullStreams(deps, context, run, signal);
    await settleIdentities(deps.db);
    // Also what others took: a run that ended has its machines where they belong.
    await resolveIdentities(deps, { isWaiting: true, signal });
    const result = runResult(ends);
    const errors = ends.filter((end) => end.error !== null).map((end) => end.error);
    await finishRun(deps.db, run.id, result, errors.length === 0 ? null : [...new Set(errors)].join("; "), deps.now());
    return result;
  } catch (error) {
    await settleIdentities(deps.db);
    if (error instanceof FencedError) throw error;
    const why = RunAborted.of(signal)?.why;
    if (why === "lease lost") throw new FencedError("The lease of the service account is lost", { cause: error });
    if (why === "cancelled") await cancelPasses(deps.db, run.id, deps.now());
    const result = why === "cancelled" ? "cancelled" : why === "shutdown" ? "interrupted" : "failed";
    if (why === "shutdown") await forgetAttempts(deps.db, run.id);
    await finishRun(deps.db, run.id, result, result === "failed" ? errorText(error) : null, deps.now());
    if (result === "failed")
      deps.log.error({ err: error }, `integration "${context.integration.name}": the run failed`);
    return result;
  }
}

async function pullStreams(deps: SliceDeps, context: PassContext, run: Run, signal: AbortSignal): Promise<PassEnd[]> {
  const left = await unfinishedPasses(deps.db, run.id);
  const lanes = await lanesOf(deps, run, left);
  // What this run has pulled already, before its process died or let go of it, is not asked for again.
  const done = (await summarizePasses(deps.db, [run.id])).filter(({ result }) => result === "success");
  for (const { stream } of done) lanes.delete(stream);
  const pulls = done.map(() => settled(Promise.resolve<PassEnd>({ result: "success", errorCode: null, error: null })));
  const begin = (streams: readonly StreamName[]) => {
    for (const stream of streams) {
      const lane = lanes.get(stream)!;
      lanes.delete(stream);
      pulls.push(settled(pullStream(deps, context, { stream, lane, left }, signal)));
    }
  };
  const isAssetsFirst = lanes.get("assets") === "full" && lanes.size > 1;
  if (lanes.has("assets")) await setRunPhase(deps.db, run.id, "assets");
  if (isAssetsFirst) {
    // What is urgent does not wait for a large inventory: its assets are placeholders until they arrive.
    begin(["assets", ...[...lanes.keys()].filter((stream) => stream !== "assets" && context.isUrgent(stream))]);
    const assets = await pulls[done.length];
    if (assets?.status === "rejected" || assets?.value.result === "unauthorized") return await allOf(pulls);
  }
  if (lanes.size > 1 || !lanes.has("assets")) await setRunPhase(deps.db, run.id, "findings");
  begin([...lanes.keys()]);
  return await allOf(pulls);
}

async function settled<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([promise]);
  return result!;
}

/** Waits for all, then throws the first failure: no stream is left running behind our back. */
async function allOf<T>(promises: readonly Promise<PromiseSettledResult<T>>[]): Promise<T[]> {
  return (await Promise.all(promises)).map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

/** A resumed run finishes the passes that are left; any other begins a pass per stream, full where there is no watermark. */
async function lanesOf(deps: SliceDeps, run: Run, left: readonly Pass[]): Promise<Map<StreamName, Lane>> {
  if (left.length > 0 && run.trigger === "resume") return new Map(left.map((pass) => [pass.stream, pass.lane]));
  const states = new Map((await readStreamStates(deps.db, [run.integrationId])).map((state) => [state.stream, state]));
  return new Map(
    run.streams.map((stream) => {
      const hasWatermark = (states.get(stream)?.watermark ?? null) !== null;
      return [stream, run.mode === "full" || !hasWatermark ? "full" : "delta"];
    }),
  );
}

interface StreamWork {
  stream: StreamName;
  lane: Lane;
  left: readonly Pass[];
}

async function pullStream(
  deps: SliceDeps,
  context: PassContext,
  work: StreamWork,
  signal: AbortSignal,
): Promise<PassEnd> {
  const { stream, lane } = work;
  await saveStreamState(deps.db, context.integration.id, stream, { lastAttemptAt: new Date(deps.now()).toISOString() });
  let pass = work.left.find((candidate) => candidate.stream === stream && candidate.lane === lane);
  if (pass === undefined) {
    try {
      pass = await beginPass(deps, context, stream, lane, signal);
    } catch (error) {
      if (error instanceof FencedError || RunAborted.of(signal) !== undefined) throw error;
      const end = failureOf(error);
      await recordFailure(deps, context, stream, end);
      return end;
    }
  }
  return await runPass(deps, context, pass, signal);
}

function runResult(ends: readonly PassEnd[]): RunResult {
  if (ends.some((end) => end.result === "unauthorized")) return "unauthorized";
  if (ends.every((end) => end.result === "success")) return "success";
  return ends.some((end) => end.result === "success") ? "partial" : "failed";
}
