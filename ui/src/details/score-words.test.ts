import { describe, expect, test } from "vitest";
import {
  factorsText,
  percentText,
  pointsText,
  type Score,
  type ScorePart,
  scoreRows,
  valueText,
} from "./score-words.ts";

const part = (input: ScorePart["input"], value: ScorePart["value"], points: number | null): ScorePart => ({
  input,
  value,
  points,
  most: null,
});

test("what nobody says is said to be missing, not to be no", () => {
  expect(valueText(part("exploit", null, null))).toBe("not said");
  expect(pointsText(part("exploit", null, null))).toBe("–");
  expect(valueText(part("exploit", false, 0))).toBe("no");
  expect(pointsText(part("exploit", false, 0))).toBe("0");
  expect(pointsText(part("epss", 0.001, 0.012))).toBe("< 0.1");
});

test("a base score that KEV outweighs says so", () => {
  expect(valueText(part("cvss", 9.8, 0))).toBe("9.8, outweighed by KEV");
  expect(valueText(part("cvss", 0, 0))).toBe("0");
  expect(valueText(part("cvss", 9.8, 63.7))).toBe("9.8");
});

test("small probabilities stay apart from none", () => {
  expect([0.972, 0.0104, 0.00043, 0, 1].map(percentText)).toEqual(["97.2 %", "1.04 %", "< 0.1 %", "0 %", "100 %"]);
});

describe("scoreRows", () => {
  const score = (parts: ScorePart[]): Score => ({ value: 1, most: 100, parts, factors: [] });

  test("a severity that stands alone needs no lines of what is missing", () => {
    const parts = [part("severity", "high", 80), part("epss", null, null), part("kev", null, null)];
    expect(scoreRows(score(parts)).map(({ input }) => input)).toEqual(["severity"]);
  });

  test("beside anything else that is known each missing input has its line", () => {
    const parts = [part("severity", "high", 52), part("epss", 0.5, 10), part("kev", null, null)];
    expect(scoreRows(score(parts))).toEqual(parts);
  });
});

test("what multiplies an asset's points is told in words", () => {
  const factors: Score["factors"] = [
    { input: "criticality", value: 4, factor: 4 },
    { input: "internetExposed", value: true, factor: 1.2 },
  ];
  expect(factorsText({ value: 1, most: 1000, parts: [], factors })).toBe(
    "Everything counts 4.8 times: criticality 4 of 5, reachable from the internet (× 1.2).",
  );
});

test("the tags that give the criticality are named", () => {
  const of = (tags: string[]) =>
    factorsText({ value: 4, most: 1000, parts: [], factors: [{ input: "criticality", value: 4, factor: 4, tags }] });
  expect(of(["Crown jewels"])).toContain("criticality 4 of 5 (tag Crown jewels)");
  expect(of(["Crown jewels", "Payments"])).toContain("(tags Crown jewels, Payments)");
  expect(of([])).toContain("(no tag says otherwise)");
  expect(factorsText({ value: 1, most: 100, parts: [], factors: [] })).toBeNull();
});
