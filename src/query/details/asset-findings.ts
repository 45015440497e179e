import type { Kysely, Selectable } from "kysely";
import { isActiveStatus, type Severity, severityRank } from "../../model.ts";
import { explainAssetScore, type ScoreExplanation } from "../../risk/explain.ts";
import type { AssetTable, Schema } from "../../store/schema.ts";
import { severityWord } from "../records.ts";

export interface FindingCounts {
  findings: { kind: string; status: string; count: number }[];
  openByKind: { kind: string; severity: Severity | null; count: number }[];
}

export interface CountedFindings {
  kind: string;
  status: string;
  severity: number;
  count: number;
  worst: number;
}

/** An asset's findings by what they are; a few dozen rows at most. */
export async function countFindings(db: Kysely<Schema>, assetId: string): Promise<CountedFindings[]> {
  return await db
    .selectFrom("finding")
    .select(["kind", "status", "severity"])
    .select((eb) => [eb.fn.countAll<number>().as("count"), eb.fn.max("riskScore").as("worst")])
    .where("assetId", "=", assetId)
    .groupBy(["kind", "status", "severity"])
    .orderBy("kind")
    .orderBy("status")
    .orderBy("severity", "desc")
    .execute();
}

export function summed(counted: readonly CountedFindings[]): FindingCounts {
  const open = counted.filter(({ status }) => isActiveStatus(status));
  const of = <Key extends object>(rows: readonly CountedFindings[], key: (row: CountedFindings) => Key) =>
    [...Map.groupBy(rows, (row) => JSON.stringify(key(row))).values()].map((same) => ({
      ...key(same[0]!),
      count: same.reduce((total, { count }) => total + count, 0),
    }));
  return {
    findings: of(counted, ({ kind, status }) => ({ kind, status })),
    openByKind: of(open, ({ kind, severity }) => ({ kind, severity: severityWord(severity) })),
  };
}

/** With the worst finding as it is just now; the stored score follows at the end of a pass. */
export function explainScore(
  row: Pick<Selectable<AssetTable>, "criticality" | "isInternetExposed">,
  counted: readonly CountedFindings[],
): ScoreExplanation {
  const open = counted.filter(({ status }) => isActiveStatus(status));
  const count = (rank: number) =>
    open.filter(({ severity }) => severity === rank).reduce((total, { count: n }) => total + n, 0);
  return explainAssetScore({
    criticality: row.criticality,
    isInternetExposed: row.isInternetExposed,
    maxScore: Math.max(0, ...open.map(({ worst }) => worst)),
    counts: {
      critical: count(severityRank.critical),
      high: count(severityRank.high),
      medium: count(severityRank.medium),
      low: count(severityRank.low),
    },
  });
}
