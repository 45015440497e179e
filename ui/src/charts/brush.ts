/** The first and the last bucket that are marked. */
export type Selection = readonly [number, number];

export function selectionOf(a: number, b: number): Selection {
  return a <= b ? [a, b] : [b, a];
}

/** The bucket under a place; the nearest one for places beside the picture. */
export function bucketAt(x: number, box: { left: number; width: number } | null, count: number): number {
  if (box === null || box.width === 0 || count === 0) return 0;
  const at = Math.floor(((x - box.left) / box.width) * count);
  return Math.min(count - 1, Math.max(0, at));
}
