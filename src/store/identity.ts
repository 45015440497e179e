import { type Kysely, sql } from "kysely";
import type { Identifiers } from "../model.ts";
import { type BatchTable, insertBatch, type Write, writeOf } from "./batch.ts";
import type { Schema } from "./schema.ts";

/** A source as identification sees it. */
export interface StoredIdentity {
  id: string;
  assetId: string;
  integrationId: string;
  externalId: string;
  /** `null`: no machine. */
  identifiers: Identifiers | null;
  isLive: boolean;
  isPlaceholder: boolean;
  addedAt: string;
  version: number;
}

export interface KeyRow {
  key: string;
  sourceId: string;
}

const keyTable: BatchTable<KeyRow> = {
  name: "identityKey",
  key: ["key", "sourceId"],
  columns: { key: "uuid", sourceId: "uuid" },
};

/**
 * Stores which values sources show, and which no longer. Those who still show a value that somebody shows no more are
 * noted: what they are may have hung on it.
 */
export async function writeIdentityKeys(
  trx: Kysely<Schema>,
  { added, removed }: { added: readonly KeyRow[]; removed: readonly KeyRow[] },
): Promise<void> {
  await insertBatch(trx, keyTable, added, { do: "nothing" });
  if (removed.length === 0) return;
  const keys = removed.map(({ key }) => key);
  const sources = removed.map(({ sourceId }) => sourceId);
  await sql`delete from identity_key using unnest(${keys}::uuid[], ${sources}::uuid[]) as gone (key, source_id)
    where identity_key.key = gone.key and identity_key.source_id = gone.source_id`.execute(trx);
  await sql`insert into identity_todo (source_id)
    select distinct source_id from (select distinct unnest(${keys}::uuid[]) as key) gone
    cross join lateral (
      select source_id from identity_key where identity_key.key = gone.key limit ${mostHoldersRead}
    ) holder`.execute(trx);
}

/** Keys of sources that others may be bringing too: to be written after those sources, or two would wait for each other. */
export function identityKeyWrite(rows: readonly KeyRow[]): Write {
  return writeOf(keyTable, rows, { do: "nothing" });
}

/** Notes that somebody is to look which asset these sources are. */
export async function noteIdentities(trx: Kysely<Schema>, sourceIds: readonly string[]): Promise<void> {
  if (sourceIds.length === 0) return;
  await sql`insert into identity_todo (source_id) select unnest(${sourceIds}::uuid[])`.execute(trx);
}

/**
 * Notes all machines, to be looked at in the background: rules changed, and those of one integration may have stood
 * between those of others. What is noted so already is noted once.
 */
export async function noteAllInBackground(trx: Kysely<Schema>): Promise<void> {
  await sql`delete from identity_todo where id in (
    select id from identity_todo where is_background for update skip locked)`.execute(trx);
  await sql`insert into identity_todo (source_id, is_background)
    select id, true from asset_source where identifiers is not null order by id`.execute(trx);
}

export interface Take {
  limit: number;
  /** Waits for what others took, which else is left to them. */
  isWaiting: boolean;
  /** Also what was noted in the background. */
  isBackground: boolean;
}

/** Takes some of what is noted. A rollback gives it back. */
export async function takeNoted(
  trx: Kysely<Schema>,
  { limit, isWaiting, isBackground }: Take,
): Promise<{ ids: number[]; sourceIds: string[] }> {
  const { rows } = await sql<{ id: number; sourceId: string }>`
    select id, source_id as "sourceId" from identity_todo
    where ${isBackground ? sql`true` : sql`not is_background`} order by id limit ${limit}
    for update ${isWaiting ? sql`` : sql`skip locked`}`.execute(trx);
  return { ids: rows.map(({ id }) => id), sourceIds: [...new Set(rows.map(({ sourceId }) => sourceId))] };
}

/** A look that costs next to nothing: most pages bring no machine. */
export async function hasNoted(db: Kysely<Schema>, { isBackground }: Pick<Take, "isBackground">): Promise<boolean> {
  const { rows } = await sql`select from identity_todo
    where ${isBackground ? sql`true` : sql`not is_background`} limit 1`.execute(db);
  return rows.length > 0;
}

export async function forgetNoted(trx: Kysely<Schema>, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`delete from identity_todo where id = any(${ids}::bigint[])`.execute(trx);
}

