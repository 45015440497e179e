import { instant, type StreamName, streamNames } from "../model.ts";
import type { StreamSettings } from "../store/integration.ts";
import type { PassSummary, Run } from "../store/run.ts";
import type { StreamState } from "../store/stream-state.ts";
import { nextAttempt } from "./schedule.ts";

/** As much of an integration as its state and its tile follow from; all of it is in the database. */
export interface IntegrationFacts {
  isEnabled: boolean;
  settings: StreamSettings;
  states: ReadonlyMap<StreamName, StreamState>;
  /** Runs that are queued or running, with their passes. */
  runs: readonly ActiveRun[];
  /** Changes that wait for a person, in words. */
  reviews: readonly { stream: StreamName; text: string }[];
  /** Why a new client secret does not take over yet; `null` when none waits or it was not tried yet. */
  secretTrouble?: string | null;
  /** Milliseconds. */
  now: number;
}

export interface ActiveRun {
  run: Pick<Run, "startedAt" | "streams">;
  passes: readonly Pick<PassSummary, "stream" | "finishedAt" | "result" | "sourceCount" | "fetched">[];
}

/**
 * `registered`: saved, no schedule yet. `scheduled`: the next run is queued or due, or its time is set after one that
 * failed. `processing`: a run fetches assets. `processed`: assets are in; findings may still be arriving.
 */
export type StateName = "registered" | "scheduled" | "processing" | "processed";

export interface State {
  name: StateName;
  /** What it means just now, as a sentence without a full stop. */
  text: string;
  /** Records that the runs going on have fetched, and how many there are; `total` is `null` while Wiz has not counted. */
  progress: Progress | null;
}

export interface Progress {
  fetched: number;
  total: number | null;
}

export function integrationState(facts: IntegrationFacts): State {
  const running = facts.runs.filter(({ run }) => run.startedAt !== null);
  if (running.length > 0) return runningState(facts, running);
  if (facts.runs.length > 0) return { name: "scheduled", text: "a run is queued", progress: null };
  return restingState(facts);
}

function runningState(facts: IntegrationFacts, running: readonly ActiveRun[]): State {
  const passes = running.flatMap((active) => active.passes);
  const assets = passes.filter((pass) => pass.stream === "assets");
  const findings = progressOf(passes.filter((pass) => pass.stream !== "assets"));
  if (areAssetsIn(facts, running)) {
    const text = `assets are in, findings are still arriving${progressText(findings)}`;
    return { name: "processed", text, progress: findings };
  }
  const progress = progressOf(assets.filter((pass) => pass.finishedAt === null));
  if (progress !== null) return { name: "processing", text: `fetching assets${progressText(progress)}`, progress };
  const what = findings === null ? "connecting" : "fetching findings";
  return { name: "processing", text: what + progressText(findings), progress: findings };
}

/** The run has brought them, or it does not fetch them and an earlier one did. */
function areAssetsIn({ states }: IntegrationFacts, running: readonly ActiveRun[]): boolean {
  const fetching = running.filter(({ run }) => run.streams.includes("assets"));
  const wereIn = (states.get("assets")?.lastSuccessAt ?? null) !== null;
  return fetching.length === 0
    ? wereIn
    : fetching.every(({ passes }) => {
        const pass = passes.find((candidate) => candidate.stream === "assets");
        return pass !== undefined && pass.finishedAt !== null && (pass.result === "success" || wereIn);
      });
}

function progressOf(passes: ActiveRun["passes"]): Progress | null {
  if (passes.length === 0) return null;
  const isCounted = passes.every((pass) => pass.sourceCount !== null);
  return {
    fetched: passes.reduce((sum, pass) => sum + pass.fetched, 0),
    total: isCounted ? passes.reduce((sum, pass) => sum + (pass.sourceCount ?? 0), 0) : null,
  };
}

function progressText(progress: Progress | null): string {
  if (progress === null) return "";
  const { fetched, total } = progress;
  return total === null ? `: ${count(fetched)} so far` : `: ${count(fetched)} of ${count(total)}`;
}

function restingState(facts: IntegrationFacts): State {
  const streams = enabledStates(facts);
  const isPolled = facts.isEnabled && streams.length > 0;
  const cameIn = streams.filter(({ state }) => hasSucceeded(state));
  const still = (name: StateName, text: string): State => ({ name, text, progress: null });
  if (!isPolled) {
    const isIn = [...facts.states.values()].some(hasSucceeded);
    const why = facts.isEnabled ? "every stream is switched off" : "it is disabled";
    return isIn ? still("processed", `what came in is kept; ${why}`) : still("registered", `saved; ${why}`);
  }
  const isDue = (nextRunAt(facts) ?? 0) <= facts.now;
  if (cameIn.length === 0) return still("scheduled", isDue ? "the first run is due" : "the next try has its time");
  const assets = streams.find(({ stream }) => stream === "assets");
  if (streams.every(({ state }) => isFailing(state)) || (assets !== undefined && !hasSucceeded(assets.state)))
    return still("scheduled", isDue ? "the next try is due" : "the next try has its time");
  return isDue
    ? still("scheduled", "the next run is due")
    : still("processed", assets === undefined ? "findings are in" : "assets and findings are in");
}

