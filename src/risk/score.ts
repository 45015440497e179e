import type { Severity } from "../model.ts";
import { assetScoreConstants, findingScoreConstants, severityMidpoint } from "./constants.ts";

/** What is known of a finding; `null` is "the source does not say", which is not "no". */
export interface FindingScoreInputs {
  /** CVSS base score, 0-10. */
  cvss: number | null;
  /** Probability, 0-1. */
  epss: number | null;
  kev: boolean | null;
  exploit: boolean | null;
  severity: Severity;
}

export interface FindingScore {
  /** 1-100: 90 and above critical, 70 high, 40 medium. */
  score: number;
  /** The inputs that made it, in words: `CVSS 9.8`, `EPSS 0.94`, `in KEV`. What is unknown is not named. */
  inputs: string[];
}

/** How bad a finding is. The weight of an unknown input passes to the known ones, so unknown never counts as "no". */
export function findingScore(known: FindingScoreInputs): FindingScore {
  const { threatFloor, threatRest, baseWeight, restPoints, min, max } = findingScoreConstants;
  const base = known.cvss === null ? severityMidpoint[known.severity] : known.cvss * 10;
  const rest = likelihood(known);
  const ordinary = rest === null ? base : baseWeight * base + restPoints * rest;
  const score = known.kev === true ? Math.max(ordinary, threatFloor + threatRest * (rest ?? 0)) : ordinary;
  return { score: Math.min(max, Math.max(min, roundHalfUp(score))), inputs: describe(known) };
}

/** 0-1, or `null` when nothing at all is known of exploitation. */
function likelihood({ exploit, epss }: FindingScoreInputs): number | null {
  const { exploitWeight, epssWeight, knownExploitMaturity } = findingScoreConstants;
  const total = exploitWeight + epssWeight;
  if (exploit === null && epss === null) return null;
  if (exploit === null) return total * (epss ?? 0);
  const maturity = exploit ? knownExploitMaturity : 0;
  return epss === null ? total * maturity : exploitWeight * maturity + epssWeight * epss;
}

function describe({ cvss, epss, kev, exploit, severity }: FindingScoreInputs): string[] {
  const inputs = [cvss === null ? `severity ${severity}` : `CVSS ${cvss}`];
  if (epss !== null) inputs.push(`EPSS ${epss}`);
  if (kev !== null) inputs.push(kev ? "in KEV" : "not in KEV");
  if (exploit !== null) inputs.push(exploit ? "exploit known" : "no exploit known");
  return inputs;
}

export interface AssetScoreInputs {
  /** 1-5. */
  criticality: number;
  isInternetExposed: boolean | null;
  /** The highest score of the asset's open findings; 0 when there are none. */
  maxScore: number;
  /** Open findings. */
  counts: { critical: number; high: number; medium: number; low: number };
}

/** How much an asset is at risk, 0-1000 (850 severe, 700 high, 500 medium); only open findings count. */
export function assetScore({ criticality, isInternetExposed, maxScore, counts }: AssetScoreInputs): number {
  const { exposedFactor, internalFactor, worstFactors, countWeights: weight, max } = assetScoreConstants;
  if (maxScore <= 0) return 0;
  const worst = maxScore * (worstFactors.find((band) => maxScore >= band.from)?.factor ?? 1);
  const mass =
    counts.critical * weight.critical +
    counts.high * weight.high +
    counts.medium * weight.medium +
    counts.low * weight.low;
  const exposure = isInternetExposed === true ? exposedFactor : internalFactor;
  return Math.min(max, roundHalfUp(criticality * exposure * (worst + mass)));
}

/** Products of decimals end a hair below the half that they mean (`1.005 × 100`), so the hair is put back. */
function roundHalfUp(value: number): number {
  return Math.floor(value + 0.5 + 1e-9);
}
