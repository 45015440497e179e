import { describe, expect, test } from "vitest";
import { allStreams, aStreamState } from "../../test/builders.ts";
import { coverageState } from "./coverage.ts";
import type { IntegrationFacts } from "./state.ts";

const now = Date.parse("2026-08-02T12:00:00Z");
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
const times = { polled: minutesAgo(1), full: minutesAgo(60) };

/** An integration whose issues (every 5 minutes) came in a minute ago, but for what is said of them. */
function facts(issues: Parameters<typeof aStreamState>[2] | "none", changes: Partial<IntegrationFacts> = {}) {
  const states = issues === "none" ? [] : [["issues", aStreamState("issues", times, issues)] as const];
  return { isEnabled: true, settings: allStreams, states: new Map(states), runs: [], reviews: [], now, ...changes };
}

const first = { lastSuccessAt: null, lastFullAt: null };
const pass = { stream: "issues", finishedAt: null, result: null, sourceCount: 5_000, fetched: 1_234 } as const;
const run = { startedAt: minutesAgo(1), streams: ["issues" as const] };
const off = { ...allStreams, issues: { enabled: false, intervalMinutes: 5 } };

describe("how complete a stream is", () => {
  test.each<[string, IntegrationFacts, string, string | null]>([
    ["polled", facts({}), "complete", null],
    ["polled, with a warning", facts({ warning: "a field is missing" }), "complete", "a field is missing"],
    [
      "polled, with something to decide",
      facts({ warning: "a field is missing" }, { reviews: [{ stream: "issues", text: "300 issues are missing" }] }),
      "complete",
      "300 issues are missing",
    ],
    ["nine minutes ago", facts({ lastSuccessAt: minutesAgo(9) }), "complete", null],
    [
      "eleven minutes ago",
      facts({ lastSuccessAt: minutesAgo(11) }),
      "stale",
      "no successful poll within two intervals",
    ],
    ["never", facts("none"), "loading", "it has not been fetched as a whole yet"],
    [
      "for the first time",
      facts(first, { runs: [{ run, passes: [pass] }] }),
      "loading",
      "the first full pass is going on: 1,234 of 5,000",
    ],
    [
      "for the first time, not counted yet",
      facts(first, { runs: [{ run, passes: [{ ...pass, sourceCount: null }] }] }),
      "loading",
      "the first full pass is going on: 1,234",
    ],
    [
      "without the scope",
      facts({ failures: 3, errorCode: "wiz_permission", error: "it lacks read:issues" }),
      "unavailable",
      "it lacks read:issues",
    ],
    ["in vain", facts({ failures: 1, errorCode: "wiz_auth", error: "wrong secret" }), "failing", "wrong secret"],
    ["not, being switched off", facts({ failures: 1 }, { settings: off }), "off", "the stream is switched off"],
    ["not, being disabled", facts({ failures: 1 }, { isEnabled: false }), "off", "the integration is disabled"],
  ])("fetched %s", (_, of, state, reason) => {
    expect(coverageState(of, "issues")).toEqual({ state, reason });
  });
});
