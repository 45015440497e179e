import type { Severity } from "../model.ts";

/** The finding score, 1-100: what each input weighs. */
export const findingScoreConstants = {
  /** A finding that is exploited in the wild starts here; the other inputs fill the rest up to 100. */
  threatFloor: 90,
  threatRest: 10,
  /** Without a threat: this part is the base score (CVSS × 10), `restPoints` the likelihood of exploitation. */
  baseWeight: 0.65,
  restPoints: 35,
  /** Inside the rest. Trending has the last 0.15; no source of Weir reports it, so nobody earns it. */
  exploitWeight: 0.5,
  epssWeight: 0.35,
  /** Maturity 0-1: none, proof of concept 0.5, functional 0.8, weaponised 1. Wiz says only that an exploit is known. */
  knownExploitMaturity: 0.8,
  min: 1,
  max: 100,
} as const;

/** The base score where there is no CVSS. */
export const severityMidpoint: Record<Severity, number> = {
  critical: 95,
  high: 80,
  medium: 55,
  low: 20,
  informational: 5,
};

/** The asset score, 0-1000: criticality × exposure × (worst finding × its factor + the count of each severity × its weight). */
export const assetScoreConstants = {
  defaultCriticality: 2,
  exposedFactor: 1.2,
  internalFactor: 1,
  /** The factor of the worst open finding, by its score; from the top. */
  worstFactors: [
    { from: 90, factor: 1.3 },
    { from: 70, factor: 1.1 },
    { from: 0, factor: 1 },
  ],
  countWeights: { critical: 1, high: 0.6, medium: 0.4, low: 0.2 },
  max: 1000,
} as const;
