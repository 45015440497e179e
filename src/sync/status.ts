import type { Kysely } from "kysely";
import { type AssetClass, type Lane, recordKindOf, type StreamName, streamNames } from "../model.ts";
import type { Integration } from "../store/integration.ts";
import { readSourceReports, type SourceReport } from "../store/lease.ts";
import { readMissingCounts } from "../store/missing.ts";
import { type ScopedCount, scopedCounts } from "../store/record-counts.ts";
import { openReviewsOf } from "../store/review.ts";
import { type PassSummary, type Run, summarizePasses, unfinishedRunsOf } from "../store/run.ts";
import type { Schema } from "../store/schema.ts";
import { countRejected, type FullCount, readFullCounts, readLastPasses, readLastRun } from "../store/stream-pass.ts";
import { readStreamStates, type StreamState } from "../store/stream-state.ts";
import type { AssetCounts } from "./asset-counts.ts";
import { reviewText } from "./review-text.ts";
import { isNarrowedAs, parseScope } from "./scope.ts";
import {
  type IntegrationFacts,
  integrationState,
  nextRunAt,
  type Progress,
  type StateName,
  type Tile,
  tileOf,
} from "./state.ts";

/** A run as the API and `--format json` show it. */
export interface RunView {
  id: string;
  trigger: string;
  mode: Lane;
  startedAt: string | null;
  finishedAt: string | null;
  result: string | null;
  phase: string | null;
  error: string | null;
  streams: PassView[];
}

export interface PassView {
  stream: StreamName;
  pass: Lane;
  wizCount: number | null;
  fetched: number;
  written: number;
  unchanged: number;
  rejected: number;
  /** Fetched and left out: of asset classes that are not chosen. */
  outOfScope: number;
  /** Records of the stream that Weir held when the pass ended; `null` while it has not. */
  weirCount: number | null;
  /** Records that it did not see, and how many of them became `gone`; `null` where that was not looked at. */
  missing: number | null;
  gone: number | null;
  error: string | null;
}

export interface StreamStatus {
  stream: StreamName;
  enabled: boolean;
  intervalMinutes: number;
  lastAttemptAt: string | null;
  lastSuccessAt: string | null;
  lastFullAt: string | null;
  watermark: string | null;
  /** Attempts that failed in a row. */
  failures: number;
  /** Why it fails or is unavailable. */
  error: string | null;
  warning: string | null;
  /** What Wiz counted in the last complete full pass; `null` before there was one of the present scope. */
  wizCount: number | null;
  /** Wiz stopped counting there: it has at least this many. */
  isWizCountCapped: boolean;
  wizCountedAt: string | null;
  /** Of those that Wiz counted, how many are of asset classes that are not chosen: fetched and left out. */
  outOfScope: number;
  /** Of the chosen asset classes. */
  weirCount: number;
  /** Of classes that are no longer chosen; they stay as they were. */
  leftCount: number;
  /** `wizCount` less `outOfScope` and `weirCount`. Below zero: that many came since Wiz was asked. */
  gap: number | null;
  /** Nothing was missing or too many when Wiz was asked, so the gap is what came or went since. */
  isGapNew: boolean;
  /** Records that could not be read and are kept raw. */
  rejected: number;
  /** Open records that the last complete full pass did not see; `gone` if the next one does not either. */
  missing: number;
  /** What waits for a person to decide about them: `weir integration review`. */
  review: string | null;
  /** Why the last full pass says nothing about what it did not see. */
  goneNote: string | null;
  /** Why Weir has none; `null` when it has some. */
  whyZero: string | null;
  lastPasses: (PassView & { result: string | null; startedAt: string; finishedAt: string | null })[];
}

export interface IntegrationStatus {
  name: string;
  connector: string;
  enabled: boolean;
  /** What it is narrowed to; `null`: all. */
  assetClasses: AssetClass[] | null;
  /** What became of records of classes that are no longer chosen; `null` when there are none. */
  scopeNote: string | null;
  state: StateName;
  /** What the state means just now, in words. */
  stateText: string;
  /** Of the runs that are going on. */
  progress: Progress | null;
  tile: Tile;
  lastRun: RunView | null;
  /** When the next run may begin; `null` when nothing is polled. A time that has passed: as soon as a server runs. */
  nextRunAt: string | null;
  /** What the governor of its service account is doing; `null` when no process works for it just now. */
  source: SourceReport | null;
  streams: StreamStatus[];
}

