import { type StreamName, streamNames } from "../../../../../src/model.ts";
import type { Integration, Run } from "../../../api/types.ts";
import { gapWords, numberText } from "../../../kit/numbers.ts";
import { listText, streamTitles, streamWord } from "../words.ts";

type StreamStatus = Integration["streams"][StreamName];

/** How one stream stands, for a meter and a line beside it. */
export interface Level {
  stream: StreamName;
  name: string;
  kind: "off" | "fetching" | "failing" | "unavailable" | "unread" | "level";
  /** 0 to 1; `null`: nobody knows how much there is. */
  share: number | null;
  /** `Wiz 48,112 · Weir 48,112`, or why there is nothing. */
  text: string;
  /** More than there is room for. */
  title: string | null;
}

/** Runs of an integration that are queued or running. */
export function activeRuns({ name }: Pick<Integration, "name">, runs: Iterable<Run>): Run[] {
  return [...runs].filter((run) => run.integration === name && run.finishedAt === null);
}

const shortMs = 4_000;

/** Without the polls that are over before anyone could look: what comes and goes in a second only makes a page flicker. */
export function notableRuns(runs: readonly Run[], now: number): Run[] {
  return runs.filter(
    ({ mode, trigger, requestedAt }) =>
      mode === "full" || trigger === "demand" || now - Date.parse(requestedAt) > shortMs,
  );
}

export function levelsOf(integration: Integration, runs: readonly Run[]): Level[] {
  return streamNames.map((stream) => levelOf(stream, integration.streams[stream], fullPass(stream, runs)));
}

type Pass = Run["streams"][number];

/** A delta is a handful of records and soon over: only a pass over everything is worth a bar. */
function fullPass(stream: StreamName, runs: readonly Run[]): Pass | undefined {
  return runs
    .flatMap((run) => run.streams)
    .find((pass) => pass.stream === stream && pass.pass === "full" && pass.finishedAt === null);
}

function levelOf(stream: StreamName, status: StreamStatus, pass: Pass | undefined): Level {
  const base = { stream, name: streamTitles[stream] };
  const text = countsText(status);
  const share = shareOf(status);
  if (pass !== undefined) return { ...base, kind: "fetching", ...fetchingText(pass), title: null };
  if (!status.enabled) return { ...base, kind: "off", share: null, text: offText(status), title: null };
  if (isUnavailable(status))
    return { ...base, kind: "unavailable", share, text: unavailableText(status), title: status.error };
  if (status.failures > 0) {
    const short = status.weirCount === 0 && status.whyZero !== null ? whyZeroTexts[status.whyZero] : undefined;
    return { ...base, kind: "failing", share, text: short ?? text, title: status.error };
  }
  if (status.wizCount === null) {
    const short = status.weirCount === 0 && status.whyZero !== null ? whyZeroTexts[status.whyZero] : undefined;
    return { ...base, kind: "unread", share: null, text: short ?? text, title: status.whyZero };
  }
  return { ...base, kind: "level", share, text: withGap(text, status), title: gapText(status) ?? zeroText(status) };
}

/** What the API says, for where there is little room. */
const whyZeroTexts: Record<string, string> = {
  "it could not be fetched": "could not be fetched",
  "the integration is disabled and has not been polled": "not polled",
  "it has not been polled yet": "not polled yet",
  "it is being fetched for the first time": "on its way",
};

/** The service account lacks the permission or the tenant the licence: nothing is broken. */
export function isUnavailable({ failures, lastPasses, whyZero }: StreamStatus): boolean {
  if (failures === 0) return false;
  const last = lastPasses.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))[0];
  return last?.result === "unavailable" || whyZero === "the service account may not read it";
}

function unavailableText({ weirCount }: StreamStatus): string {
  return weirCount === 0 ? "unavailable" : `unavailable · Weir ${numberText(weirCount)}`;
}

function offText({ weirCount }: StreamStatus): string {
  return weirCount === 0 ? "switched off" : `switched off · Weir ${numberText(weirCount)}`;
}

function fetchingText({ fetched, wizCount }: Pass): Pick<Level, "share" | "text"> {
  if (wizCount === null) return { share: null, text: `${numberText(fetched)} so far` };
  const share = wizCount === 0 ? 1 : Math.min(1, fetched / wizCount);
  return { share, text: `${numberText(fetched)} of ${numberText(Math.max(wizCount, fetched))}` };
}

