import { type Kysely, type RawBuilder, sql } from "kysely";
import type { RecordKind } from "../model.ts";
import { lockKeys, lockSpace } from "./lock-keys.ts";
import type { Schema } from "./schema.ts";

/** The constants of the asset score (src/risk/constants.ts), so that SQL and code score alike. */
export interface AssetScoreConstants {
  readonly exposedFactor: number;
  readonly internalFactor: number;
  /** The factor of the worst open finding, by its score; from the top. */
  readonly worstFactors: readonly Readonly<{ from: number; factor: number }>[];
  readonly countWeights: Readonly<{ critical: number; high: number; medium: number; low: number }>;
  readonly max: number;
}

export interface Touched {
  integrationId: string;
  /** The findings of this kind that changed; `asset`: the assets that changed. */
  kind: RecordKind;
  /** ISO time on our clock. */
  since: string;
}

/**
 * Since when the changes of a pass's stream may not be in the counts and scores of its assets: since it began, or since
 * an earlier pass began that stored some pages and then failed or was cancelled.
 */
export async function unscoredSince(
  db: Kysely<Schema>,
  pass: { integrationId: string; stream: string; startedAt: string },
): Promise<string> {
  const { rows } = await sql<{ since: string }>`
    select least(${pass.startedAt}::timestamptz, min(started_at)) as since from pass
    where integration_id = ${pass.integrationId} and stream = ${pass.stream}
      and finished_at is not null and result <> 'success'
      and finished_at >= coalesce((
        select max(scored.started_at) from pass scored
        where scored.integration_id = ${pass.integrationId} and scored.stream = ${pass.stream}
          and scored.result = 'success'), '-infinity')`.execute(db);
  return rows[0]?.since ?? pass.startedAt;
}

/**
 * Counts the open findings of every asset that a pass touched, and scores it anew. Rows that stay the same are not
 * written. One at a time: of two that count the same asset, the one that looked earlier must not write later.
 */
export async function refreshAssetRisk(
  db: Kysely<Schema>,
  touched: Touched,
  constants: AssetScoreConstants,
): Promise<void> {
  await refreshOneAtATime(db, touchedAssets(touched), constants);
}

/** The same for some assets, for example since their criticality changed. */
export async function scoreAssets(
  db: Kysely<Schema>,
  ids: readonly string[],
  constants: AssetScoreConstants,
): Promise<void> {
  await refreshOneAtATime(db, sql`select id from asset where id = any(${ids}::uuid[])`, constants);
}

/** A query for the ids of the assets that a pass touched. */
export function touchedAssets({ integrationId, kind, since }: Touched): RawBuilder<unknown> {
  return kind === "asset" ? changedAssets(integrationId, since) : changedFindings(integrationId, kind, since);
}

async function refreshOneAtATime(
  db: Kysely<Schema>,
  touched: RawBuilder<unknown>,
  constants: AssetScoreConstants,
): Promise<void> {
  const refresh = async (trx: Kysely<Schema>) => {
    // A statement of its own: what is counted is looked at when the lock is held.
    await lockAssetRisk(trx);
    await countAndScore(trx, touched, constants);
  };
  await (db.isTransaction ? refresh(db) : db.transaction().execute(refresh));
}

/** Who also locks findings takes this first, and so waits for it without keeping others waiting. */
export async function lockAssetRisk(trx: Kysely<Schema>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockSpace}, ${lockKeys.assetRisk})`.execute(trx);
}

/**
 * What is open is told apart when it is counted, not when it is looked for: where statistics are missing, the planner
 * would read an index of all that is open once for every asset.
 */
async function countAndScore(db: Kysely<Schema>, touched: RawBuilder<unknown>, c: AssetScoreConstants): Promise<void> {
  const band = sql.join(
    c.worstFactors.map(({ from, factor }) => sql`when worst >= ${from} then ${factor}::numeric`),
    sql` `,
  );
  await sql`
    with touched as (${touched}),
    counted as (
      select touched.id,
        count(*) filter (where is_open and severity = 5)::int as critical,
        count(*) filter (where is_open and severity = 4)::int as high,
        count(*) filter (where is_open and severity = 3)::int as medium,
        count(*) filter (where is_open and severity = 2)::int as low,
        count(*) filter (where is_open and severity = 1)::int as informational,
        coalesce(max(finding.risk_score) filter (where is_open), 0) as worst
      from touched left join finding on finding.asset_id = touched.id
        cross join lateral (select finding.status in ('open', 'in_progress') as is_open) as state
      group by touched.id
    ),
    scored as (
      select counted.*, least(${c.max}, floor(0.5 + asset.criticality
        * (case when asset.is_internet_exposed then ${c.exposedFactor}::numeric else ${c.internalFactor}::numeric end)
        * (worst * (case ${band} else 1 end)
          + critical * ${c.countWeights.critical}::numeric + high * ${c.countWeights.high}::numeric
          + medium * ${c.countWeights.medium}::numeric + low * ${c.countWeights.low}::numeric)))::int as score
      from counted join asset on asset.id = counted.id
    )
    update asset set open_critical = critical, open_high = high, open_medium = medium, open_low = low,
      open_informational = informational, risk_score = score
    from scored
    where asset.id = scored.id
      and (open_critical, open_high, open_medium, open_low, open_informational, risk_score)
        is distinct from (critical, high, medium, low, informational, score)`.execute(db);
}

function changedFindings(integrationId: string, kind: RecordKind, since: string) {
  return sql`select distinct asset_id as id from finding
    where integration_id = ${integrationId} and kind = ${kind} and changed_at >= ${since} and asset_id is not null`;
}

function changedAssets(integrationId: string, since: string) {
  return sql`select distinct asset_id as id from asset_source join asset on asset.id = asset_source.asset_id
    where integration_id = ${integrationId} and changed_at >= ${since}`;
}