/**
 * All that is to be said of an integration: how it stands, what it last did, and whether it is complete. With
 * `assetCounts` the number of its assets may be some seconds old, except after a pass that is complete.
 */
export async function readStatus(
  db: Kysely<Schema>,
  integration: Integration,
  now: number,
  assetCounts?: AssetCounts,
): Promise<IntegrationStatus> {
  const facts = await readFacts(db, integration, now);
  const [lastRun, fullCounts, lastPasses, weirCounts, rejected, missing, reports] = await Promise.all([
    readLastRun(db, integration.id),
    readFullCounts(db, [integration.id]),
    readLastPasses(db, integration.id),
    scopedCounts(db, integration, assetCounts?.of(integration, assetMark(integration, facts))),
    countRejected(db, integration.id),
    readMissingCounts(db, integration.id),
    readSourceReports(db),
  ]);
  const next = nextRunAt(facts);
  const state = integrationState(facts);
  return {
    name: integration.name,
    connector: integration.connector,
    enabled: integration.isEnabled,
    assetClasses: integration.assetClasses,
    scopeNote: scopeNote(weirCounts),
    state: state.name,
    stateText: state.text,
    progress: state.progress,
    tile: tileOf(facts),
    lastRun: lastRun === null ? null : runView(lastRun, await summarizePasses(db, [lastRun.id])),
    nextRunAt: next === null ? null : new Date(next === 0 ? now : next).toISOString(),
    source: reports.find((report) => report.accountKey === integration.accountKey) ?? null,
    streams: streamNames.map((stream) =>
      streamStatus(integration, stream, facts.states.get(stream), {
        full: fullCounts.find((one) => one.stream === stream && isNarrowedAs(integration, parseScope(one.scope))),
        passes: lastPasses.filter((pass) => pass.stream === stream),
        held: weirCounts.get(recordKindOf[stream]) ?? { inside: 0, outside: 0 },
        rejected: rejected.get(stream) ?? 0,
        missing: missing.find((one) => one.stream === stream && one.state === "counting")?.n ?? 0,
        review: facts.reviews.find((review) => review.stream === stream)?.text ?? null,
      }),
    ),
  };
}

/** Another text whenever assets were fetched whole, others are chosen, or somebody decided about them. */
function assetMark({ assetClasses }: Integration, { states, reviews }: IntegrationFacts): string {
  return JSON.stringify([
    assetClasses,
    states.get("assets")?.lastSuccessAt,
    reviews.find(({ stream }) => stream === "assets")?.text,
  ]);
}

function scopeNote(counts: ReadonlyMap<string, ScopedCount>): string | null {
  const assets = counts.get("asset")?.outside ?? 0;
  const findings = [...counts].reduce((sum, [kind, { outside }]) => sum + (kind === "asset" ? 0 : outside), 0);
  if (assets + findings === 0) return null;
  const [a, f] = [assets.toLocaleString("en-US"), findings.toLocaleString("en-US")];
  return `${a} assets and ${f} findings of asset classes that are no longer chosen stay as they were`;
}

/** As much as state and tile follow from: cheaper than the whole status. */
export async function readFacts(db: Kysely<Schema>, integration: Integration, now: number): Promise<IntegrationFacts> {
  const [facts] = await readFactsOf(db, [integration], now);
  return facts!;
}

/** The same of several, in their order. */
export async function readFactsOf(
  db: Kysely<Schema>,
  integrations: readonly Integration[],
  now: number,
): Promise<IntegrationFacts[]> {
  const ids = integrations.map(({ id }) => id);
  const states = await readStreamStates(db, ids);
  const reviews = await openReviewsOf(db, ids);
  const runs = await unfinishedRunsOf(db, ids);
  const passes = await summarizePasses(
    db,
    runs.map((run) => run.id),
  );
  return integrations.map(({ id, isEnabled, streams, pendingError }) => {
    const isOwn = ({ integrationId }: { integrationId: string }) => integrationId === id;
    return {
      isEnabled,
      settings: streams,
      states: new Map(states.filter(isOwn).map((state) => [state.stream, state])),
      reviews: reviews.filter(isOwn).map((review) => ({
        stream: review.stream,
        text: reviewText(review.stream, review),
      })),
      runs: runs.filter(isOwn).map((run) => ({ run, passes: passes.filter((pass) => pass.runId === run.id) })),
      secretTrouble: pendingError,
      now,
    };
  });
}

