import { expect, test } from "vitest";
import { createPageSize } from "./page-size.ts";

test("halves at every failure, down to 20", () => {
  const size = createPageSize(500);
  const seen = Array.from({ length: 7 }, () => {
    size.shrink(size.current());
    return size.current();
  });
  expect(seen).toEqual([250, 125, 62, 31, 20, 20, 20]);
});

test("pages of the old size that fail together halve it once", () => {
  const size = createPageSize(500);
  size.shrink(500);
  size.shrink(500);
  size.shrink(500);
  expect(size.current()).toBe(250);
});

test("grows back after a row of good pages, never past the best", () => {
  const size = createPageSize(500);
  size.shrink(500);
  for (let i = 0; i < 9; i++) size.grow(250);
  expect(size.current()).toBe(250);
  size.grow(250);
  expect(size.current()).toBe(500);
  for (let i = 0; i < 50; i++) size.grow(500);
  expect(size.current()).toBe(500);
});

test("a size that fails again is tried less and less often", () => {
  const size = createPageSize(500);
  const rows: number[] = [];
  for (let round = 0; round < 4; round++) {
    size.shrink(500);
    let pages = 0;
    while (size.current() < 500) {
      size.grow(size.current());
      pages += 1;
    }
    rows.push(pages);
  }
  expect(rows).toEqual([10, 20, 40, 80]);
});

test("small pages that were on their way do not count for the present size", () => {
  const size = createPageSize(500);
  size.shrink(500);
  for (let i = 0; i < 50; i++) size.grow(20);
  expect(size.current()).toBe(250);
});
