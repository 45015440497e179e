import { type Kysely, sql } from "kysely";
import type { RecordKind } from "../model.ts";
import type { Schema } from "./schema.ts";

/**
 * How many records of each kind an integration has in the inventory, to be held against what the source counts:
 * findings from the cubes, without those that are gone; assets as the inventory delivered them, without placeholders
 * and those that are deleted or gone.
 */
export async function recordCounts(db: Kysely<Schema>, integrationId: string): Promise<Map<string, number>> {
  const findings = await db
    .selectFrom("cubeAsset")
    .select((eb) => ["kind", eb.fn.sum<string>("n").as("n")])
    .where("integrationId", "=", integrationId)
    .where("status", "<>", "gone")
    .groupBy("kind")
    .execute();
  const assets = await countAssets(db, integrationId);
  return new Map([...findings.map(({ kind, n }) => [kind, Number(n)] as const), ["asset", assets]]);
}

/** As `recordCounts`, of one kind. */
export async function countRecords(db: Kysely<Schema>, integrationId: string, kind: RecordKind): Promise<number> {
  if (kind === "asset") return await countAssets(db, integrationId);
  const row = await db
    .selectFrom("cubeAsset")
    .select((eb) => eb.fn.sum<string | null>("n").as("n"))
    .where("integrationId", "=", integrationId)
    .where("kind", "=", kind)
    .where("status", "<>", "gone")
    .executeTakeFirstOrThrow();
  return Number(row.n ?? 0);
}

async function countAssets(db: Kysely<Schema>, integrationId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from asset_source source join asset on asset.id = source.asset_id
    where source.integration_id = ${integrationId} and not source.is_placeholder and source.gone_at is null
      and asset.status <> 'deleted'`.execute(db);
  return rows[0]?.n ?? 0;
}
