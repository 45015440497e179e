import { type Kysely, sql } from "kysely";
import { PageConflictError } from "./batch.ts";
import type { Schema } from "./schema.ts";

/** A source that turned out to be of another asset. */
export interface SourceMove {
  sourceId: string;
  from: string;
  to: string;
  /** Of the source, as it was read. */
  version: number;
}

/** Keeps assets and what is written of them until the end of the transaction. */
export async function lockAssets(trx: Kysely<Schema>, ids: readonly string[]): Promise<void> {
  await sql`select from asset where id = any(${ids}::uuid[]) order by id for update`.execute(trx);
}

/**
 * Lifts the version of each asset that sources come to over those of the assets they come from, so that no version of an
 * asset ever comes twice, also if it goes and comes again: the ids of its changes are made of them. Returns the lowest
 * version that each had, whether it is there or still to be made.
 */
export async function liftVersions(trx: Kysely<Schema>, moves: readonly SourceMove[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; version: number }>`
    select came.id, max(version) as version
    from unnest(${moves.map(({ to }) => to)}::uuid[], ${moves.map(({ from }) => from)}::uuid[]) as came (id, "from")
    join asset on asset.id = came."from" group by 1`.execute(trx);
  await sql`update asset set version = lifted.version
    from unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ version }) => version)}::integer[]) as lifted (id, version)
    where asset.id = lifted.id and asset.version < lifted.version`.execute(trx);
  return new Map(rows.map(({ id, version }) => [id, version]));
}

/** @throws PageConflictError when somebody wrote one of the sources, or removed it, since it was read */
export async function moveSources(trx: Kysely<Schema>, moves: readonly SourceMove[]): Promise<void> {
  const result = await sql`
    update asset_source set asset_id = moved.asset_id, version = asset_source.version + 1
    from unnest(${moves.map(({ sourceId }) => sourceId)}::uuid[], ${moves.map(({ to }) => to)}::uuid[],
      ${moves.map(({ version }) => version)}::integer[]) as moved (id, asset_id, version)
    where asset_source.id = moved.id and asset_source.version = moved.version`.execute(trx);
  if (Number(result.numAffectedRows ?? 0) !== moves.length)
    throw new PageConflictError("Someone else wrote a source meanwhile");
}

/**
 * What hangs on assets goes where their sources went. The change log goes by the source that it is of; what is of a
 * source that is no more, and what people said of the asset, goes to the heir of an asset that is no more.
 */
export async function moveHangers(
  trx: Kysely<Schema>,
  { assetIds, heirs, at }: { assetIds: readonly string[]; heirs: ReadonlyMap<string, string>; at: string },
): Promise<void> {
  await sql`update signal set subject_id = source.asset_id from asset_source source
    where signal.subject_id = any(${assetIds}::uuid[]) and signal.subject_kind = 'asset'
      and source.id::text = signal.external_id and source.id = any (
        select id from asset_source where asset_id = any(${assetIds}::uuid[]))
      and signal.subject_id <> source.asset_id`.execute(trx);
  if (heirs.size === 0) return;
  const [gone, to] = [[...heirs.keys()], [...heirs.values()]];
  const inherited = sql`unnest(${gone}::uuid[], ${to}::uuid[]) as inherited (gone, heir)`;
  await sql`update signal set subject_id = heir from ${inherited}
    where signal.subject_id = gone and signal.subject_kind = 'asset'`.execute(trx);
  await moveOwnTags(trx, { gone, to, at });
  await sql`delete from asset_key where asset_id = any(${gone}::uuid[])`.execute(trx);
  await sql`delete from asset where id = any(${gone}::uuid[])
    and not exists (select from asset_source where asset_source.asset_id = asset.id)`.execute(trx);
}

/** Tags that people put on an asset stay on the machine; what a query found is found again. */
async function moveOwnTags(
  trx: Kysely<Schema>,
  { gone, to, at }: { gone: readonly string[]; to: readonly string[]; at: string },
): Promise<void> {
  const { rows } = await sql<{ has: boolean }>`select to_regclass('asset_tag') is not null as has`.execute(trx);
  if (rows[0]?.has !== true) return;
  const inherited = sql`unnest(${gone}::uuid[], ${to}::uuid[]) as inherited (gone, heir)`;
  await sql`insert into asset_tag (asset_id, tag_id, how, at)
    select heir, tag_id, how, ${at}::timestamptz from asset_tag join ${inherited} on asset_id = gone
    on conflict do nothing`.execute(trx);
}
