import { type Severity, severities, severityRank } from "../../model.ts";

export type BySeverity = Record<Severity, number>;

/** Adds up numbers of severities as they are stored. */
export function bySeverity(counts: readonly { severity: number; n: number }[]): BySeverity {
  const nOf = (rank: number) => counts.reduce((sum, { severity, n }) => (severity === rank ? sum + n : sum), 0);
  return Object.fromEntries(severities.map((word) => [word, nOf(severityRank[word])])) as BySeverity;
}
