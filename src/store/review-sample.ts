import { type Kysely, sql } from "kysely";
import { type Severity, severityRank } from "../model.ts";
import type { StreamOf } from "./missing.ts";
import type { Schema } from "./schema.ts";

const severityOf = new Map(Object.entries(severityRank).map(([word, rank]) => [rank, word as Severity]));

function severityName(rank: number | null): Severity | null {
  return rank === null ? null : (severityOf.get(rank) ?? null);
}

/** A record that waits for a decision. */
export interface WaitingRecord {
  /** Of the finding; of the asset where it is one. */
  id: string;
  externalId: string;
  title: string;
  /** The name of its asset, of a finding. */
  asset: string | null;
  severity: Severity | null;
  status: string;
  lastSeenAt: string | null;
}

/** Some of the records that a decision would be about, the most severe first. */
export async function sampleWaiting(
  db: Kysely<Schema>,
  { integrationId, stream }: StreamOf,
  limit: number,
): Promise<WaitingRecord[]> {
  const waiting = sql`missing_record missing where missing.integration_id = ${integrationId}
    and missing.stream = ${stream} and missing.state = 'waiting'`;
  const query =
    stream === "assets"
      ? sql<WaitingRecord & { rank: number | null }>`
          select asset.id, source.external_id as "externalId", asset.name as title, null as asset, null::int as rank, asset.status,
            source.last_seen_at as "lastSeenAt"
          from (select id from ${waiting}) missing
          join asset_source source on source.id = missing.id join asset on asset.id = source.asset_id
          order by asset.risk_score desc, asset.id limit ${limit}`
      : sql<WaitingRecord & { rank: number | null }>`
          select finding.id, external_id as "externalId", title, asset_name as asset, severity as rank, status, last_found_at as "lastSeenAt"
          from (select id from ${waiting}) missing join finding on finding.id = missing.id
          order by severity desc, finding.id limit ${limit}`;
  const { rows } = await query.execute(db);
  return rows.map(({ rank, ...row }) => ({ ...row, severity: severityName(rank) }));
}

/** How many of the records that wait have each severity; nothing for assets. */
export async function countWaiting(db: Kysely<Schema>, of: StreamOf): Promise<Record<string, number>> {
  if (of.stream === "assets") return {};
  const { rows } = await sql<{ rank: number; n: number }>`
    select severity as rank, count(*)::int as n from missing_record missing join finding on finding.id = missing.id
    where missing.integration_id = ${of.integrationId} and missing.stream = ${of.stream} and missing.state = 'waiting'
    group by severity order by severity desc`.execute(db);
  return Object.fromEntries(rows.map(({ rank, n }) => [severityName(rank) ?? String(rank), n]));
}
