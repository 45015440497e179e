import { type Kysely, sql } from "kysely";
import type { Lane, RecordKind } from "../model.ts";
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
  const [findings, held] = await Promise.all([countFindings(db, [integrationId]), assets]);
  return new Map([...findings.map(({ kind, n }) => [kind, n] as const), ["asset", held]]);
}

/**
 * As `recordCounts` of several, for a page that may not wait until a million assets are counted: of assets as many as
 * there were when their last pass ended, since little else changes their number. What does, or no pass at all, has them
 * counted anew.
 */
export async function lastRecordCounts(
  db: Kysely<Schema>,
  integrationIds: readonly string[],
): Promise<Map<string, Map<string, number>>> {
  const findings = await countFindings(db, integrationIds);
  const held = await heldAssets(db, integrationIds);
  const counts = new Map<string, Map<string, number>>();
  for (const id of integrationIds) {
    const own = findings.filter(({ integrationId }) => integrationId === id);
    const assets = held.get(id) ?? (await countAssets(db, id));
    counts.set(id, new Map([...own.map(({ kind, n }) => [kind, n] as const), ["asset", assets]]));
  }
  return counts;
}

async function countFindings(db: Kysely<Schema>, integrationIds: readonly string[]) {
  const rows = await db
    .selectFrom("cubeAsset")
    .select((eb) => ["integrationId", "kind", eb.fn.sum<string>("n").as("n")])
    .where((eb) => eb("integrationId", "=", eb.fn.any(eb.val(integrationIds))))
    .where("status", "<>", "gone")
    .groupBy(["integrationId", "kind"])
    .execute();
  return rows.map(({ n, ...row }) => ({ ...row, n: Number(n) }));
}

/** What the last pass over the assets counted, where there was one and no records became gone since by a decision. */
async function heldAssets(db: Kysely<Schema>, integrationIds: readonly string[]): Promise<Map<string, number>> {
  const last = (lane: Lane) => sql`
    (select held, finished_at from pass
    where integration_id = one.id and stream = 'assets' and lane = ${lane} and held is not null
    order by started_at desc limit 1)`;
  const { rows } = await sql<{ id: string; held: number }>`
    select one.id, last.held from unnest(${integrationIds}::uuid[]) as one (id)
    cross join lateral (
      select * from (${last("full")} union all ${last("delta")}) as passes order by finished_at desc limit 1
    ) as last
    where not exists (
      select from review where integration_id = one.id and stream = 'assets' and decision = 'approved'
        and decided_at > last.finished_at)`.execute(db);
  return new Map(rows.map(({ id, held }) => [id, held]));
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
