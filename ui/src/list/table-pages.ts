import type { Page, Total } from "../api/types.ts";

/** Rows are read by so many; row `n` is on page `floor(n / pageSize)`. */
export const pageSize = 100;

/** Browsers draw nothing beyond some 17 million pixels, and nobody scrolls so far: there are filters and exports. */
export const mostRows = 400_000;

/** What is known of a list: where its pages begin, so that each page once reached can be read again by itself. */
export interface PageBook {
  /** Goes up when the list is read anew; pages of different generations do not mix. */
  generation: number;
  /** The cursor that page `n` is read with; the first page needs none. */
  cursors: readonly (string | null)[];
  /** How many rows there are, once the last page was seen. */
  end: number | null;
  total: Total;
  /** When the first page was read. */
  readAt: number;
  /** The state of the inventory then, as the event stream counts. */
  version: number;
}

/** The book of a list whose first page was just read. */
export function openBook(
  page: Page<unknown>,
  { generation, readAt, version }: Pick<PageBook, "generation" | "readAt" | "version">,
): PageBook {
  const book = { generation, cursors: [null], end: null, total: page.total, readAt, version };
  return noted(book, 0, page);
}

/** The book after a page was read. A place that is known stays: the pages behind it were read from there. */
export function noted(book: PageBook, at: number, page: Page<unknown>): PageBook {
  if (page.nextCursor === null)
    return { ...book, cursors: book.cursors.slice(0, at + 1), end: at * pageSize + page.items.length };
  if (book.cursors.length > at + 1) return book;
  return { ...book, cursors: [...book.cursors, page.nextCursor] };
}

/** Rows that can be scrolled to: those of all pages that are known to exist. The last of them may not be read yet. */
export function rowCount(book: PageBook): number {
  if (book.end !== null) return Math.min(book.end, mostRows);
  const read = (book.cursors.length - 1) * pageSize;
  const promised = book.total.capped ? pageSize : Math.max(1, Math.min(pageSize, book.total.value - read));
  return Math.min(read + promised, mostRows);
}

/** The pages that rows lie on, and those around them, so that they are there before anyone scrolls to them. */
export function pagesOf(book: PageBook, rows: { from: number; to: number }, around = 1): number[] {
  const first = Math.max(0, Math.floor(rows.from / pageSize) - around);
  const last = Math.min(book.cursors.length, Math.ceil(mostRows / pageSize)) - 1;
  const end = Math.min(last, Math.floor(rows.to / pageSize) + around);
  return Array.from({ length: Math.max(0, end - first + 1) }, (_, i) => first + i);
}

/** Pages to forget: what is furthest from where someone is, as far as there are more than can be kept. */
export function pagesToForget(kept: readonly number[], at: number, most: number): number[] {
  const byDistance = kept.toSorted((a, b) => Math.abs(a - at) - Math.abs(b - at));
  return byDistance.slice(most);
}
