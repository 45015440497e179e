import { expect, test } from "vitest";
import { allStreams, aStreamState } from "../../test/builders.ts";
import { type Lane, type StreamName, streamNames } from "../model.ts";
import type { StreamState } from "../store/stream-state.ts";
import { dueRuns, nextAttempt } from "./schedule.ts";

const now = Date.parse("2026-08-02T12:00:00Z");
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

function aState(stream: StreamName, changes: Partial<StreamState> = {}): StreamState {
  return aStreamState(stream, { polled: minutesAgo(10), full: minutesAgo(60) }, changes);
}

function due(states: StreamState[], busy: [StreamName, Lane][] = []) {
  return dueRuns({
    settings: allStreams,
    states: new Map(states.map((state) => [state.stream, state])),
    isBusy: (stream, lane) => busy.some(([s, l]) => s === stream && l === lane),
    now,
  });
}

test("a new integration begins with a full pass over every stream", () => {
  expect(due([])).toEqual([{ trigger: "first", mode: "full", streams: [...streamNames] }]);
});

test("W-09 W-10: issues are due after 5 minutes, vulnerabilities after 30, each on its own clock", () => {
  expect(due(streamNames.map((stream) => aState(stream)))).toEqual([
    { trigger: "schedule", mode: "delta", streams: ["issues", "detections"] },
  ]);
  const older = streamNames.map((stream) => aState(stream, { lastAttemptAt: minutesAgo(30) }));
  expect(due(older)[0]?.streams).toEqual(["issues", "vulnerabilities", "misconfigurations", "detections"]);
});

test("a stream's full pass is due a day after the last one", () => {
  const states = streamNames.map((stream) =>
    aState(stream, {
      lastFullAt: minutesAgo(stream === "issues" ? 24 * 60 : 60),
      lastAttemptAt: minutesAgo(stream === "issues" ? 5 : 1),
    }),
  );
  expect(due(states)).toEqual([{ trigger: "schedule", mode: "full", streams: ["issues"] }]);
});

test("a delta goes on beside a running full pass, but not beside itself or a first load", () => {
  const states = streamNames.map((stream) => aState(stream, { lastAttemptAt: minutesAgo(1) }));
  states[0] = aState("issues");
  expect(due(states, [["issues", "full"]])).toEqual([{ trigger: "schedule", mode: "delta", streams: ["issues"] }]);
  expect(due(states, [["issues", "delta"]])).toEqual([]);
  states[0] = aState("issues", { watermark: null });
  expect(due(states, [["issues", "full"]])).toEqual([]);
});

test("after a failure the next try comes sooner, then later, never later than the interval", () => {
  const last = now - 600_000;
  const waits = [1, 2, 3, 20].map(
    (failures) => nextAttempt(aState("issues", { failures, errorCode: "wiz_unavailable" }), 5) - last,
  );
  expect(waits).toEqual([15_000, 30_000, 60_000, 300_000]);
});

test("a refusal is not tried again before the interval is over", () => {
  expect(nextAttempt(aState("issues", { failures: 1, errorCode: "wiz_auth" }), 5)).toBe(now - 300_000);
});
