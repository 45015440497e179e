import { type Kysely, sql } from "kysely";
import { NotFoundError } from "../errors.ts";
import { countSources } from "./asset.ts";
import { type AssetScoreConstants, refreshAssetRisk } from "./asset-risk.ts";
import { type AuditEntry, recordAudit } from "./audit.ts";
import { repeatOnConflict } from "./conflict.ts";
import { type CubedFinding, cubedColumns, moveCubes } from "./cube.ts";
import { forgetIdentities, forgetLostKeys, noteIdentities } from "./identity.ts";
import type { Schema } from "./schema.ts";

export interface RemovalDeps {
  db: Kysely<Schema>;
  now: () => number;
  /** For the assets that other integrations know too: their score loses the findings that go. */
  score: AssetScoreConstants;
  /** Who removes it, for the audit log. */
  by: Pick<AuditEntry, "actor" | "address">;
}

/** What went so far. */
export interface Removed {
  findings: number;
  /** Assets that no other integration knows. */
  assets: number;
  signals: number;
}

/**
 * Removes an integration and everything that only it brought. First the integration itself with its runs, passes and
 * slices: from then on no page of it can be stored, since storing one moves its slice. Then the data in batches, each
 * with the cubes in one transaction, so counts are right at every moment. A removal that is interrupted is remembered
 * (`unfinishedRemovals`); calling this again with its id finishes it.
 * @throws NotFoundError when there is neither an integration nor an unfinished removal with this id
 */
export async function removeIntegration(
  deps: RemovalDeps,
  id: string,
  onProgress: (removed: Removed) => void = () => undefined,
): Promise<Removed> {
  const { db } = deps;
  const removed: Removed = { findings: 0, assets: 0, signals: 0 };
  const since = new Date(deps.now()).toISOString();
  await repeatOnConflict(() => removeRow(deps, id));
  for await (const ids of idsOf(db, "finding", id)) {
    removed.findings += await inTransaction(db, (trx) => removeFindings(trx, ids));
    onProgress(removed);
  }
  for await (const ids of idsOf(db, "assetSource", id)) {
    removed.assets += await inTransaction(db, (trx) => removeSources(trx, ids, since));
    onProgress(removed);
  }
  await removeLeftovers(db, id);
  removed.signals = await removeSignals(db, id);
  await repeatOnConflict(() => db.deleteFrom("cubeSignal").where("integrationId", "=", id).execute());
  onProgress(removed);
  await correctOthers(deps, since);
  await db.deleteFrom("setting").where("key", "=", mark(id)).execute();
  return removed;
}

/** As often as it takes: others may be writing what is shared. */
export async function inTransaction<T>(db: Kysely<Schema>, work: (trx: Kysely<Schema>) => Promise<T>): Promise<T> {
  return await repeatOnConflict(() => db.transaction().execute(work));
}

/** Removals that were interrupted: the integrations are gone from the list, some of their data is not. */
export async function unfinishedRemovals(db: Kysely<Schema>): Promise<{ id: string; name: string }[]> {
  const rows = await db
    .selectFrom("setting")
    .selectAll()
    .where("key", "like", `${mark("")}%`)
    .execute();
  return rows.map((row) => ({ id: row.key.slice(mark("").length), name: row.value as string }));
}

const mark = (id: string) => `removing ${id}`;

async function removeRow({ db, by, now }: RemovalDeps, id: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const row = await trx.deleteFrom("integration").where("id", "=", id).returning("name").executeTakeFirst();
    if (row !== undefined) {
      await trx
        .insertInto("setting")
        .values({ key: mark(id), value: JSON.stringify(row.name) })
        .execute();
      const subject = { type: "integration", id, name: row.name };
      await recordAudit(trx, { ...by, action: "integration.remove", subject }, now());
      return;
    }
    const known = await unfinishedRemovals(trx);
    if (!known.some((removal) => removal.id === id)) throw new NotFoundError(`There is no integration ${id}.`);
  });
}

/** Keeps transactions short, so that readers and other integrations never wait for long. */
export const batchSize = 5_000;

/** The ids of an integration's rows, batch by batch in the order of the primary key. */
async function* idsOf(
  db: Kysely<Schema>,
  table: "finding" | "assetSource" | "definition" | "rejectedRecord" | "missingRecord",
  integrationId: string,
): AsyncGenerator<string[]> {
  for (let last = "00000000-0000-0000-0000-000000000000"; ; ) {
    const rows = await db
      .selectFrom(table)
      .select("id")
      .where("integrationId", "=", integrationId)
      .where("id", ">", last)
      .orderBy("id")
      .limit(batchSize)
      .execute();
    const end = rows.at(-1);
    if (end === undefined) return;
    yield rows.map((row) => row.id);
    last = end.id;
  }
}

