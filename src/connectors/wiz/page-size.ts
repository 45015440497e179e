/** How many records a stream asks for at a time, learned from what Wiz manages to answer. */
export interface PageSize {
  current(): number;
  /** A page of this size failed for its weight. */
  shrink(failed: number): void;
  /** A page of this size came. */
  grow(succeeded: number): void;
}

const smallest = 20;
const firstPatience = 5;
const longestPatience = 320;

/**
 * Halves down to 20 when a page is too heavy and doubles back up to `best` after a row of good ones; each failure
 * doubles the length of that row, so a size that never works is not tried all the time.
 */
export function createPageSize(best: number): PageSize {
  let size = best;
  let successes = 0;
  let patience = firstPatience;
  return {
    current: () => size,
    shrink(failed) {
      // Several pages of the old size can fail together: that is one reason to halve, not several.
      if (failed > size) return;
      size = Math.max(Math.min(smallest, best), Math.floor(failed / 2));
      successes = 0;
      patience = Math.min(longestPatience, patience * 2);
    },
    grow(succeeded) {
      if (succeeded < size || size >= best) return;
      successes += 1;
      if (successes < patience) return;
      size = Math.min(best, size * 2);
      successes = 0;
    },
  };
}
