import { expect, test } from "vitest";
import { moveOf } from "./table-keys.ts";

const at = (row: number | null, rows = 1000) => ({ row, rows, screen: 20 });

test.each([
  ["ArrowDown", 5, 6],
  ["j", 5, 6],
  ["ArrowUp", 5, 4],
  ["k", 5, 4],
  ["k", 0, 0],
  ["PageDown", 5, 24],
  ["PageUp", 5, 0],
  ["PageDown", 995, 999],
  ["Home", 5, 0],
  ["End", 5, 999],
])("%s at row %i leads to row %i", (key, row, to) => {
  expect(moveOf(key, at(row))).toEqual({ to });
});

test("without a marked row every way begins at the first", () => {
  expect(moveOf("ArrowDown", at(null))).toEqual({ to: 0 });
  expect(moveOf("k", at(null))).toEqual({ to: 0 });
});

test("opens a marked row, closes what is open, and leaves other keys alone", () => {
  expect(moveOf("Enter", at(3))).toBe("open");
  expect(moveOf("Enter", at(null))).toBeNull();
  expect(moveOf("Escape", at(null, 0))).toBe("close");
  expect(moveOf("ArrowDown", at(null, 0))).toBeNull();
  expect(moveOf("x", at(3))).toBeNull();
});
