import type { Stretch } from "./signal-counts.ts";

/** Buckets of one width that follow each other. */
export interface Buckets {
  /** When the first begins. */
  start: number;
  widthMs: number;
  n: number;
}

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];
const week = 7 * day;
const widths = [
  ...[1, 5, 15, 30].map((n) => n * second),
  ...[1, 5, 15, 30].map((n) => n * minute),
  ...[1, 3, 6, 12].map((n) => n * hour),
  day,
  week,
];

/** A Monday at midnight, UTC: weeks begin there, and every shorter width at its multiples. Nothing is older. */
export const origin = Date.parse("2001-01-01T00:00:00Z");

export const mostBuckets = 200;

/**
 * The narrowest round buckets of which so many, cut ones at both ends taken as one, hold a stretch of time: an hour up to
 * now is to be sixty minutes, too. Beyond a week they double.
 */
export function bucketsOf(stretch: Stretch, wanted: number): Buckets {
  const most = Math.min(wanted + 1, mostBuckets);
  const fitting = widths.map((widthMs) => bucketsOfWidth(stretch, widthMs)).find(({ n }) => n <= most);
  if (fitting !== undefined) return fitting;
  for (let widthMs = 2 * week; ; widthMs *= 2) {
    const buckets = bucketsOfWidth(stretch, widthMs);
    if (buckets.n <= most) return buckets;
  }
}

function bucketsOfWidth({ from, to }: Stretch, widthMs: number): Buckets {
  const start = origin + Math.floor((from - origin) / widthMs) * widthMs;
  return { start, widthMs, n: Math.ceil((to - start) / widthMs) };
}