export function wizCountText({ wizCount, isWizCountCapped }: StreamStatus): string {
  return wizCount === null ? "–" : `${numberText(wizCount)}${isWizCountCapped ? "+" : ""}`;
}

function countsText(status: StreamStatus): string {
  return `Wiz ${wizCountText(status)} · Weir ${numberText(status.weirCount)}`;
}

function withGap(counts: string, status: StreamStatus): string {
  const { gap, isWizCountCapped } = status;
  const text = status.outOfScope === 0 ? counts : `${counts} · ${numberText(status.outOfScope)} left out`;
  if (gap === null || gap === 0 || isWizCountCapped) return text;
  return `${text} · ${gapWords(gap, status.isGapNew)}`;
}

function shareOf(status: StreamStatus): number | null {
  const { wizCount, weirCount } = status;
  if (wizCount === null) return null;
  const wanted = wizCount - status.outOfScope;
  return wanted <= 0 ? (weirCount === 0 ? 0 : 1) : Math.min(1, weirCount / wanted);
}

/** How Weir's count differs from Wiz's, in words; `null` when it does not. */
export function gapText({ gap, isGapNew, isWizCountCapped }: StreamStatus): string | null {
  if (gap === null || gap === 0 || isWizCountCapped) return null;
  return isGapNew
    ? `none when Wiz counted, ${gapWords(gap, isGapNew)}`
    : // More are new since Wiz counted, or Wiz does not show them any more: what waits is said elsewhere.
      `${gapWords(gap, isGapNew)} than Wiz counted`;
}

function zeroText({ weirCount, whyZero }: StreamStatus): string | null {
  return weirCount === 0 ? whyZero : null;
}

/** Streams that runs were asked for and have not brought in yet. */
function pendingStreams(runs: readonly Run[]): StreamName[] {
  const pending = new Set(
    runs.flatMap((run) =>
      run.requestedStreams.filter((stream) =>
        run.streams.every((pass) => pass.stream !== stream || pass.finishedAt === null),
      ),
    ),
  );
  return streamNames.filter((stream) => pending.has(stream));
}

/** what a run still has to bring; `null` when none is on. */
export function pendingText(runs: readonly Run[]): string | null {
  const pending = pendingStreams(runs);
  if (pending.length === 0) return null;
  const long = runs.some((run) => run.trigger === "first") ? " A first run of a large tenant can take two hours." : "";
  return `Still to come: ${listText(pending.map(streamWord))}.${long}`;
}

/** Why a run that goes on does not move; `null` when it does. */
export function waitingText({ source }: Pick<Integration, "source">, runs: readonly Run[]): string | null {
  if (source?.pausedUntil == null || runs.every(({ startedAt }) => startedAt === null)) return null;
  return "Wiz limits the rate of requests (429) just now: Weir waits as long as Wiz asks, and goes on by itself.";
}

export type Cure = { label: string; tab: "overview" | "held" | "governor" | "settings" };

/** What would help where the tile is not green; `null`: nothing is wrong. */
export function cureOf(integration: Pick<Integration, "tile" | "streams" | "enabled">): Cure | null {
  const { colour, reason } = integration.tile;
  if (/^every stream is switched off/.test(reason)) return { label: "Switch streams on", tab: "settings" };
  if (colour === "green" || colour === "grey") return null;
  if (heldCount(integration) > 0 && colour === "amber" && Object.values(integration.streams).some(isAbout(reason)))
    return { label: "Decide", tab: "held" };
  if (/^authorization failed/.test(reason)) return { label: "Check the credentials", tab: "settings" };
  if (/^the new client secret/.test(reason)) return { label: "Enter it again", tab: "settings" };
  if (/^backing off/.test(reason)) return { label: "See the limit", tab: "governor" };
  return { label: "See why", tab: "overview" };
}

function isAbout(reason: string) {
  return ({ review }: StreamStatus) => review !== null && review === reason;
}

/** Changes that wait for a person. */
export function heldCount({ streams }: Pick<Integration, "streams">): number {
  return Object.values(streams).filter(({ review }) => review !== null).length;
}

export function rejectedCount({ streams }: Pick<Integration, "streams">): number {
  return Object.values(streams).reduce((sum, { rejected }) => sum + rejected, 0);
}

/** Nothing came in, whatever the reason (W-41). */
export function hasNothing({ streams }: Pick<Integration, "streams">): boolean {
  return Object.values(streams).every(({ weirCount }) => weirCount === 0);
}
