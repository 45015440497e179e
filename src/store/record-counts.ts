import { type Kysely, sql } from "kysely";
import type { AssetClass, Lane, RecordKind } from "../model.ts";
import type { Schema } from "./schema.ts";

/** What an integration is narrowed to. */
export interface CountedIntegration {
  id: string;
  /** `null`: all. */
  assetClasses: readonly AssetClass[] | null;
}

export interface ScopedCount {
  /** Of the chosen classes. */
  inside: number;
  /** Of classes that are no longer chosen. */
  outside: number;
}

/**
 * How many records of each kind an integration has in the inventory, to be held against what the source counts:
 * findings from the cubes, without those that are gone; assets as the inventory delivered them, without placeholders
 * and those that are deleted or gone.
 */
export async function recordCounts(db: Kysely<Schema>, integrationId: string): Promise<Map<string, number>> {
  const counts = await scopedCounts(db, { id: integrationId, assetClasses: null });
  return new Map([...counts].map(([kind, { inside }]) => [kind, inside]));
}

/** As `recordCounts`, by whether they are of the classes that the integration is narrowed to. */
export async function scopedCounts(
  db: Kysely<Schema>,
  integration: CountedIntegration,
  assets = countAssets(db, integration),
): Promise<Map<string, ScopedCount>> {
  const { rows } = await sql<ScopedCount & { kind: string }>`
    select kind, coalesce(sum(n) filter (where ${isFindingInside(integration)}), 0)::bigint as inside,
      coalesce(sum(n) filter (where not ${isFindingInside(integration)}), 0)::bigint as outside
    from cube_asset where integration_id = ${integration.id} and status <> 'gone' group by kind`.execute(db);
  const findings = rows.map(({ kind, inside, outside }) => [kind, { inside, outside }] as const);
  return new Map([...findings, ["asset", await assets]]);
}

/**
 * How many records of the chosen classes several integrations have, for a page that may not wait until a million assets
 * are counted: of assets as many as there were when their last pass ended, since little else changes their number. What
 * does, or no pass at all, has them counted anew.
 */
export async function lastRecordCounts(
  db: Kysely<Schema>,
  integrations: readonly CountedIntegration[],
): Promise<Map<string, Map<string, number>>> {
  const ids = integrations.map(({ id }) => id);
  const findings = await sql<{ id: string; kind: string; n: number }>`
    select cube.integration_id as id, kind, sum(n)::bigint as n
    from cube_asset cube join integration on integration.id = cube.integration_id
    where cube.integration_id = any(${ids}::uuid[]) and status <> 'gone'
      and (asset_classes is null or coalesce(nullif(class, ''), 'other') = any(asset_classes))
    group by 1, 2`.execute(db);
  const held = await heldAssets(db, ids);
  const counts = new Map<string, Map<string, number>>();
  for (const integration of integrations) {
    const own = findings.rows.filter(({ id }) => id === integration.id).map(({ kind, n }) => [kind, n] as const);
    const assets = held.get(integration.id) ?? (await countAssets(db, integration)).inside;
    counts.set(integration.id, new Map([...own, ["asset", assets]]));
  }
  return counts;
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

/** How many of a kind are of the chosen classes. */
export async function countRecords(
  db: Kysely<Schema>,
  integration: CountedIntegration,
  kind: RecordKind,
): Promise<number> {
  if (kind === "asset") return (await countAssets(db, integration)).inside;
  const { rows } = await sql<{ n: number }>`
    select coalesce(sum(n), 0)::bigint as n from cube_asset
    where integration_id = ${integration.id} and kind = ${kind} and status <> 'gone'
      and ${isFindingInside(integration)}`.execute(db);
  return rows[0]?.n ?? 0;
}

/** What names no asset goes with the class `other`. */
function isFindingInside({ assetClasses }: CountedIntegration) {
  return assetClasses === null ? sql`true` : sql`coalesce(nullif(class, ''), 'other') = any(${assetClasses})`;
}

export async function countAssets(db: Kysely<Schema>, integration: CountedIntegration): Promise<ScopedCount> {
  const { id, assetClasses } = integration;
  if (assetClasses === null) return { inside: await countAllAssets(db, id), outside: 0 };
  const isInside = sql`asset.class = any(${assetClasses})`;
  const { rows } = await sql<ScopedCount>`
    select count(*) filter (where ${isInside})::int as inside, count(*) filter (where not ${isInside})::int as outside
    from asset_source source join asset on asset.id = source.asset_id
    where ${isLive(id)}`.execute(db);
  return rows[0] ?? { inside: 0, outside: 0 };
}

async function countAllAssets(db: Kysely<Schema>, integrationId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from asset_source source where ${isLive(integrationId)}`.execute(db);
  return rows[0]?.n ?? 0;
}

/** What the integration itself calls deleted is not held, whatever others say of the same asset. */
function isLive(integrationId: string) {
  return sql`source.integration_id = ${integrationId} and not source.is_placeholder and source.gone_at is null
    and source.deleted_at is null`;
}
