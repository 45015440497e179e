import fc from "fast-check";
import { expect, test } from "vitest";
import { bucketsOf } from "./buckets.ts";

const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 19);

const round = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800];

test.each([
  ["2026-08-01T12:00:30Z", "2026-08-02T12:00:30Z", 60, 1800, "2026-08-01T12:00:00", 49],
  ["2026-08-01T12:00:00Z", "2026-08-01T13:00:00Z", 60, 60, "2026-08-01T12:00:00", 60],
  ["2026-08-01T12:00:30Z", "2026-08-01T13:00:30Z", 60, 60, "2026-08-01T12:00:00", 61],
  ["2026-08-01T12:00:30Z", "2026-08-01T15:20:30Z", 200, 300, "2026-08-01T12:00:00", 41],
  ["2026-08-01T12:00:00Z", "2026-08-01T12:00:03Z", 60, 1, "2026-08-01T12:00:00", 3],
  ["2026-08-01T07:00:00Z", "2026-08-31T07:00:00Z", 60, 43_200, "2026-08-01T00:00:00", 61],
  ["2026-08-01T07:00:00Z", "2026-08-31T07:00:00Z", 200, 21_600, "2026-08-01T06:00:00", 121],
  // The 30th of March 2026 is a Monday.
  ["2026-04-01T00:00:00Z", "2026-08-31T00:00:00Z", 60, 604_800, "2026-03-30T00:00:00", 22],
  ["2026-01-01T00:00:00Z", "2030-01-01T00:00:00Z", 60, 4 * 604_800, "2025-12-29T00:00:00", 53],
])("%s to %s in %i buckets at most", (from, to, most, seconds, start, n) => {
  const buckets = bucketsOf({ from: at(from), to: at(to) }, most);
  expect([buckets.widthMs / 1000, iso(buckets.start), buckets.n]).toEqual([seconds, start, n]);
});

test("they hold the whole stretch and nothing beside it, are as narrow as can be, and are round", () => {
  const earliest = at("2001-01-01T00:00:00Z");
  const stretch = fc
    .tuple(fc.integer({ min: earliest, max: at("2040-01-01T00:00:00Z") }), fc.double({ min: 0, max: 11, noNaN: true }))
    .map(([from, size]) => ({ from, to: from + 1 + Math.floor(10 ** size) }));
  fc.assert(
    fc.property(stretch, fc.integer({ min: 1, max: 200 }), ({ from, to }, most) => {
      const { start, widthMs, n } = bucketsOf({ from, to }, most);
      expect(start <= from && from < start + widthMs).toBe(true);
      expect(start + (n - 1) * widthMs < to && to <= start + n * widthMs).toBe(true);
      expect(n).toBeLessThanOrEqual(Math.min(200, most + 1));
      expect(round.includes(widthMs / 1000) || widthMs > 604_800_000).toBe(true);
    }),
  );
});
