import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import type { Schema } from "./schema.ts";
import type { AssetTagTable } from "./schema-tags.ts";

type Sql = RawBuilder<SqlBool>;

/** Which tag comes to assets, and how. */
export interface Tagging {
  tagId: string;
  how: AssetTagTable["how"];
  /** ISO time of this write. */
  at: string;
}

/** Puts a tag on assets that exist and lack it; answers on how many. Each is then due, see `apply-tags.ts`. */
export async function tagAssets(trx: Kysely<Schema>, tagging: Tagging, ids: readonly string[]): Promise<number> {
  return await tagFound(trx, tagging, { where: sql<SqlBool>`asset.id = any(${ids}::uuid[])`, limit: ids.length });
}

/** The same for assets that a condition on `asset` finds, as many as the limit says. */
export async function tagFound(
  trx: Kysely<Schema>,
  { tagId, how, at }: Tagging,
  { where, limit }: { where: Sql; limit: number },
): Promise<number> {
  return await counted(
    trx,
    sql`
    with found as materialized (
      select asset.id from asset where ${where}
        and not exists (select from asset_tag has where has.asset_id = asset.id and has.tag_id = ${tagId})
      limit ${limit}
    ), changed as (
      insert into asset_tag (asset_id, tag_id, how, at) select id, ${tagId}, ${how}, ${at} from found order by id
      on conflict do nothing returning asset_id
    )`,
  );
}

/** Takes a tag from assets; answers from how many. */
export async function untagAssets(trx: Kysely<Schema>, tagId: string, ids: readonly string[]): Promise<number> {
  return await untag(trx, tagId, { where: sql<SqlBool>`has.asset_id = any(${ids}::uuid[])`, limit: ids.length });
}

/** Takes it from assets that a condition on `asset` finds (or, `not`, does not find), as many as the limit says. */
export async function untagFound(
  trx: Kysely<Schema>,
  tagId: string,
  { where, limit, not, among }: { where: Sql; limit: number; not?: boolean; among?: Sql | undefined },
): Promise<number> {
  const found = sql`exists (select from asset where asset.id = has.asset_id and ${where})`;
  const touched =
    among === undefined ? sql`true` : sql`exists (select from asset where asset.id = has.asset_id and ${among})`;
  return await untag(trx, tagId, {
    where: sql<SqlBool>`${touched} and ${not === true ? sql`not ${found}` : found}`,
    limit,
  });
}

async function untag(
  trx: Kysely<Schema>,
  tagId: string,
  { where, limit }: { where: Sql; limit: number },
): Promise<number> {
  return await counted(
    trx,
    sql`
    with found as materialized (
      select has.asset_id from asset_tag has where has.tag_id = ${tagId} and ${where} limit ${limit}
    ), changed as (
      delete from asset_tag using found
      where asset_tag.asset_id = found.asset_id and asset_tag.tag_id = ${tagId} returning asset_tag.asset_id
    )`,
  );
}

/** What changed in `changed` is due; in order, so that two who note the same assets do not wait for each other. */
async function counted(trx: Kysely<Schema>, changed: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ n: number }>`${changed}, noted as (
      insert into asset_tag_due (asset_id) select asset_id from changed order by asset_id
      on conflict (asset_id) do update set mark = default
    ) select count(*)::int as n from changed`.execute(trx);
  return rows[0]?.n ?? 0;
}

/** Something about the tag itself changed: so it did for all assets that have it. */
export async function noteAllDue(trx: Kysely<Schema>, tagId: string): Promise<number> {
  return await counted(trx, sql`with changed as (select asset_id from asset_tag where tag_id = ${tagId})`);
}

/** Gives the tags of assets to others that live on in their place. What both have stays once. */
export async function moveAssetTags(trx: Kysely<Schema>, heirs: ReadonlyMap<string, string>): Promise<void> {
  const [gone, to] = [[...heirs.keys()], [...heirs.values()]];
  await sql`
    insert into asset_tag (asset_id, tag_id, how, at) select heir, tag_id, how, at from asset_tag
    join unnest(${gone}::uuid[], ${to}::uuid[]) as inherited (gone, heir) on asset_id = gone order by heir, tag_id
    on conflict do nothing`.execute(trx);
  await sql`delete from asset_tag where asset_id = any(${gone}::uuid[])`.execute(trx);
  await sql`insert into asset_tag_due (asset_id) select distinct heir from unnest(${to}::uuid[]) as inherited (heir)
    order by heir on conflict (asset_id) do update set mark = default`.execute(trx);
}

/** The tags of an asset that are people's own, the most critical first. */
export async function readOwnTags(db: Kysely<Schema>, assetId: string) {
  return await db
    .selectFrom("assetTag")
    .innerJoin("tag", "tag.id", "assetTag.tagId")
    .select(["tag.id", "tag.name", "tag.criticality", "tag.kind", "assetTag.at"])
    .where("assetTag.assetId", "=", assetId)
    .orderBy("tag.criticality", (order) => order.desc().nullsLast())
    .orderBy(sql`lower(tag.name)`)
    .execute();
}

/**
 * Of how many assets a tag alone decides the criticality: no other says as much, and it is not what they would have
 * anyway.
 */
export async function countDecided(db: Kysely<Schema>, tagId: string, standard: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from asset_tag has join tag on tag.id = has.tag_id
    where has.tag_id = ${tagId} and tag.criticality is not null
      and tag.criticality <> coalesce((
        select max(other.criticality) from asset_tag beside join tag other on other.id = beside.tag_id
        where beside.asset_id = has.asset_id and beside.tag_id <> ${tagId}), ${standard})
      and tag.criticality >= coalesce((
        select max(other.criticality) from asset_tag beside join tag other on other.id = beside.tag_id
        where beside.asset_id = has.asset_id and beside.tag_id <> ${tagId}), 0)`.execute(db);
  return rows[0]?.n ?? 0;
}