export async function removeFindings(trx: Kysely<Schema>, ids: readonly string[]): Promise<number> {
  // Another integration's page may be carrying the facts of a shared asset over to these findings: it holds the
  // asset, so with the asset in hand there is nobody who would write a finding again that is gone.
  await sql`select from asset where id in (select asset_id from finding where id = any(${ids}))
    order by id for update`.execute(trx);
  const gone: CubedFinding[] = await trx
    .deleteFrom("finding")
    .where((eb) => eb("id", "=", eb.fn.any(eb.val(ids))))
    .returning(cubedColumns)
    .execute();
  await trx
    .deleteFrom("findingRaw")
    .where((eb) => eb("id", "=", eb.fn.any(eb.val(ids))))
    .execute();
  await moveCubes(trx, gone, []);
  return gone.length;
}

/** The hash of a source whose asset is to be written at the next chance, whatever was fetched. */
export const noHash = "00000000-0000-0000-0000-000000000000";

/**
 * Removes what the integration knows of assets, and the assets that nobody else knows. On the others, its word may
 * stand in the facts: their remaining sources are marked as changed, so that the next full pass writes theirs.
 */
export async function removeSources(trx: Kysely<Schema>, ids: readonly string[], at: string): Promise<number> {
  const sources = await trx
    .deleteFrom("assetSource")
    .where((eb) => eb("id", "=", eb.fn.any(eb.val(ids))))
    .returning("assetId")
    .execute();
  await trx
    .deleteFrom("assetRaw")
    .where((eb) => eb("id", "=", eb.fn.any(eb.val(ids))))
    .execute();
  const assetIds = [...new Set(sources.map((source) => source.assetId))];
  await forgetIdentities(trx, ids);
  const kept = await trx
    .updateTable("assetSource")
    .set((eb) => ({ hash: noHash, version: eb("version", "+", 1) }))
    .where((eb) => eb("assetId", "=", eb.fn.any(eb.val(assetIds))))
    .returning(["id", "assetId", "identifiers"])
    .execute();
  await noteIdentities(
    trx,
    kept.filter(({ identifiers }) => identifiers !== null).map(({ id }) => id),
  );
  const keptIds = new Set(kept.map((source) => source.assetId));
  await trx
    .updateTable("asset")
    .set((eb) => ({ sourceUpdatedAt: null, changedAt: at, version: eb("version", "+", 1) }))
    .where((eb) => eb("id", "=", eb.fn.any(eb.val([...keptIds]))))
    .execute();
  await countSources(trx, [...keptIds]);
  const gone = await trx
    .deleteFrom("asset")
    .where((eb) => eb("id", "=", eb.fn.any(eb.val(assetIds.filter((id) => !keptIds.has(id))))))
    .executeTakeFirst();
  return Number(gone.numDeletedRows);
}

async function removeLeftovers(db: Kysely<Schema>, id: string): Promise<void> {
  for (const table of ["definition", "rejectedRecord", "missingRecord"] as const)
    for await (const ids of idsOf(db, table, id))
      await db
        .deleteFrom(table)
        .where((eb) => eb("id", "=", eb.fn.any(eb.val(ids))))
        .execute();
  await repeatOnConflict(async () => {
    await db.deleteFrom("cubeAsset").where("integrationId", "=", id).where("n", "=", 0).execute();
    for (const cube of ["cubeProject", "cubeCve", "cubeDay", "cubeAccount", "cubeExploit", "cubeFix"] as const)
      await db.deleteFrom(cube).where("n", "=", 0).execute();
  });
  await sql`delete from asset_key where not exists (select from asset where asset.id = asset_key.asset_id)`.execute(db);
}

/** Partition by partition, since each has an index of its own on the id. */
async function removeSignals(db: Kysely<Schema>, integrationId: string): Promise<number> {
  const partitions = await sql<{ name: string }>`
    select inhrelid::regclass::text as name from pg_inherits where inhparent = 'signal'::regclass`.execute(db);
  let count = 0;
  for (const { name } of partitions.rows) {
    const table = sql.raw(name);
    for (let last = "00000000-0000-0000-0000-000000000000"; ; ) {
      const { rows } = await sql<{ n: number; last: string | null }>`
        with batch as (
          select id, at from ${table} where integration_id = ${integrationId} and id > ${last}::uuid
          order by id limit ${batchSize}
        ), gone as (
          delete from ${table} using batch where ${table}.id = batch.id and ${table}.at = batch.at
        )
        select count(*)::int as n, (array_agg(id order by id desc))[1] as last from batch`.execute(db);
      const end = rows[0];
      if (end === undefined || end.last === null) break;
      count += end.n;
      last = end.last;
    }
  }
  return count;
}

/**
 * Assets that others know too are scored without the findings that went. A source of another integration that joined
 * an asset in the moment it was removed is marked as changed: the next full pass writes the asset again.
 */
export async function correctOthers(deps: RemovalDeps, since: string): Promise<void> {
  const { db, score } = deps;
  await forgetLostKeys(db);
  const others = await db.selectFrom("integration").select("id").execute();
  for (const { id } of others) await refreshAssetRisk(db, { integrationId: id, kind: "asset", since }, score);
  await sql`update asset_source set hash = ${noHash}, version = version + 1
    where hash <> ${noHash} and not exists (select from asset where asset.id = asset_source.asset_id)`.execute(db);
}
