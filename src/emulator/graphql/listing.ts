import type { Position } from "./cursor.ts";

/** The order of a list: by a number per row, then by row. */
export interface Order {
  /** As the cursor calls it. */
  field: string;
  isDescending: boolean;
  /** `null`: by creation, which is the order of the rows. */
  key: ((index: number) => number) | null;
}

/** A question about the rows of one table. */
export interface Listing {
  size: number;
  test: (index: number) => boolean;
  order: Order;
  /** The number that the cursor shows where the order is that of the rows. */
  createdAt: (index: number) => number;
  indexOf: (id: string) => number;
}

export interface Page {
  rows: number[];
  hasNextPage: boolean;
  /** Of the last row; `null` when there is none. */
  endKey: number | null;
}

/** Sorted results that are still true: large ones are asked for page by page. */
export interface SortedCache {
  get(name: string): Uint32Array | undefined;
  set(name: string, rows: Uint32Array): void;
}

/** Holds a few results and forgets them all when the tenant has changed. */
export function createSortedCache(revision: () => number): SortedCache {
  const held = new Map<string, Uint32Array>();
  let seen = revision();
  return {
    get(name) {
      if (seen !== revision()) held.clear();
      seen = revision();
      return held.get(name);
    },
    set(name, rows) {
      if (held.size >= 8) held.delete(held.keys().next().value!);
      held.set(name, rows);
    },
  };
}

export function listPage(
  listing: Listing,
  first: number,
  after: Position | null,
  cache: SortedCache,
  name: string,
): Page {
  return listing.order.key === null
    ? pageByCreation(listing, first, after)
    : pageByKey(listing, first, after, cache, name);
}

function pageByCreation(listing: Listing, first: number, after: Position | null): Page {
  const { size, test, order } = listing;
  const step = order.isDescending ? -1 : 1;
  let i = order.isDescending ? size - 1 : 0;
  if (after !== null) i = listing.indexOf(after.id) + step;
  const rows: number[] = [];
  let hasNextPage = false;
  for (; i >= 0 && i < size; i += step) {
    if (!test(i)) continue;
    if (rows.length === first) {
      hasNextPage = true;
      break;
    }
    rows.push(i);
  }
  const last = rows.at(-1);
  return { rows, hasNextPage, endKey: last === undefined ? null : listing.createdAt(last) };
}

function pageByKey(listing: Listing, first: number, after: Position | null, cache: SortedCache, name: string): Page {
  const key = listing.order.key!;
  const sorted = cache.get(name) ?? sortRows(listing, key);
  cache.set(name, sorted);
  const from = after === null ? 0 : firstBeyond(sorted, key, listing, after);
  const rows = [...sorted.subarray(from, from + first)];
  const last = rows.at(-1);
  return { rows, hasNextPage: from + first < sorted.length, endKey: last === undefined ? null : key(last) };
}

function sortRows(listing: Listing, key: (index: number) => number): Uint32Array {
  // Counted first: of ten million rows a list that grows would be several times as large.
  const matching = new Uint32Array(countRows(listing));
  for (let i = 0, n = 0; i < listing.size; i++) if (listing.test(i)) matching[n++] = i;
  const compare = comparison(listing);
  return matching.sort((a, b) => compare(key(a), a, key(b), b));
}

/** Rows without a value come last when ascending, as in PostgreSQL. */
function comparison(listing: Listing): (keyA: number, a: number, keyB: number, b: number) => number {
  const sign = listing.order.isDescending ? -1 : 1;
  return (keyA, a, keyB, b) => (keyA === keyB ? a - b : keyA < keyB ? -1 : 1) * sign;
}

function firstBeyond(sorted: Uint32Array, key: (index: number) => number, listing: Listing, after: Position): number {
  const compare = comparison(listing);
  const row = listing.indexOf(after.id);
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const one = sorted[middle]!;
    if (compare(key(one), one, after.key, row) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function countRows(listing: Listing): number {
  let count = 0;
  for (let i = 0; i < listing.size; i++) if (listing.test(i)) count++;
  return count;
}
