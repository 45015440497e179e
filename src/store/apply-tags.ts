import { type Kysely, sql } from "kysely";
import { lockAssetFacts } from "./asset-copies-lock.ts";
import type { Schema } from "./schema.ts";

export interface DueAsset {
  assetId: string;
  mark: number;
}

/** Some of the assets whose tags changed. */
export async function readDueAssets(db: Kysely<Schema>, limit: number): Promise<DueAsset[]> {
  return await db.selectFrom("assetTagDue").selectAll().orderBy("assetId").limit(limit).execute();
}

export async function countDueAssets(db: Kysely<Schema>): Promise<number> {
  const { n } = await db
    .selectFrom("assetTagDue")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .executeTakeFirstOrThrow();
  return n;
}

/**
 * Carries the tags of some assets to where they are read: the asset's own columns, its criticality, and the copies on
 * its findings. What is right already is not written. The version moves, so that a page which read the asset before is
 * done again instead of writing the tags as they were.
 */
export async function applyTags(
  trx: Kysely<Schema>,
  ids: readonly string[],
  { at, standard }: { at: string; standard: number },
): Promise<void> {
  // Findings that are being stored just now copy the tags as they were: they come first, the others wait.
  await lockAssetFacts(trx);
  await sql`select from asset where id = any(${ids}::uuid[]) order by id for no key update`.execute(trx);
  await sql`
    with own as (
      select due.id, coalesce(array_agg(tag.name order by lower(tag.name)) filter (where tag.id is not null), '{}') as names,
        coalesce(max(tag.criticality), ${standard}) as criticality
      from unnest(${ids}::uuid[]) as due (id)
      left join asset_tag on asset_tag.asset_id = due.id left join tag on tag.id = asset_tag.tag_id
      group by due.id
    )
    update asset set
      criticality = own.criticality,
      own_tags = own.names,
      source_tags = case when cardinality(own.names) > 0 then coalesce(asset.source_tags, asset.tags) end,
      tags = coalesce(asset.source_tags, asset.tags) || array(
        select name from unnest(own.names) with ordinality as named (name, i)
        where name <> all (coalesce(asset.source_tags, asset.tags)) order by i),
      changed_at = ${at}, version = asset.version + 1
    from own
    where asset.id = own.id and (asset.own_tags, asset.criticality) is distinct from (own.names, own.criticality)`.execute(
    trx,
  );
  await sql`
    update finding set tags = asset.tags, changed_at = ${at}, version = finding.version + 1
    from asset
    where asset.id = any(${ids}::uuid[]) and finding.asset_id = asset.id and finding.tags is distinct from asset.tags`.execute(
    trx,
  );
}

/** Strikes off what is done, except what became due again meanwhile. */
export async function strikeOffDue(trx: Kysely<Schema>, due: readonly DueAsset[]): Promise<void> {
  await sql`
    delete from asset_tag_due using unnest(${due.map(({ assetId }) => assetId)}::uuid[], ${due.map(({ mark }) => mark)}::bigint[])
      as done (asset_id, mark)
    where asset_tag_due.asset_id = done.asset_id and asset_tag_due.mark = done.mark`.execute(trx);
}
