import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { severities } from "../model.ts";
import { assetScoreConstants } from "./constants.ts";
import { explainAssetScore, explainFindingScore, type ScoreExplanation } from "./explain.ts";
import { assetScore, type FindingScoreInputs, findingScore } from "./score.ts";

const nothing: FindingScoreInputs = { cvss: null, epss: null, kev: null, exploit: null, severity: "medium" };
const sum = ({ parts }: ScoreExplanation) => parts.reduce((total, { points }) => total + (points ?? 0), 0);
const inputs = ({ parts }: ScoreExplanation) => parts.map(({ input }) => input);
const part = ({ parts }: ScoreExplanation, name: string) => parts.find(({ input }) => input === name);

describe("explainFindingScore", () => {
  test("a vulnerability in KEV begins at 90, and its base score adds nothing", () => {
    const why = explainFindingScore({ cvss: 9.8, epss: 0.94, kev: true, exploit: true, severity: "critical" });
    expect(why.value).toBe(97);
    expect(inputs(why)).toEqual(["kev", "epss", "exploit", "cvss"]);
    expect(part(why, "kev")?.points).toBe(90);
    expect(part(why, "cvss")?.points).toBe(0);
  });

  test("what scores more than the floor by itself gains nothing from being in KEV", () => {
    const why = explainFindingScore({ ...nothing, cvss: 10, kev: true });
    expect(why.value).toBe(100);
    expect(part(why, "kev")).toMatchObject({ value: true, points: 0 });
  });

  test("what nobody says has no points, and its weight goes to what is known", () => {
    const why = explainFindingScore({ ...nothing, cvss: 9.8, epss: 0.5 });
    expect(part(why, "exploit")).toMatchObject({ value: null, points: null, most: null });
    expect(part(why, "epss")?.most).toBeCloseTo(29.75);
    expect(part(explainFindingScore({ ...nothing, cvss: 9.8 }), "cvss")?.most).toBe(100);
  });

  test("without CVSS the severity stands for it by name", () => {
    expect(part(explainFindingScore(nothing), "severity")).toMatchObject({ value: "medium", points: 55 });
  });

  test("the parts add up to the score, and none gives more than it may", () => {
    const known = fc.record({
      cvss: fc.option(fc.double({ min: 0, max: 10, noNaN: true })),
      epss: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      kev: fc.option(fc.boolean()),
      exploit: fc.option(fc.boolean()),
      severity: fc.constantFrom(...severities),
    });
    fc.assert(
      fc.property(known, (one) => {
        const why = explainFindingScore(one);
        expect(why.value).toBe(findingScore(one).score);
        expect(Math.abs(Math.max(1, sum(why)) - why.value)).toBeLessThanOrEqual(0.5 + 1e-6);
        for (const { points, most } of why.parts)
          if (points !== null && most !== null) expect(points).toBeLessThanOrEqual(most + 1e-9);
      }),
    );
  });
});

describe("explainAssetScore", () => {
  test("the parts add up to the score unless it is cut at 1000", () => {
    const count = fc.integer({ min: 0, max: 300 });
    const known = fc.record({
      criticality: fc.integer({ min: 1, max: 5 }),
      isInternetExposed: fc.option(fc.boolean()),
      maxScore: fc.integer({ min: 0, max: 100 }),
      counts: fc.record({ critical: count, high: count, medium: count, low: count }),
    });
    fc.assert(
      fc.property(known, (one) => {
        const why = explainAssetScore(one);
        expect(why.value).toBe(assetScore(one));
        expect(Math.abs(Math.min(1000, sum(why)) - why.value)).toBeLessThanOrEqual(0.5 + 1e-6);
      }),
    );
  });

  test("what is exposed counts by its factor, and an unknown exposure as none", () => {
    const of = (isInternetExposed: boolean | null) =>
      explainAssetScore({
        criticality: 4,
        isInternetExposed,
        maxScore: 50,
        counts: { critical: 0, high: 0, medium: 0, low: 0 },
      }).factors[1];
    expect(of(true)).toEqual({ input: "internetExposed", value: true, factor: 1.2 });
    expect(of(null)).toEqual({ input: "internetExposed", value: null, factor: 1 });
  });
});

test("docs/risk-scores.md says what the constants are", () => {
  const doc = readFileSync(new URL("../../docs/risk-scores.md", import.meta.url), "utf8");
  const known = { cvss: 10, epss: 1, kev: false, exploit: true, severity: "critical" } as const;
  const most = (one: FindingScoreInputs, input: string) => part(explainFindingScore(one), input)?.most;
  const points = (one: FindingScoreInputs, input: string) => part(explainFindingScore(one), input)?.points;
  const inKev = explainFindingScore({ ...known, kev: true });
  for (const said of [
    `${points({ ...known, cvss: 1 }, "cvss")} points for each`,
    `up to ${most(known, "epss")} points`,
    `${points(known, "exploit")} points. Wiz`,
    `would give ${most(known, "exploit")} |`,
    `begins at ${part(inKev, "kev")?.points};`,
    `fill up to ${(part(inKev, "epss")?.points ?? 0) + (part(inKev, "exploit")?.points ?? 0)} of`,
    `both: ${most({ ...known, exploit: null }, "epss")} points`,
  ])
    expect(doc).toContain(said);
  for (const severity of severities) {
    const cvss = (points({ ...nothing, severity }, "severity") ?? 0) / 10;
    expect(doc).toMatch(new RegExp(`${severity} (as )?${cvss}\\b`));
  }
  const { exposedFactor, worstFactors, countWeights, defaultCriticality } = assetScoreConstants;
  for (const [severity, weight] of Object.entries(countWeights)) expect(doc).toContain(`${weight} × ${severity}`);
  for (const { from, factor } of worstFactors.filter(({ factor: n }) => n !== 1))
    expect(doc).toContain(`${factor} times from ${from}`);
  expect(doc).toContain(`*Exposure* is ${exposedFactor} `);
  expect(doc).toContain(`else ${defaultCriticality}`);
});
