import { type Kysely, sql } from "kysely";
import { type AssetClass, recordKindOf, type StreamName } from "../model.ts";
import { among } from "./among.ts";
import { countAssets } from "./record-counts.ts";
import type { Schema } from "./schema.ts";
import { seenTable } from "./seen.ts";

/**
 * `counting`: not missing often enough. `approved`: becomes `gone` now. `waiting`: a person decides. `kept`: a person
 * decided that it stays as it is until the source shows it again.
 */
export type MissingState = "counting" | "approved" | "waiting" | "kept";

export interface StreamOf {
  integrationId: string;
  stream: StreamName;
}

/** A stream as a pass could see it. */
export interface SeenStream extends StreamOf {
  /** Classes of assets that were asked for; `null`: all. Of others nothing was seen, so none of them is missing. */
  classes: readonly AssetClass[] | null;
}

/**
 * What counts as missing: open records of the stream that the pass did not see and that nothing has written since it
 * began. Closed records stay what they are when the source forgets them.
 */
function missingIds({ integrationId, stream, classes }: SeenStream, pass: { id: string; startedAt: string }) {
  const unseen = sql`not exists (select from ${seenTable(pass.id)} seen where seen.id = candidate.id)`;
  if (stream === "assets")
    return sql`select candidate.id from asset_source candidate join asset on asset.id = candidate.asset_id
      where candidate.integration_id = ${integrationId} and not candidate.is_placeholder and candidate.gone_at is null
        and candidate.deleted_at is null and asset.status <> 'deleted' and asset.changed_at < ${pass.startedAt} and ${isAssetAsked(classes)} and ${unseen}`;
  return sql`select candidate.id from finding candidate
    where candidate.integration_id = ${integrationId} and candidate.kind = ${recordKindOf[stream]}
      and candidate.status in ('open', 'in_progress', 'accepted') and candidate.changed_at < ${pass.startedAt}
      and ${isFindingAsked(classes)} and ${unseen}`;
}

function isAssetAsked(classes: SeenStream["classes"]) {
  return classes === null ? sql`true` : sql`asset.class = any(${classes})`;
}

function isFindingAsked(classes: SeenStream["classes"], column = "candidate.asset_class") {
  return classes === null ? sql`true` : sql`coalesce(nullif(${sql.ref(column)}, ''), 'other') = any(${classes})`;
}

/** Records of a stream that are open at the source, each of which could become missing. */
export async function countOpen(db: Kysely<Schema>, { integrationId, stream, classes }: SeenStream): Promise<number> {
  if (stream === "assets") return (await countAssets(db, { id: integrationId, assetClasses: classes })).inside;
  const { rows } = await sql<{ n: number }>`select coalesce(sum(n), 0)::int as n from cube_asset
    where integration_id = ${integrationId} and kind = ${recordKindOf[stream]}
      and status in ('open', 'in_progress', 'accepted') and ${isFindingAsked(classes, "cube_asset.class")}`.execute(db);
  return rows[0]?.n ?? 0;
}

/**
 * Counts one more complete pass for every record that it did not see, and forgets those that are there again. Returns
 * how many are missing.
 */
export async function countMissing(
  trx: Kysely<Schema>,
  of: SeenStream,
  pass: { id: string; startedAt: string },
  now: string,
): Promise<number> {
  await sql`analyze ${seenTable(pass.id)}`.execute(trx);
  await sql`create temporary table missing_now (id uuid primary key) on commit drop`.execute(trx);
  // The inventory may have grown past its statistics; what would then be the planner's choice takes the square of it.
  await sql`set local enable_nestloop = off`.execute(trx);
  await sql`insert into missing_now ${missingIds(of, pass)}`.execute(trx);
  await sql`set local enable_nestloop = on`.execute(trx);
  await forgetFound(trx, of);
  const { rows } = await sql<{ n: number }>`
    with counted as (
      insert into missing_record (id, integration_id, stream, passes, state, since)
      select id, ${of.integrationId}::uuid, ${of.stream}, 1, 'counting', ${now}::timestamptz from missing_now order by id
      on conflict (id) do update set passes = least(missing_record.passes + 1, 1000)
      returning 1
    ) select count(*)::int as n from counted`.execute(trx);
  return rows[0]?.n ?? 0;
}

/** Of classes that were not asked for, what was counted is void; what a person decided stands. */
async function forgetFound(trx: Kysely<Schema>, { integrationId, stream, classes }: SeenStream): Promise<void> {
  const record =
    stream === "assets"
      ? sql`select from asset_source candidate join asset on asset.id = candidate.asset_id
          where candidate.id = missing_record.id and not ${isAssetAsked(classes)}`
      : sql`select from finding candidate where candidate.id = missing_record.id and not ${isFindingAsked(classes)}`;
  const isKept = classes === null ? sql`false` : sql`state = 'kept' and exists (${record})`;
  await sql`delete from missing_record
    where integration_id = ${integrationId} and stream = ${stream} and not (${isKept})
      and not exists (select from missing_now where missing_now.id = missing_record.id)`.execute(trx);
}

/** Records that have been missing from at least so many passes, in a state. */
export async function countInState(
  db: Kysely<Schema>,
  { integrationId, stream }: StreamOf,
  state: MissingState,
  passes = 1,
): Promise<number> {
  const row = await db
    .selectFrom("missingRecord")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .where("integrationId", "=", integrationId)
    .where("stream", "=", stream)
    .where("state", "=", state)
    .where("passes", ">=", passes)
    .executeTakeFirstOrThrow();
  return row.n;
}

export async function moveMissing(
  db: Kysely<Schema>,
  { integrationId, stream }: StreamOf,
  move: { from: MissingState; to: MissingState; passes?: number },
): Promise<void> {
  await db
    .updateTable("missingRecord")
    .set({ state: move.to })
    .where("integrationId", "=", integrationId)
    .where("stream", "=", stream)
    .where("state", "=", move.from)
    .where("passes", ">=", move.passes ?? 1)
    .execute();
}

/** Some of the records that are to become gone now. */
export async function readApproved(
  db: Kysely<Schema>,
  { integrationId, stream }: StreamOf,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom("missingRecord")
    .select("id")
    .where("integrationId", "=", integrationId)
    .where("stream", "=", stream)
    .where("state", "=", "approved")
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

export async function forgetMissing(db: Kysely<Schema>, ids: readonly string[]): Promise<void> {
  await db.deleteFrom("missingRecord").where("id", "in", among(ids)).execute();
}

/** How many are missing, by stream and state. */
export async function readMissingCounts(
  db: Kysely<Schema>,
  integrationId: string,
): Promise<{ stream: string; state: MissingState; n: number }[]> {
  const rows = await db
    .selectFrom("missingRecord")
    .select((eb) => ["stream", "state", eb.fn.countAll<number>().as("n")])
    .where("integrationId", "=", integrationId)
    .groupBy(["stream", "state"])
    .execute();
  return rows as { stream: string; state: MissingState; n: number }[];
}
