import { type Kysely, sql } from "kysely";
import type { RecordKind } from "../model.ts";
import type { Schema } from "./schema.ts";

/**
 * How many records of each kind an integration has in the inventory, to be held against what the source counts:
 * findings from the cubes, without those that are gone; assets as the inventory delivered them, without placeholders
 * and those that are deleted or gone.
 */
export async function recordCounts(
  db: Kysely<Schema>,
  integrationId: string,
  assets = countAssets(db, integrationId),
): Promise<Map<string, number>> {
  const [findings, nAssets] = await Promise.all([countFindings(db, integrationId), assets]);
  return new Map([...findings, ["asset", nAssets]]);
}

async function countFindings(db: Kysely<Schema>, integrationId: string): Promise<[string, number][]> {
  const rows = await db
    .selectFrom("cubeAsset")
    .select((eb) => ["kind", eb.fn.sum<string>("n").as("n")])
    .where("integrationId", "=", integrationId)
    .where("status", "<>", "gone")
    .groupBy("kind")
    .execute();
  return rows.map(({ kind, n }) => [kind, Number(n)]);
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

/** All live sources less those of deleted assets: each part has an index, and joining all of them would take ten times as long. */
export async function countAssets(db: Kysely<Schema>, integrationId: string): Promise<number> {
  const live = sql`source.integration_id = ${integrationId} and not source.is_placeholder and source.gone_at is null`;
  const { rows } = await sql<{ n: number }>`
    select (
      (select count(*) from asset_source source where ${live})
      - (select count(*) from asset join asset_source source on source.asset_id = asset.id
          where asset.status = 'deleted' and ${live})
    )::int as n`.execute(db);
  return rows[0]?.n ?? 0;
}
