import type { Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/**
 * How many records of each kind an integration has in the inventory: findings from the cubes, without those that are
 * gone; assets as the inventory delivered them, without placeholders and those that are gone.
 */
export async function recordCounts(db: Kysely<Schema>, integrationId: string): Promise<Map<string, number>> {
  const findings = await db
    .selectFrom("cubeAsset")
    .select((eb) => ["kind", eb.fn.sum<string>("n").as("n")])
    .where("integrationId", "=", integrationId)
    .where("status", "<>", "gone")
    .groupBy("kind")
    .execute();
  const assets = await db
    .selectFrom("assetSource")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .where("integrationId", "=", integrationId)
    .where("isPlaceholder", "=", false)
    .where("goneAt", "is", null)
    .executeTakeFirstOrThrow();
  return new Map([...findings.map(({ kind, n }) => [kind, Number(n)] as const), ["asset", assets.n]]);
}
