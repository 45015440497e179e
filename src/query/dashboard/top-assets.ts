import type { Kysely } from "kysely";
import type { Schema } from "../../store/schema.ts";
import { toAsset } from "../records.ts";

/** The assets with the highest risk score. */
export async function topAssets(db: Kysely<Schema>, limit: number) {
  const rows = await db
    .selectFrom("asset")
    .selectAll()
    .where("riskScore", ">", 0)
    .orderBy("riskScore", "desc")
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map((row) => {
    const { id, name, class: assetClass, cloud, riskScore, openFindings } = toAsset(row, []);
    return { id, name, class: assetClass, cloud, riskScore, openFindings };
  });
}