/** When the next run may begin, in milliseconds: 0 when at once, `null` when nothing is polled. */
export function nextRunAt(facts: Pick<IntegrationFacts, "isEnabled" | "settings" | "states">): number | null {
  if (!facts.isEnabled) return null;
  const times = enabledStates(facts).map(({ stream, state }) =>
    nextAttempt(state, facts.settings[stream].intervalMinutes),
  );
  return times.length === 0 ? null : Math.min(...times);
}

type TileColour = "green" | "amber" | "red" | "grey";

export interface Tile {
  colour: TileColour;
  /** Why, in words: never colour alone. */
  reason: string;
}

/**
 * Green: the last poll of every enabled stream succeeded within two intervals. Amber: backing off, stale, or some
 * streams failing. Red: authorization failed or all failing. Grey: disabled or not polled yet (W-30, W-41).
 */
export function tileOf(facts: IntegrationFacts): Tile {
  if (!facts.isEnabled) return { colour: "grey", reason: "disabled" };
  const streams = enabledStates(facts);
  if (streams.length === 0) return { colour: "grey", reason: "every stream is switched off" };
  return (
    failureTile(streams) ??
    firstPollTile(facts, streams) ??
    staleTile(facts, streams) ??
    reviewTile(facts) ??
    secretTile(facts) ??
    warningTile(streams) ?? { colour: "green", reason: "every stream came in within its last two intervals" }
  );
}

interface EnabledStream {
  stream: StreamName;
  state: StreamState | undefined;
}

function enabledStates({ settings, states }: Pick<IntegrationFacts, "settings" | "states">): EnabledStream[] {
  return streamNames
    .filter((stream) => settings[stream].enabled)
    .map((stream) => ({ stream, state: states.get(stream) }));
}

function isFailing(state: StreamState | undefined): boolean {
  return state !== undefined && state.failures > 0;
}

function hasSucceeded(state: StreamState | undefined): boolean {
  return (state?.lastSuccessAt ?? null) !== null;
}

function failureTile(streams: readonly EnabledStream[]): Tile | null {
  const failing = streams.filter(({ state }) => isFailing(state));
  const worst = failing.find(({ state }) => state?.errorCode === "wiz_auth") ?? failing[0];
  if (worst === undefined) return null;
  if (worst.state?.errorCode === "wiz_auth")
    return { colour: "red", reason: `authorization failed: ${worst.state.error ?? "Wiz does not say why"}` };
  const isBackingOff = failing.every(({ state }) => state?.errorCode === "wiz_rate_limit");
  if (isBackingOff)
    return {
      colour: "amber",
      reason: `backing off, since Wiz allows fewer requests (${names(failing)}): Weir tries again by itself; if it goes on, raise the interval to 15 minutes`,
    };
  const trouble = `${worst.stream}: ${worst.state?.error ?? "no reason given"}`;
  if (failing.length === streams.length)
    return { colour: "red", reason: streams.length === 1 ? trouble : `every stream fails; ${trouble}` };
  const others = failing.length === 1 ? "" : ` (and ${names(failing.filter((one) => one !== worst))})`;
  return { colour: "amber", reason: trouble + others };
}

function firstPollTile({ runs }: IntegrationFacts, streams: readonly EnabledStream[]): Tile | null {
  const waiting = streams.filter(({ state }) => !hasSucceeded(state));
  const isRunning = runs.some(({ run }) => run.startedAt !== null);
  if (streams.every(({ state }) => (state?.lastAttemptAt ?? null) === null))
    return waiting.length === streams.length
      ? { colour: "grey", reason: "not polled yet" }
      : { colour: "grey", reason: "not polled yet since it was changed" };
  if (waiting.length === 0) return null;
  if (isRunning)
    return {
      colour: "grey",
      reason: `the first run is going on: ${streams.length - waiting.length} of ${streams.length} streams are in`,
    };
  return { colour: "amber", reason: `not in yet: ${names(waiting)}` };
}

const staleIntervals = 2;

/** Whether its last success lies further back than two polls. */
export function isStale({ settings, states, now }: IntegrationFacts, stream: StreamName): boolean {
  const last = instant(states.get(stream)?.lastSuccessAt) ?? 0;
  return now - last > staleIntervals * settings[stream].intervalMinutes * 60_000;
}

function staleTile(facts: IntegrationFacts, streams: readonly EnabledStream[]): Tile | null {
  const stale = streams.filter(({ stream }) => isStale(facts, stream));
  if (stale.length === 0) return null;
  return { colour: "amber", reason: `stale: no successful poll within two intervals of ${names(stale)}` };
}

function reviewTile({ reviews }: IntegrationFacts): Tile | null {
  const [first] = reviews;
  return first === undefined ? null : { colour: "amber", reason: first.text };
}

function secretTile({ secretTrouble = null }: IntegrationFacts): Tile | null {
  if (secretTrouble === null) return null;
  return {
    colour: "amber",
    reason: `the new client secret does not work yet, the present one goes on serving: ${secretTrouble}`,
  };
}

function warningTile(streams: readonly EnabledStream[]): Tile | null {
  const warned = streams.find(({ state }) => (state?.warning ?? null) !== null);
  return warned === undefined ? null : { colour: "amber", reason: `${warned.stream}: ${warned.state?.warning}` };
}

function names(streams: readonly EnabledStream[]): string {
  return streams.map(({ stream }) => stream).join(", ");
}

function count(n: number): string {
  return n.toLocaleString("en-US");
}
