import { expect, test } from "vitest";
import type { Pace } from "../../../api/integration-details.ts";
import { pausesOf, pointsOf, rateText, sumsOf } from "./pace-points.ts";

type Sample = Pace["samples"][number];

const noon = Date.parse("2026-11-29T12:00:00.000Z");

function aSample(seconds: number, more: Partial<Sample> = {}): Sample {
  const at = new Date(noon + seconds * 1_000).toISOString();
  return { at, requestsPerSecond: 10, usedPerSecond: 8, waiting: 0, inFlight: 2, isPaused: false, limited: 0, ...more };
}

test("the line breaks where nothing was asked", () => {
  const points = pointsOf([aSample(0), aSample(10), aSample(100)]);
  expect(points.map(({ at, used }) => [(at - noon) / 1_000, used])).toEqual([
    [0, 8],
    [10, 8],
    [10.001, null],
    [90, null],
    [100, 8],
  ]);
});

test("pauses that follow each other are one", () => {
  const paused = { isPaused: true };
  const pauses = pausesOf([aSample(0, paused), aSample(10, paused), aSample(20), aSample(60, paused)]);
  expect(pauses.map(({ from, until }) => [(from - noon) / 1_000, (until - noon) / 1_000])).toEqual([
    [-10, 10],
    [50, 60],
  ]);
});

test("an hour is summed up", () => {
  expect(sumsOf([aSample(0, { limited: 2, isPaused: true }), aSample(10, { limited: 1, usedPerSecond: 12 })])).toEqual({
    limited: 3,
    pausedMs: 10_000,
    peak: 12,
  });
  expect(sumsOf([])).toEqual({ limited: 0, pausedMs: 0, peak: 0 });
});

test("rates have a digit after the point while that says something", () => {
  expect([rateText(0.333), rateText(3.25), rateText(12.4)]).toEqual(["0.3", "3.3", "12"]);
});
