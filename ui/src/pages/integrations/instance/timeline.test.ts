import { describe, expect, test } from "vitest";
import type { Run } from "../../../api/types.ts";
import { countsOf, isShown, layOut, mergeRuns, reasonOf } from "./timeline.ts";

const noon = Date.parse("2026-11-29T12:00:00.000Z");
const minute = 60_000;
const at = (minutes: number) => new Date(noon + minutes * minute).toISOString();

/** A run that began and ended so many minutes after noon. */
function aRun(id: string, begin: number, end: number | null, more: Partial<Run> = {}): Run {
  return {
    id,
    requestedAt: at(begin),
    startedAt: at(begin),
    finishedAt: end === null ? null : at(end),
    result: end === null ? null : "success",
    error: null,
    streams: [],
    ...more,
  } as Run;
}

function aPass(more: Partial<Run["streams"][number]>): Run["streams"][number] {
  return { fetched: 0, written: 0, rejected: 0, gone: null, error: null, ...more } as never;
}

describe("the timeline", () => {
  test("begins with the first run and ends now", () => {
    const { bars, from, until, lanes } = layOut([aRun("b", 30, 60), aRun("a", 0, 15)], noon + 60 * minute);
    expect([from, until, lanes]).toEqual([noon, noon + 60 * minute, 1]);
    expect(bars.map(({ id, from: start, width }) => [id, start, width])).toEqual([
      ["a", 0, 0.25],
      ["b", 0.5, 0.5],
    ]);
  });

  test("puts runs that go on side by side into lanes of their own", () => {
    const { bars, lanes } = layOut(
      [aRun("full", 0, 60), aRun("one", 10, 20), aRun("two", 15, 30), aRun("three", 25, 30)],
      noon + 60 * minute,
    );
    expect(lanes).toBe(3);
    expect(bars.map(({ id, lane }) => `${id} ${lane}`)).toEqual(["full 0", "one 1", "two 2", "three 1"]);
  });

  test("keeps a short run wide enough to point at, and inside", () => {
    const { bars } = layOut([aRun("long", 0, 1_000), aRun("last", 1_000, 1_000.01)], noon + 1_000 * minute);
    const last = bars.find(({ id }) => id === "last");
    expect(last?.width).toBeGreaterThan(0.003);
    expect((last?.from ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual(1);
  });

  test("never has more lanes than there is room for", () => {
    const runs = Array.from({ length: 20 }, (_, index) => aRun(`${index}`, index, 60));
    expect(layOut(runs, noon + 60 * minute).lanes).toBe(5);
  });

  test("draws a run that goes on until now, and without any run an hour", () => {
    expect(layOut([aRun("a", 0, null)], noon + 10 * minute).bars[0]).toMatchObject({ width: 1, outcome: "running" });
    expect(layOut([], noon)).toMatchObject({ bars: [], lanes: 1, from: noon - 60 * minute });
  });

  test("has a handful of round instants", () => {
    const { ticks } = layOut([aRun("a", 0, 1)], noon + 100 * minute);
    expect(ticks.map((tick) => (tick.at - noon) / minute)).toEqual([0, 15, 30, 45, 60, 75, 90]);
  });
});

describe("what was read and what was told", () => {
  test("become one list, each run once, the newest first", () => {
    const read = [aRun("c", 20, null), aRun("a", 0, 1)];
    const told = [aRun("c", 20, 21), aRun("d", 30, null), aRun("a", 0, null)];
    const merged = mergeRuns(read, told);
    expect(merged.map(({ id }) => id)).toEqual(["d", "c", "a"]);
    expect(merged.map(({ finishedAt }) => finishedAt !== null)).toEqual([false, true, true]);
  });

  test("do not leave a hole between the pages", () => {
    expect(mergeRuns([aRun("b", 10, 11)], [aRun("a", 0, 1)]).map(({ id }) => id)).toEqual(["b"]);
    expect(mergeRuns([], [aRun("a", 0, 1)])).toHaveLength(1);
  });
});

test("a run's counts and reason are those of its passes", () => {
  const run = {
    error: null,
    streams: [aPass({ fetched: 5, written: 2, gone: 1 }), aPass({ fetched: 1, error: "no" })],
  };
  expect(countsOf(run)).toEqual({ fetched: 6, written: 2, rejected: 0, gone: 1 });
  expect(reasonOf(run)).toBe("no");
  expect(reasonOf({ ...run, error: "all of it" })).toBe("all of it");
});

test("a poll that brought nothing is seen only among all", () => {
  const quiet = aRun("a", 0, 1, { streams: [aPass({ fetched: 3 })] });
  expect([isShown(quiet, "all"), isShown(quiet, "changes"), isShown(quiet, "trouble")]).toEqual([true, false, false]);
  expect(isShown(aRun("a", 0, 1, { result: "partial" }), "trouble")).toBe(true);
  expect(isShown(aRun("a", 0, null), "trouble")).toBe(true);
  expect(isShown(aRun("a", 0, 1, { streams: [aPass({ written: 1 })] }), "changes")).toBe(true);
});