/** The run in the shape of the API. */
export function runView(run: Run, passes: readonly PassSummary[]): RunView {
  const { id, trigger, mode, startedAt, finishedAt, result, phase, error } = run;
  return { id, trigger, mode, startedAt, finishedAt, result, phase, error, streams: passes.map(passView) };
}

export function passView(pass: PassSummary): PassView {
  const { stream, lane, sourceCount, fetched, written, unchanged, rejected, outOfScope, held } = pass;
  const { missing, gone, error } = pass;
  const counts = { wizCount: sourceCount, fetched, written, unchanged, rejected, outOfScope, weirCount: held };
  return { stream, pass: lane, ...counts, missing, gone, error };
}

interface StreamCounts {
  full: FullCount | undefined;
  passes: readonly PassSummary[];
  held: ScopedCount;
  rejected: number;
  missing: number;
  review: string | null;
}

function streamStatus(
  integration: Integration,
  stream: StreamName,
  state: StreamState | undefined,
  { full, passes, held, rejected, missing, review }: StreamCounts,
): StreamStatus {
  const { enabled, intervalMinutes } = integration.streams[stream];
  const weirCount = held.inside;
  return {
    stream,
    enabled,
    intervalMinutes,
    lastAttemptAt: state?.lastAttemptAt ?? null,
    lastSuccessAt: state?.lastSuccessAt ?? null,
    lastFullAt: state?.lastFullAt ?? null,
    watermark: state?.watermark ?? null,
    failures: state?.failures ?? 0,
    error: state?.error ?? null,
    warning: state?.warning ?? null,
    wizCount: full?.value ?? null,
    isWizCountCapped: full?.isCapped ?? false,
    wizCountedAt: full?.at ?? null,
    outOfScope: full?.outOfScope ?? 0,
    weirCount,
    leftCount: held.outside,
    ...gapBetween(full, weirCount),
    rejected,
    missing,
    review,
    goneNote: passes.find((pass) => pass.lane === "full" && pass.result === "success")?.goneNote ?? null,
    whyZero: weirCount > 0 ? null : whyZero(integration, stream, state, { full, rejected }),
    lastPasses: passes.map((pass) => {
      const { result, startedAt, finishedAt } = pass;
      return { ...passView(pass), result, startedAt, finishedAt };
    }),
  };
}

/** What Wiz counted against what Weir holds now. */
export function gapBetween(full: FullCount | undefined, weirCount: number): { gap: number | null; isGapNew: boolean } {
  if (full === undefined || full.value === null) return { gap: null, isGapNew: false };
  const wanted = full.value - full.outOfScope;
  return { gap: wanted - weirCount, isGapNew: wanted !== weirCount && wanted === full.held };
}

/** W-41: a poll that succeeds with nothing must not look like one that fails, or one that never was. */
function whyZero(
  integration: Integration,
  stream: StreamName,
  state: StreamState | undefined,
  { full, rejected }: Pick<StreamCounts, "full" | "rejected">,
): string {
  if (!integration.streams[stream].enabled) return "the stream is switched off";
  if (state !== undefined && state.failures > 0)
    return state.errorCode === "wiz_permission" ? "the service account may not read it" : "it could not be fetched";
  if (full === undefined) {
    if (!integration.isEnabled) return "the integration is disabled and has not been polled";
    if ((state?.lastSuccessAt ?? null) !== null) return "it has not been fetched yet since its scope was changed";
    return (state?.lastAttemptAt ?? null) === null
      ? "it has not been polled yet"
      : "it is being fetched for the first time";
  }
  if (rejected > 0) return "no record could be read";
  if (integration.assetClasses !== null) return "Wiz has none of the chosen asset classes";
  return "Wiz has none that this service account may see";
}
