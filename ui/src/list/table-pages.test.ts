import { expect, test } from "vitest";
import type { Page } from "../api/types.ts";
import { mostRows, noted, openBook, type PageBook, pagesOf, pagesToForget, rowCount } from "./table-pages.ts";

function page(rows: number, nextCursor: string | null, total = { value: 100_000, capped: false }): Page<number> {
  return { items: Array.from({ length: rows }, (_, i) => i), nextCursor, prevCursor: null, total };
}

const now = { generation: 0, readAt: 0, version: 1 };

/** The book of a list of which so many pages were read, with more to come. */
function read(pages: number): PageBook {
  let book = openBook(page(100, "1"), now);
  for (let at = 1; at < pages; at++) book = noted(book, at, page(100, String(at + 1)));
  return book;
}

test("there are the rows that were read, and those of the page that comes next", () => {
  expect(rowCount(read(1))).toBe(200);
  expect(rowCount(read(3))).toBe(400);
});

test("of the page that comes next no more rows are promised than there are", () => {
  expect(rowCount(openBook(page(100, "1", { value: 130, capped: false }), now))).toBe(130);
  expect(rowCount(openBook(page(100, "1", { value: 110, capped: true }), now))).toBe(200);
});

test("a list that has grown since it was counted goes on", () => {
  const total = { value: 150, capped: false };
  const book = noted(openBook(page(100, "1", total), now), 1, page(100, "2", total));
  expect(rowCount(book)).toBe(201);
});

test("the last page says where the list ends", () => {
  expect(rowCount(noted(read(2), 2, page(17, null)))).toBe(217);
  expect(rowCount(openBook(page(0, null, { value: 0, capped: false }), now))).toBe(0);
});

test("a page that is read again keeps the places of the pages behind it", () => {
  expect(noted(read(4), 1, page(100, "other")).cursors).toEqual([null, "1", "2", "3", "4"]);
});

test("a list that has become shorter ends earlier", () => {
  const book = noted(read(4), 1, page(30, null));
  expect(rowCount(book)).toBe(130);
  expect(book.cursors).toEqual([null, "1"]);
});

test("reads the pages that rows lie on and their neighbours, as far as there are any", () => {
  expect(pagesOf(read(1), { from: 0, to: 25 })).toEqual([0, 1]);
  expect(pagesOf(read(9), { from: 480, to: 520 })).toEqual([3, 4, 5, 6]);
  expect(pagesOf(noted(read(2), 2, page(17, null)), { from: 205, to: 216 })).toEqual([1, 2]);
});

test("nothing is read beyond what browsers can draw", () => {
  const book = { ...read(1), cursors: Array.from({ length: 5_000 }, () => "x") };
  expect(rowCount(book)).toBe(mostRows);
  expect(pagesOf(book, { from: mostRows - 20, to: mostRows - 1 }).at(-1)).toBe(mostRows / 100 - 1);
});

test("forgets what is furthest away", () => {
  expect(pagesToForget([0, 1, 2, 40, 41, 42], 41, 3).toSorted()).toEqual([0, 1, 2]);
  expect(pagesToForget([0, 1], 41, 3)).toEqual([]);
});
