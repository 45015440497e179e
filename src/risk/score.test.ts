import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { severities } from "../model.ts";
import { assetScore, type FindingScoreInputs, findingScore } from "./score.ts";

const nothing: FindingScoreInputs = { cvss: null, epss: null, kev: null, exploit: null, severity: "medium" };

describe("findingScore", () => {
  test("a vulnerability that is exploited in the wild scores 90 and more, its likelihood fills the rest", () => {
    const known = { cvss: 9.8, epss: 0.94, kev: true, exploit: true, severity: "critical" } as const;
    expect(findingScore(known)).toEqual({
      score: 97,
      inputs: ["CVSS 9.8", "EPSS 0.94", "in KEV", "exploit known"],
    });
    expect(findingScore({ ...nothing, kev: true, cvss: 3.1 }).score).toBe(90);
  });

  test("without a threat 65 % is CVSS and 35 % the likelihood of exploitation", () => {
    expect(findingScore({ ...nothing, cvss: 7.5, epss: 0.2, kev: false, exploit: false }).score).toBe(51);
    expect(findingScore({ ...nothing, cvss: 7.5, epss: 0.2, kev: false, exploit: true }).score).toBe(65);
  });

  test("an input that is missing does not count as no", () => {
    expect(findingScore({ ...nothing, cvss: 9.8 })).toEqual({ score: 98, inputs: ["CVSS 9.8"] });
    expect(findingScore({ ...nothing, cvss: 9.8, epss: 0, exploit: false }).score).toBe(64);
    expect(findingScore({ ...nothing, cvss: 5, epss: 0.9 }).score).toBeGreaterThan(
      findingScore({ ...nothing, cvss: 5, epss: 0.9, exploit: false }).score,
    );
  });

  test("without CVSS the severity's midpoint stands for it, and the answer says so", () => {
    const scores = severities.map((severity) => findingScore({ ...nothing, severity }));
    expect(scores.map((s) => s.score)).toEqual([95, 80, 55, 20, 5]);
    expect(scores[0]?.inputs).toEqual(["severity critical"]);
  });

  test("the score is a whole number from 1 to 100 and grows with every input", () => {
    const inputs = fc.record({
      cvss: fc.option(fc.double({ min: 0, max: 9, noNaN: true })),
      epss: fc.option(fc.double({ min: 0, max: 0.9, noNaN: true })),
      kev: fc.option(fc.boolean()),
      exploit: fc.option(fc.boolean()),
      severity: fc.constantFrom(...severities),
    });
    fc.assert(
      fc.property(inputs, (known) => {
        const { score } = findingScore(known);
        expect(Number.isInteger(score) && score >= 1 && score <= 100).toBe(true);
        if (known.cvss !== null)
          expect(findingScore({ ...known, cvss: known.cvss + 1 }).score).toBeGreaterThanOrEqual(score);
        if (known.epss !== null)
          expect(findingScore({ ...known, epss: known.epss + 0.1 }).score).toBeGreaterThanOrEqual(score);
        if (known.kev !== true) expect(findingScore({ ...known, kev: true }).score).toBeGreaterThanOrEqual(score);
        if (known.exploit === false)
          expect(findingScore({ ...known, exploit: true }).score).toBeGreaterThanOrEqual(score);
      }),
    );
  });
});

describe("assetScore", () => {
  test("gives the worked examples", () => {
    const exposed = {
      criticality: 5,
      isInternetExposed: true,
      maxScore: 95,
      counts: { critical: 2, high: 10, medium: 40, low: 30 },
    };
    const internal = {
      criticality: 4,
      isInternetExposed: false,
      maxScore: 95,
      counts: { critical: 3, high: 0, medium: 50, low: 20 },
    };
    expect(assetScore(exposed)).toBe(921);
    expect(assetScore(internal)).toBe(602);
  });

  test("an asset without open findings scores 0, and none scores more than 1000", () => {
    const counts = { critical: 0, high: 0, medium: 0, low: 0 };
    expect(assetScore({ criticality: 5, isInternetExposed: true, maxScore: 0, counts })).toBe(0);
    expect(
      assetScore({
        criticality: 5,
        isInternetExposed: true,
        maxScore: 100,
        counts: { ...counts, critical: 500 },
      }),
    ).toBe(1000);
  });

  test("the worst finding weighs more from 70 and from 90 on", () => {
    const of = (maxScore: number) =>
      assetScore({
        criticality: 2,
        isInternetExposed: null,
        maxScore,
        counts: { critical: 0, high: 0, medium: 0, low: 0 },
      });
    expect([of(69), of(70), of(89), of(90)]).toEqual([138, 154, 196, 234]);
  });

  test("fixing a finding never raises the score", () => {
    const count = fc.integer({ min: 1, max: 200 });
    const counts = fc.record({ critical: count, high: count, medium: count, low: count });
    fc.assert(
      fc.property(
        counts,
        fc.integer({ min: 1, max: 100 }),
        fc.constantFrom("critical", "high", "medium", "low"),
        (n, maxScore, fixed) => {
          const asset = { criticality: 3, isInternetExposed: false, maxScore };
          const after = assetScore({ ...asset, counts: { ...n, [fixed]: n[fixed] - 1 } });
          expect(after).toBeLessThanOrEqual(assetScore({ ...asset, counts: n }));
        },
      ),
    );
  });
});
