import { type Kysely, sql } from "kysely";
import type { Lane, RecordKind } from "../model.ts";
import type { Schema } from "./schema.ts";

/**
 * How many records of each kind an integration has in the inventory, to be held against what the source counts:
 * findings from the cubes, without those that are gone; assets as the inventory delivered them, without placeholders
 * and those that are deleted or gone.
 */
export async function recordCounts(db: Kysely<Schema>, integrationId: string): Promise<Map<string, number>> {
  return new Map([...(await countFindings(db, integrationId)), ["asset", await countAssets(db, integrationId)]]);
}

/**
 * As `recordCounts`, for a page that may not wait until a million assets are counted: of assets as many as there were when
 * their last pass ended, since little else changes their number. What does, or no pass at all, has them counted anew.
 */
export async function lastRecordCounts(db: Kysely<Schema>, integrationId: string): Promise<Map<string, number>> {
  const assets = (await heldAssets(db, integrationId)) ?? (await countAssets(db, integrationId));
  return new Map([...(await countFindings(db, integrationId)), ["asset", assets]]);
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

/** What the last pass over the assets counted; `null` when there was none, or records became gone since by a decision. */
async function heldAssets(db: Kysely<Schema>, integrationId: string): Promise<number | null> {
  const last = (lane: Lane) => sql`
    (select held, finished_at from pass
    where integration_id = ${integrationId} and stream = 'assets' and lane = ${lane} and held is not null
    order by started_at desc limit 1)`;
  const { rows } = await sql<{ held: number }>`
    select held from (${last("full")} union all ${last("delta")} order by finished_at desc limit 1) as pass
    where not exists (
      select from review where integration_id = ${integrationId} and stream = 'assets' and decision = 'approved'
        and decided_at > pass.finished_at)`.execute(db);
  return rows[0]?.held ?? null;
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
