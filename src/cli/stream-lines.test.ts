import { describe, expect, test } from "vitest";
import type { StreamStatus } from "../sync/status.ts";
import { describeStream } from "./stream-lines.ts";
import { agoText, spanText } from "./time-text.ts";

const now = Date.parse("2026-08-02T12:00:00Z");

/** Vulnerabilities that are complete; give what the test is about. */
function aStream(changes: Partial<StreamStatus> = {}): StreamStatus {
  return {
    stream: "vulnerabilities",
    enabled: true,
    intervalMinutes: 30,
    lastAttemptAt: "2026-08-02T11:50:00Z",
    lastSuccessAt: "2026-08-02T11:51:00Z",
    lastFullAt: "2026-08-02T02:00:00Z",
    watermark: "2026-08-02T11:50:00Z",
    failures: 0,
    error: null,
    warning: null,
    wizCount: 48_112,
    isWizCountCapped: false,
    wizCountedAt: "2026-08-02T02:00:00Z",
    outOfScope: 0,
    weirCount: 48_112,
    leftCount: 0,
    gap: 0,
    isGapNew: false,
    rejected: 0,
    missing: 0,
    review: null,
    goneNote: null,
    whyZero: null,
    lastPasses: [],
    ...changes,
  };
}

const lines = (changes: Partial<StreamStatus> = {}) => describeStream(aStream(changes), now).map((line) => line.trim());

describe("a stream of weir status", () => {
  test("says what Wiz counted and what Weir has", () => {
    expect(lines()).toEqual([
      "vulnerabilities    Wiz 48,112 · Weir 48,112 · gap 0",
      "every 30 min, last success 9 min ago, complete up to 10 min ago",
    ]);
  });

  test.each<[string, Partial<StreamStatus>, string]>([
    ["a gap", { weirCount: 48_100, gap: 12 }, "Wiz 48,112 · Weir 48,100 · gap 12"],
    ["more than Wiz counted", { weirCount: 48_115, gap: -3 }, "Wiz 48,112 · Weir 48,115 · 3 more by now"],
    [
      "what came after Wiz was asked",
      { weirCount: 48_115, gap: -3, isGapNew: true },
      "Wiz 48,112 · Weir 48,115 · 3 new since",
    ],
    [
      "what went after Wiz was asked",
      { weirCount: 48_110, gap: 2, isGapNew: true },
      "Wiz 48,112 · Weir 48,110 · 2 gone since",
    ],
    ["a count that Wiz gave up", { wizCount: 10_000, isWizCountCapped: true }, "Wiz 10,000+ · Weir 48,112"],
    ["no count yet", { wizCount: null, gap: null, weirCount: 31_500 }, "Wiz not counted yet · Weir 31,500"],
    ["a stream that is off, with what came in before", { enabled: false }, "switched off, Weir 48,112"],
    ["a stream that is off and never was on", { enabled: false, weirCount: 0, whyZero: "x" }, "switched off"],
  ])("says %s", (_, changes, text) => {
    expect(lines(changes)[0]).toBe(`vulnerabilities    ${text}`);
  });

  test("says why there is none, what failed and how often, and what could not be read", () => {
    const trouble = {
      whyZero: "Wiz has none",
      error: "gateway\u001b[2J",
      failures: 3,
      warning: "no `notes`",
      rejected: 4,
    };
    expect(lines({ ...trouble, wizCount: 0, weirCount: 0, lastSuccessAt: null }).slice(1)).toEqual([
      "none, since Wiz has none",
      "! gateway\ufffd[2J (3 times in a row)",
      "! no `notes`",
      "! 4 could not be read and are kept as they came",
      "every 30 min, no success yet",
    ]);
  });

  test("Q-26 says what is outside the scope, and what stayed from a wider one", () => {
    const scope = { wizCount: 1_500, outOfScope: 1_200, weirCount: 300, gap: 0, leftCount: 2_000 };
    expect(lines(scope).slice(0, 2)).toEqual([
      "vulnerabilities    Wiz 1,500 · outside the scope 1,200 · Weir 300 · gap 0",
      "2,000 more, of asset classes no longer chosen, stay as they were",
    ]);
  });

  test("shows what the last passes brought", () => {
    const unseen = { weirCount: 12, missing: 2, gone: 1 };
    const counts = {
      wizCount: 12,
      fetched: 12,
      written: 3,
      unchanged: 9,
      rejected: 0,
      outOfScope: 0,
      error: null,
      ...unseen,
    };
    const times = { startedAt: "2026-08-02T11:50:00Z", finishedAt: "2026-08-02T11:51:00Z" };
    const delta = { stream: "vulnerabilities", pass: "delta", result: "success", ...counts, ...times } as const;
    const full = { ...delta, pass: "full", result: null, wizCount: null, gone: null, finishedAt: null } as const;
    expect(lines({ lastPasses: [delta, full] }).slice(-2)).toEqual([
      "last delta pass success 9 min ago: Wiz counted 12, 12 fetched, 3 written, 0 rejected, 1 gone",
      "last full pass going on: 12 fetched, 3 written, 0 rejected",
    ]);
  });
});

test.each([
  [-5, "0 s"],
  [999, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 min"],
  [7_200_000, "2 h"],
  [86_400_000, "1 day"],
  [200_000_000, "2 days"],
])("%d ms are %s", (ms, text) => {
  expect(spanText(ms)).toBe(text);
});

test("what was this second was just now", () => {
  expect(agoText(now - 900, now)).toBe("just now");
  expect(agoText(now - 61_000, now)).toBe("1 min ago");
});
