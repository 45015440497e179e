import { type Kysely, sql } from "kysely";
import type { AssetClass, RecordKind } from "../model.ts";
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
): Promise<Map<string, ScopedCount>> {
  const { rows } = await sql<ScopedCount & { kind: string }>`
    select kind, coalesce(sum(n) filter (where ${isFindingInside(integration)}), 0)::bigint as inside,
      coalesce(sum(n) filter (where not ${isFindingInside(integration)}), 0)::bigint as outside
    from cube_asset where integration_id = ${integration.id} and status <> 'gone' group by kind`.execute(db);
  const findings = rows.map(({ kind, inside, outside }) => [kind, { inside, outside }] as const);
  return new Map([...findings, ["asset", await countAssets(db, integration)]]);
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

async function countAssets(db: Kysely<Schema>, { id, assetClasses }: CountedIntegration): Promise<ScopedCount> {
  const isInside = assetClasses === null ? sql`true` : sql`asset.class = any(${assetClasses})`;
  const { rows } = await sql<ScopedCount>`
    select count(*) filter (where ${isInside})::int as inside, count(*) filter (where not ${isInside})::int as outside
    from asset_source source join asset on asset.id = source.asset_id
    where source.integration_id = ${id} and not source.is_placeholder and source.gone_at is null
      and asset.status <> 'deleted'`.execute(db);
  return rows[0] ?? { inside: 0, outside: 0 };
}
