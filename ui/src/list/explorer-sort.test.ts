import { expect, test } from "vitest";
import { nextSort, printSort, readSort, sortForAddress } from "./explorer-sort.ts";

const sorts = [
  { name: "severity", title: "Severity", direction: "desc", words: { asc: "", desc: "" } },
  { name: "due", title: "Due", direction: "asc", words: { asc: "", desc: "" } },
] as const;

test("an order has its own direction unless the address says another", () => {
  expect(readSort(sorts, undefined)).toEqual({ name: "severity", direction: "desc" });
  expect(readSort(sorts, "due")).toEqual({ name: "due", direction: "asc" });
  expect(readSort(sorts, "due:desc")).toEqual({ name: "due", direction: "desc" });
  expect(readSort(sorts, "nonsense:up")).toEqual({ name: "severity", direction: "desc" });
});

test("one order has one text, so that its answer is remembered once", () => {
  expect(printSort(sorts, readSort(sorts, "due:asc"))).toBe("due");
  expect(printSort(sorts, readSort(sorts, "due:desc"))).toBe("due:desc");
  expect(sortForAddress(sorts, readSort(sorts, "severity:desc"))).toBeUndefined();
  expect(sortForAddress(sorts, readSort(sorts, "severity:asc"))).toBe("severity:asc");
});

test("a second click on a title turns the order round", () => {
  const due = nextSort(sorts, { name: "severity", direction: "desc" }, "due");
  expect(due).toEqual({ name: "due", direction: "asc" });
  expect(nextSort(sorts, due, "due")).toEqual({ name: "due", direction: "desc" });
});
