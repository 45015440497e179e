import { expect, test } from "vitest";
import {
  type ColumnChoice,
  chosenColumns,
  columnsInOrder,
  gridColumns,
  isColumnChoice,
  totalWidth,
  withColumn,
  withColumnAt,
  withColumnMoved,
  withWidth,
} from "./columns.ts";
import type { Column } from "./explorer-types.ts";

const column = (id: string, more: Partial<Column<string>> = {}): Column<string> => ({
  id,
  title: id,
  width: 100,
  text: (record) => record,
  ...more,
});
const all = [column("a"), column("b", { isWide: true }), column("c"), column("d")];
const choice: ColumnChoice = { shown: ["a", "b", "c"], widths: {} };
const ids = (columns: readonly Column<string>[]) => columns.map(({ id }) => id).join("");

test("what was kept of another version is looked at before it is used", () => {
  expect(isColumnChoice(choice)).toBe(true);
  expect(isColumnChoice({ shown: ["a", 1], widths: {} })).toBe(false);
  expect(isColumnChoice({ shown: ["a"], widths: { a: "wide" } })).toBe(false);
  expect(isColumnChoice({ shown: ["a"], widths: null })).toBe(false);
  expect(isColumnChoice(null)).toBe(false);
});

test("draws what was chosen, in that order, and never no column at all", () => {
  expect(ids(chosenColumns(all, { shown: ["c", "gone", "a", "c"], widths: {} }))).toBe("ca");
  expect(ids(chosenColumns(all, { shown: ["gone"], widths: {} }))).toBe("a");
});

test("the chooser lists the shown columns first", () => {
  expect(ids(columnsInOrder(all, { shown: ["c", "a"], widths: {} }))).toBe("cabd");
});

test("a column comes to the end, and the last one cannot go", () => {
  expect(withColumn(choice, "d", true).shown).toEqual(["a", "b", "c", "d"]);
  expect(withColumn(choice, "b", false).shown).toEqual(["a", "c"]);
  expect(withColumn({ shown: ["a"], widths: {} }, "a", false).shown).toEqual(["a"]);
});

test("a column moves to where another stands, from either side, and stays at the ends", () => {
  expect(withColumnAt(choice, "a", "c").shown).toEqual(["b", "c", "a"]);
  expect(withColumnAt(choice, "c", "a").shown).toEqual(["c", "a", "b"]);
  expect(withColumnAt(choice, "a", "gone").shown).toEqual(["a", "b", "c"]);
  expect(withColumnMoved(choice, "a", -1)).toBe(choice);
  expect(withColumnMoved(choice, "b", 5).shown).toEqual(["a", "c", "b"]);
});

test("the widest column takes the room that is left until it is given a width", () => {
  expect(gridColumns(chosenColumns(all, choice), choice)).toBe("100px minmax(100px, 1fr) 100px 0px");
  const wide = withWidth(choice, "b", 333.4);
  expect(gridColumns(chosenColumns(all, wide), wide)).toBe("100px 333px 100px minmax(0px, 1fr)");
  expect(totalWidth(chosenColumns(all, wide), wide)).toBe(533);
  expect(withWidth(wide, "b", null)).toEqual(choice);
});

test("no column gets lost by being too narrow", () => {
  expect(withWidth(choice, "a", -20).widths.a).toBe(48);
  expect(withWidth(choice, "a", 9_999).widths.a).toBe(1200);
});