/** How many machines of an integration are still to be looked at in the background. */
export async function countNoted(db: Kysely<Schema>, integrationId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(distinct source_id)::int as n
    from identity_todo join asset_source on asset_source.id = identity_todo.source_id
    where is_background and integration_id = ${integrationId}`.execute(db);
  return rows[0]?.n ?? 0;
}

/** The sources of these ids, and all that are of the same assets. */
export async function readIdentities(db: Kysely<Schema>, ids: readonly string[]): Promise<StoredIdentity[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<StoredIdentity>`
    select id, asset_id as "assetId", integration_id as "integrationId", external_id as "externalId", identifiers,
      gone_at is null and deleted_at is null as "isLive", is_placeholder as "isPlaceholder", added_at as "addedAt", version
    from asset_source where asset_id = any (
      select asset_id from asset_source where id = any(${ids}::uuid[])
    )`.execute(db);
  return rows;
}

/** One more than may show a value that still identifies. */
const mostHoldersRead = 51;

export interface Holders {
  /** Who shows a key, where several do, but not too many. */
  shared: Map<string, string[]>;
  /** Keys that too many show. */
  common: string[];
  /** Of both, those that too many showed so far. */
  marked: string[];
}

/** Who else shows these keys. */
export async function readHolders(db: Kysely<Schema>, keys: readonly string[]): Promise<Holders> {
  const shared = new Map<string, string[]>();
  const common: string[] = [];
  const marked: string[] = [];
  if (keys.length === 0) return { shared, common, marked };
  const { rows } = await sql<{ key: string; sourceIds: string[]; isMarked: boolean }>`
    select asked.key, array_agg(holder.source_id) as "sourceIds",
      exists (select from identity_common where identity_common.key = asked.key) as "isMarked"
    from unnest(${keys}::uuid[]) as asked (key)
    cross join lateral (
      select source_id from identity_key where identity_key.key = asked.key limit ${mostHoldersRead}
    ) holder
    group by asked.key having count(*) > 1`.execute(db);
  for (const { key, sourceIds, isMarked } of rows) {
    if (isMarked) marked.push(key);
    if (sourceIds.length === mostHoldersRead) common.push(key);
    else shared.set(key, sourceIds);
  }
  return { shared, common, marked };
}

/**
 * Remembers which keys too many show. Where that is news, all who show such a key are noted: what they are may have hung
 * on it, or may do so now.
 */
export async function markCommon(
  trx: Kysely<Schema>,
  { common, marked }: { common: ReadonlySet<string>; marked: ReadonlySet<string> },
): Promise<void> {
  const begun = [...common].filter((key) => !marked.has(key));
  const ended = [...marked].filter((key) => !common.has(key));
  if (begun.length + ended.length === 0) return;
  await sql`insert into identity_common (key) select unnest(${begun}::uuid[]) on conflict do nothing`.execute(trx);
  await sql`delete from identity_common where key = any(${ended}::uuid[])`.execute(trx);
  await sql`insert into identity_todo (source_id)
    select distinct source_id from identity_key where key = any(${[...begun, ...ended]}::uuid[])`.execute(trx);
}

export async function readSeparations(
  db: Kysely<Schema>,
  sourceIds: readonly string[],
): Promise<(readonly [string, string])[]> {
  if (sourceIds.length === 0) return [];
  const rows = await db
    .selectFrom("identitySeparation")
    .select(["sourceA", "sourceB"])
    .where((eb) => eb("sourceA", "=", eb.fn.any(eb.val(sourceIds))))
    .execute();
  return rows.map(({ sourceA, sourceB }) => [sourceA, sourceB] as const);
}

/** What was decided of sources that are removed. Their keys are left for `forgetLostKeys`. */
export async function forgetIdentities(trx: Kysely<Schema>, sourceIds: readonly string[]): Promise<void> {
  await sql`delete from identity_log where source_id = any(${sourceIds}::uuid[])`.execute(trx);
  await sql`delete from identity_separation
    where source_a = any(${sourceIds}::uuid[]) or source_b = any(${sourceIds}::uuid[])`.execute(trx);
}

/** Keys of sources that are no more go, and those who shared one of them are noted. Reads all keys. */
export async function forgetLostKeys(db: Kysely<Schema>): Promise<void> {
  await sql`with lost as (
      delete from identity_key
      where not exists (select from asset_source where asset_source.id = identity_key.source_id)
      returning key
    )
    insert into identity_todo (source_id)
    select distinct holder.source_id from (select distinct key from lost) as lost
    cross join lateral (
      select source_id from identity_key where identity_key.key = lost.key limit ${mostHoldersRead}
    ) holder
    where exists (select from asset_source where asset_source.id = holder.source_id)`.execute(db);
}
