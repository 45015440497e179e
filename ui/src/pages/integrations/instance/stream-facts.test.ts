import { expect, test } from "vitest";
import { type StreamName, streamNames } from "../../../../../src/model.ts";
import type { Integration } from "../../../api/types.ts";
import { nextPoll, streamHealth, streamNotes } from "./stream-facts.ts";

type StreamStatus = Integration["streams"][StreamName];

const at = "2026-11-29T12:00:00.000Z";

function aStream(more: Partial<StreamStatus> = {}): StreamStatus {
  return {
    enabled: true,
    intervalMinutes: 5,
    lastAttemptAt: at,
    lastSuccessAt: at,
    failures: 0,
    error: null,
    warning: null,
    outOfScope: 0,
    leftCount: 0,
    rejected: 0,
    missing: 0,
    review: null,
    goneNote: null,
    whyZero: null,
    lastPasses: [],
    ...more,
  } as StreamStatus;
}

function anIntegration(issues: Partial<StreamStatus>, enabled = true) {
  const streams = Object.fromEntries(streamNames.map((name) => [name, aStream(issues)]));
  return { enabled, streams: streams as Integration["streams"] };
}

const passed = (result: string) => [{ result, startedAt: at }] as StreamStatus["lastPasses"];
const health = (issues: Partial<StreamStatus>) => streamHealth(anIntegration(issues), "issues");

test("a stream without a permission, or one that Wiz slows down, is no stream that fails", () => {
  expect(health({ failures: 1, error: "no scope", lastPasses: passed("unavailable") })).toBe("amber");
  expect(health({ failures: 1, error: "time out", lastPasses: passed("failed") })).toBe("red");
  expect(health({ failures: 1, error: "Wiz limits the rate of requests (429)" })).toBe("amber");
  expect(health({})).toBe("green");
  expect(health({ warning: "a field is missing" })).toBe("amber");
  expect(health({ enabled: false })).toBe("grey");
  expect(health({ lastSuccessAt: null })).toBe("grey");
});

test("after a failure it is tried again soon, after a refusal by the clock", () => {
  const next = (issues: Partial<StreamStatus>, enabled = true) => nextPoll(anIntegration(issues, enabled), "issues");
  expect(next({})).toBe(Date.parse(at) + 300_000);
  expect(next({ failures: 2, lastPasses: passed("failed") })).toBe("soon");
  expect(next({ failures: 2, lastPasses: passed("unauthorized") })).toBe(Date.parse(at) + 300_000);
  expect(next({ lastAttemptAt: null })).toBe("now");
  expect(next({}, false)).toBeNull();
});

test("what stands above is not said again", () => {
  const status = aStream({ failures: 3, error: "refused the credentials" });
  expect(streamNotes(status, "authorization failed: refused the credentials")).toEqual([
    { text: "failing, as said above (3 tries failed in a row)", tone: "bad" },
  ]);
  expect(streamNotes(status, "something else")[0]?.text).toContain("refused the credentials");
});

test("Q-26 what is left out since its class is not chosen is said", () => {
  const status = { ...aStream(), outOfScope: 1_200, leftCount: 3 } as StreamStatus;
  expect(streamNotes(status, "").map(({ text }) => text)).toEqual([
    "1,200 at Wiz are of asset classes that are not chosen: left out",
    "3 of classes that are no longer chosen stay as they were",
  ]);
});

test("everything else that a person should know is said", () => {
  const notes = streamNotes(aStream({ rejected: 2, missing: 1, review: "held", goneNote: "not looked at" }), "");
  expect(notes.map(({ text }) => text)).toEqual([
    "held",
    "2 records could not be read",
    "1 open record not seen by the last full pass: gone if the next does not see it either",
    "not looked at",
  ]);
});
