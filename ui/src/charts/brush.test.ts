import { expect, it } from "vitest";
import { bucketAt, selectionOf } from "./brush.ts";

const box = { left: 100, width: 600 };

it("finds the bucket under the pointer, and the nearest one outside", () => {
  expect(bucketAt(100, box, 60)).toBe(0);
  expect(bucketAt(399, box, 60)).toBe(29);
  expect(bucketAt(699.9, box, 60)).toBe(59);
  expect(bucketAt(2_000, box, 60)).toBe(59);
  expect(bucketAt(-50, box, 60)).toBe(0);
  expect(bucketAt(300, null, 60)).toBe(0);
  expect(bucketAt(300, { left: 0, width: 0 }, 60)).toBe(0);
});

it("marks the same whichever way one drags", () => {
  expect(selectionOf(7, 3)).toEqual([3, 7]);
  expect(selectionOf(3, 7)).toEqual([3, 7]);
  expect(selectionOf(3, 3)).toEqual([3, 3]);
});
