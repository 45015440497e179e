import { expect, test } from "vitest";
import { chosenValues, listedValues, matching, withoutChoice } from "./facets-query.ts";

const severity = { name: "severity", aliases: ["level"] };

test("a facet counts as if nothing were chosen in it, so that the other values stay in sight", () => {
  expect(withoutChoice("status:open AND severity:[high, low] AND cloud:aws", severity)).toBe(
    "status:open AND cloud:aws",
  );
  expect(withoutChoice("finding.Severity:high", severity)).toBe("");
  expect(withoutChoice("level:high AND status:open", severity)).toBe("status:open");
});

test("what was excluded stays excluded, and what is no choice stays", () => {
  const query = "severity >= high AND NOT severity:low AND (severity:high OR cloud:aws)";
  expect(withoutChoice(query, severity)).toBe(query);
  expect(withoutChoice('title:"open', severity)).toBe('title:"open');
});

test("knows what was asked for and what was kept out", () => {
  expect(chosenValues("severity:[high, low] AND status:open", severity)).toEqual(["high", "low"]);
  expect(chosenValues("NOT level:low AND severity is not null", severity)).toEqual(["low", null]);
  expect(chosenValues("severity is null", severity)).toEqual([null]);
});

test("lists values in the order of the field, and what was chosen even where none has it", () => {
  const facet = { by: "severity", title: "Severity", order: ["critical", "high", "low"] };
  const counted = [
    { value: "low", count: 9 },
    { value: null, count: 4 },
    { value: "high", count: 2 },
  ];
  expect(listedValues(counted, facet, ["critical", "LOW"])).toEqual([
    { value: "critical", count: null },
    { value: "high", count: 2 },
    { value: "low", count: 9 },
    { value: null, count: 4 },
  ]);
});

test("a long list is searched in any case", () => {
  const values = ["eu-west-1", "us-EAST-1", null].map((value) => ({ value, count: 1 }));
  expect(matching(values, " east ").map(({ value }) => value)).toEqual(["us-EAST-1"]);
  expect(matching(values, "non").map(({ value }) => value)).toEqual([null]);
  expect(matching(values, "")).toHaveLength(3);
});
