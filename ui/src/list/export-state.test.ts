import { expect, test } from "vitest";
import { type ExportProgress, exportState, isOver, randomId } from "./export-state.ts";

const startedAt = "2026-11-01T12:00:00.000Z";
const begin = Date.parse(startedAt);

function progress(part: Partial<ExportProgress>): ExportProgress {
  return {
    id: "x",
    rows: 0,
    bytes: 0,
    startedAt,
    finishedAt: null,
    result: null,
    error: null,
    manifest: null,
    ...part,
  };
}

const at = (ms: number, total: number | null = 1_000) => ({ askedAt: begin, now: begin + ms, total });

test("an export that the server has not heard of is starting, and after a while did not start", () => {
  expect(exportState(null, at(3_000))).toEqual({ type: "starting" });
  expect(exportState(null, at(30_000))).toEqual({ type: "absent" });
});

test("tells how far it is and how fast", () => {
  const state = exportState(progress({ rows: 250, bytes: 9_000 }), at(2_000));
  expect(state).toEqual({ type: "running", rows: 250, bytes: 9_000, perSecond: 125, percent: 25 });
});

test("more rows than were counted are not more than all", () => {
  expect(exportState(progress({ rows: 1_500 }), at(2_000))).toMatchObject({ percent: 100 });
  expect(exportState(progress({ rows: 0 }), at(2_000, 0))).toMatchObject({ percent: null });
  expect(exportState(progress({ rows: 5 }), at(2_000, null))).toMatchObject({ percent: null });
});

test("tells how it ended, and only then that it is over", () => {
  const finishedAt = "2026-11-01T12:00:04.000Z";
  const manifest = { rows: 1_000, sha256: "ab" };
  const complete = exportState(progress({ rows: 1_000, result: "complete", finishedAt, manifest }), at(9_000));
  expect(complete).toEqual({ type: "complete", rows: 1_000, bytes: 0, sha256: "ab", tookMs: 4_000 });
  const broken = exportState(progress({ result: "broken", error: "The disk is full." }), at(9_000));
  expect(broken).toEqual({ type: "broken", rows: 0, reason: "The disk is full." });
  const cancelled = exportState(progress({ rows: 7, result: "cancelled" }), at(9_000));
  expect(cancelled).toEqual({ type: "cancelled", rows: 7 });
  expect([complete, broken, cancelled].map(isOver)).toEqual([true, true, true]);
  expect(isOver(exportState(progress({}), at(1_000)))).toBe(false);
});

test("ids are UUIDs, and no two are the same", () => {
  expect(randomId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(randomId()).not.toBe(randomId());
});
