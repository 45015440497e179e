import type { Severity } from "../model.ts";
import { assetScoreConstants, findingScoreConstants, severityMidpoint } from "./constants.ts";
import { type AssetScoreInputs, assetScore, type FindingScoreInputs, findingScore } from "./score.ts";

/** What one input gave to a score. */
interface ScorePart {
  input: "cvss" | "severity" | "epss" | "kev" | "exploit" | "worstFinding" | "critical" | "high" | "medium" | "low";
  /** `null`: nobody says. */
  value: number | boolean | Severity | null;
  /** `null`: it is not known, so it neither raised nor lowered the score. */
  points: number | null;
  /** The most that this input could have given beside what is known of the others; `null` where there is no such limit. */
  most: number | null;
}

export interface ScoreExplanation {
  /** What the parts add up to, whole and inside the bounds. */
  value: number;
  most: 100 | 1000;
  /** In the order in which they add up. */
  parts: ScorePart[];
  /** What every part is multiplied with already. */
  factors: ScoreFactor[];
}

interface ScoreFactor {
  input: "criticality" | "internetExposed";
  value: number | boolean | null;
  factor: number;
  /** Of the criticality: the tags that say so; empty where none does. */
  tags?: string[];
}

/** Why a finding scores what it scores. */
export function explainFindingScore(known: FindingScoreInputs): ScoreExplanation {
  const { threatFloor, baseWeight, restPoints, threatRest } = findingScoreConstants;
  const ordinary = { base: known.epss === null && known.exploit === null ? 1 : baseWeight, rest: restPoints };
  const asOrdinary = [baseOf(known, ordinary.base), ...restOf(known, ordinary.rest)];
  const asThreat = [kev(true, threatFloor), ...restOf(known, threatRest)];
  const isThreat = known.kev === true && sum(asThreat) >= sum(asOrdinary);
  return {
    value: findingScore(known).score,
    most: 100,
    // What begins at the floor gains nothing from its base score, and what is above the floor nothing from being in KEV.
    parts: isThreat ? [...asThreat, baseOf(known, 0)] : [...asOrdinary, kev(known.kev, 0)],
    factors: [],
  };
}

function baseOf({ cvss, severity }: FindingScoreInputs, weight: number): ScorePart {
  const most = weight * 100;
  return cvss === null
    ? { input: "severity", value: severity, points: weight * severityMidpoint[severity], most }
    : { input: "cvss", value: cvss, points: weight * cvss * 10, most };
}

function kev(value: boolean | null, points: number): ScorePart {
  return { input: "kev", value, points: value === null ? null : points, most: null };
}

/** The likelihood of exploitation; of two inputs the known one has the weight of both. */
function restOf({ epss, exploit }: FindingScoreInputs, restPoints: number): ScorePart[] {
  const { exploitWeight, epssWeight, knownExploitMaturity } = findingScoreConstants;
  const both = exploitWeight + epssWeight;
  const epssMost = restPoints * (exploit === null ? both : epssWeight);
  const exploitMost = restPoints * (epss === null ? both : exploitWeight);
  const maturity = exploit === true ? knownExploitMaturity : 0;
  return [
    epss === null ? unknown("epss") : { input: "epss", value: epss, points: epssMost * epss, most: epssMost },
    exploit === null
      ? unknown("exploit")
      : { input: "exploit", value: exploit, points: exploitMost * maturity, most: exploitMost },
  ];
}

function unknown(input: ScorePart["input"]): ScorePart {
  return { input, value: null, points: null, most: null };
}

function sum(parts: readonly ScorePart[]): number {
  return parts.reduce((total, { points }) => total + (points ?? 0), 0);
}

/** Why an asset scores what it scores. */
export function explainAssetScore(known: AssetScoreInputs): ScoreExplanation {
  const { exposedFactor, internalFactor, worstFactors, countWeights } = assetScoreConstants;
  const exposure = known.isInternetExposed === true ? exposedFactor : internalFactor;
  const all = known.criticality * exposure;
  const worst = known.maxScore * (worstFactors.find(({ from }) => known.maxScore >= from)?.factor ?? 1);
  const ofCount = (input: keyof typeof countWeights): ScorePart => ({
    input,
    value: known.counts[input],
    points: known.maxScore <= 0 ? 0 : all * known.counts[input] * countWeights[input],
    most: null,
  });
  return {
    value: assetScore(known),
    most: 1000,
    parts: [
      { input: "worstFinding", value: known.maxScore, points: all * worst, most: null },
      ...(["critical", "high", "medium", "low"] as const).map(ofCount),
    ],
    factors: [
      { input: "criticality", value: known.criticality, factor: known.criticality },
      { input: "internetExposed", value: known.isInternetExposed, factor: exposure },
    ],
  };
}
