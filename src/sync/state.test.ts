import { describe, expect, test } from "vitest";
import { allStreams, aStreamState } from "../../test/builders.ts";
import { type StreamName, streamNames } from "../model.ts";
import type { StreamSettings } from "../store/integration.ts";
import type { StreamState } from "../store/stream-state.ts";
import { type ActiveRun, type IntegrationFacts, integrationState, nextRunAt, tileOf } from "./state.ts";

const now = Date.parse("2026-08-02T12:00:00Z");
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

/** A stream that was polled a minute ago, with success. */
function aState(stream: StreamName, changes: Partial<StreamState> = {}): StreamState {
  return aStreamState(stream, { polled: minutesAgo(1), full: minutesAgo(60) }, changes);
}

const never = { watermark: null, lastAttemptAt: null, lastSuccessAt: null, lastFullAt: null };
const failed = (error: string, errorCode = "wiz_unavailable") => ({ failures: 1, error, errorCode });

type States = Partial<Record<StreamName, Partial<StreamState>>>;

/** An integration with all streams on and polled a minute ago, but for what is said of them. */
function facts(states: States | "never polled" = {}, changes: Partial<IntegrationFacts> = {}): IntegrationFacts {
  const known = states === "never polled" ? [] : streamNames.map((name) => aState(name, states[name]));
  return {
    isEnabled: true,
    settings: allStreams,
    states: new Map(known.map((state) => [state.stream, state])),
    runs: [],
    reviews: [],
    now,
    ...changes,
  };
}

function only(...enabled: StreamName[]): { settings: StreamSettings } {
  const settings = streamNames.map((name) => [name, { ...allStreams[name], enabled: enabled.includes(name) }]);
  return { settings: Object.fromEntries(settings) as StreamSettings };
}

const every = (state: Partial<StreamState>): States => Object.fromEntries(streamNames.map((name) => [name, state]));

type PassFacts = ActiveRun["passes"][number];
const aPass = (stream: StreamName, changes: Partial<PassFacts> = {}): PassFacts => ({
  stream,
  finishedAt: null,
  result: null,
  sourceCount: 1_000,
  fetched: 100,
  ...changes,
});
const done = { finishedAt: minutesAgo(0), result: "success", fetched: 1_000 };
const running = (passes: PassFacts[], streams: StreamName[] = [...streamNames]): Partial<IntegrationFacts> => ({
  runs: [{ run: { startedAt: minutesAgo(1), streams }, passes }],
});
const queued = { runs: [{ run: { startedAt: null, streams: [...streamNames] }, passes: [] }] };

describe("the state of an integration (Q-35)", () => {
  test.each<[string, IntegrationFacts, string, string]>([
    ["saved and disabled", facts("never polled", { isEnabled: false }), "registered", "saved; it is disabled"],
    ["saved with no stream on", facts("never polled", only()), "registered", "saved; every stream is switched off"],
    ["saved and enabled", facts("never polled"), "scheduled", "the first run is due"],
    ["a run queued", facts({}, queued), "scheduled", "a run is queued"],
    ["the first run begun", facts("never polled", running([])), "processing", "connecting"],
    [
      "assets on their way",
      facts("never polled", running([aPass("assets")])),
      "processing",
      "fetching assets: 100 of 1,000",
    ],
    [
      "assets on their way, not counted yet",
      facts("never polled", running([aPass("assets", { sourceCount: null })])),
      "processing",
      "fetching assets: 100 so far",
    ],
    [
      "assets in, no finding asked for yet (Q-36)",
      facts("never polled", running([aPass("assets", done)])),
      "processed",
      "assets are in, findings are still arriving",
    ],
    [
      "assets in, findings on their way (Q-36)",
      facts("never polled", running([aPass("assets", done), aPass("issues", done), aPass("vulnerabilities")])),
      "processed",
      "assets are in, findings are still arriving: 1,100 of 2,000",
    ],
    [
      "a poll of issues alone, assets being in already",
      facts({}, running([aPass("issues")], ["issues"])),
      "processed",
      "assets are in, findings are still arriving: 100 of 1,000",
    ],
    [
      "assets refused for the first time, findings on their way",
      facts("never polled", running([aPass("assets", { ...done, result: "unavailable" }), aPass("issues")])),
      "processing",
      "fetching findings: 100 of 1,000",
    ],
    [
      "assets switched off, findings on their way",
      facts("never polled", { ...only("issues"), ...running([aPass("issues")], ["issues"]) }),
      "processing",
      "fetching findings: 100 of 1,000",
    ],
    ["assets switched off, findings in", facts({}, only("issues")), "processed", "findings are in"],
    ["everything in", facts(), "processed", "assets and findings are in"],
    [
      "everything in, the next run due",
      facts({ issues: { lastAttemptAt: minutesAgo(5), lastSuccessAt: minutesAgo(5) } }),
      "scheduled",
      "the next run is due",
    ],
    ["every stream failing", facts(every(failed("no"))), "scheduled", "the next try is due"],
    [
      "assets refused, findings in",
      facts({ assets: { ...never, lastAttemptAt: minutesAgo(1), ...failed("no", "wiz_permission") } }),
      "scheduled",
      "the next try has its time",
    ],
    ["disabled after it was in", facts({}, { isEnabled: false }), "processed", "what came in is kept; it is disabled"],
  ])("%s", (_, input, name, text) => {
    expect(integrationState(input)).toMatchObject({ name, text });
  });

  test("the progress is there as numbers too", () => {
    const passes = [aPass("assets", done), aPass("issues"), aPass("vulnerabilities", { sourceCount: null })];
    expect(integrationState(facts("never polled", running(passes))).progress).toEqual({ fetched: 200, total: null });
    expect(integrationState(facts()).progress).toBeNull();
  });
});

describe("the tile of an integration (W-30, W-41)", () => {
  const backingOff = failed("Wiz asks to slow down", "wiz_rate_limit");
  test.each<[string, IntegrationFacts, string, RegExp]>([
    ["every stream polled with success", facts(), "green", /within its last two intervals/],
    ["two intervals ago exactly", facts({ issues: { lastSuccessAt: minutesAgo(10) } }), "green", /./],
    ["disabled", facts({}, { isEnabled: false }), "grey", /^disabled$/],
    ["disabled while failing", facts(every(failed("x", "wiz_auth")), { isEnabled: false }), "grey", /^disabled$/],
    ["every stream off", facts({}, only()), "grey", /switched off/],
    ["never polled", facts("never polled"), "grey", /^not polled yet$/],
    ["changed and not polled since", facts(every({ lastAttemptAt: null })), "grey", /since it was changed/],
    [
      "the first run going on",
      facts({ vulnerabilities: { ...never, lastAttemptAt: minutesAgo(1) } }, running([])),
      "grey",
      /first run is going on: 4 of 5 streams/,
    ],
    [
      "the first run interrupted",
      facts({ vulnerabilities: { ...never, lastAttemptAt: minutesAgo(1) } }),
      "amber",
      /not in yet: vulnerabilities/,
    ],
    [
      "stale",
      facts({ issues: { lastSuccessAt: minutesAgo(11) }, assets: { lastSuccessAt: minutesAgo(121) } }),
      "amber",
      /^stale: .*issues, assets$/,
    ],
    ["one stream failing", facts({ detections: failed("gateway") }), "amber", /^detections: gateway$/],
    ["two streams failing", facts({ issues: failed("a"), assets: failed("b") }), "amber", /^issues: a \(and assets\)$/],
    [
      "one stream without permission",
      facts({ vulnerabilities: failed("needs read:vulnerabilities", "wiz_permission") }),
      "amber",
      /^vulnerabilities: needs read:vulnerabilities$/,
    ],
    ["backing off (W-39)", facts({ issues: backingOff }), "amber", /backing off.*\(issues\).*15 minutes/],
    ["all of them backing off", facts(every(backingOff)), "amber", /backing off/],
    ["all failing", facts(every(failed("no route to host"))), "red", /every stream fails; issues: no route to host/],
    ["the only one failing", facts({ issues: failed("gateway") }, only("issues")), "red", /^issues: gateway$/],
    ["one failing that is switched off", facts({ assets: failed("x") }, only("issues")), "green", /./],
    [
      "authorization failed on one, the others not tried (W-35)",
      facts({ assets: failed("client id or secret is wrong", "wiz_auth") }),
      "red",
      /^authorization failed: client id or secret is wrong$/,
    ],
    [
      "a field that Wiz took away",
      facts({ issues: { warning: "dropped `notes`" } }),
      "amber",
      /^issues: dropped `notes`$/,
    ],
    [
      "a new client secret that does not work yet",
      facts({}, { secretTrouble: "token: refused" }),
      "amber",
      /new client secret does not work yet, the present one goes on serving: token: refused/,
    ],
  ])("%s", (_, input, colour, reason) => {
    const tile = tileOf(input);
    expect(tile.colour).toBe(colour);
    expect(tile.reason).toMatch(reason);
  });
});

describe("the next run", () => {
  test("is the earliest time of any enabled stream", () => {
    expect(nextRunAt(facts())).toBe(now + 4 * 60_000);
    expect(nextRunAt(facts({}, only("assets")))).toBe(now + 59 * 60_000);
  });

  test("is at once where a stream was never polled, and never where nothing is", () => {
    expect(nextRunAt(facts("never polled"))).toBe(0);
    expect(nextRunAt(facts({}, { isEnabled: false }))).toBeNull();
    expect(nextRunAt(facts({}, only()))).toBeNull();
  });
});
