import { type Kysely, type Selectable, sql } from "kysely";
import { FencedError } from "../errors.ts";
import { recordKindOf, type StreamName, streamNames } from "../model.ts";
import type { AssetSourceRow } from "./asset.ts";
import type { FindingRow } from "./finding.ts";
import type { Schema } from "./schema.ts";
import type { RenormalizationTable } from "./schema-sync.ts";

/** How far the rebuilding of a stream has come. */
export type Renormalization = Selectable<RenormalizationTable>;

export interface RebuildCounts {
  examined: number;
  rewritten: number;
  /** Not readable with the present mapping: they stay as they are, and are kept as rejected. */
  unreadable: number;
  /** Not kept by the present mapping, or known to it under another name: they stay as they are. */
  unkept: number;
}

export interface RebuildPlace {
  integrationId: string;
  stream: StreamName;
}

/** Begins, or goes on where an earlier process of the same Weir was. */
export async function beginRenormalization(
  db: Kysely<Schema>,
  place: RebuildPlace,
  options: { weirVersion: string; restart: boolean; now: number },
): Promise<Renormalization> {
  const { weirVersion, restart, now } = options;
  return await db.transaction().execute(async (trx) => {
    await trx
      .deleteFrom("renormalization")
      .where("integrationId", "=", place.integrationId)
      .where("stream", "=", place.stream)
      .$if(!restart, (query) => query.where("weirVersion", "<>", weirVersion))
      .execute();
    await trx
      .insertInto("renormalization")
      .values({ ...place, weirVersion, startedAt: new Date(now).toISOString() })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return await trx
      .selectFrom("renormalization")
      .selectAll()
      .where("integrationId", "=", place.integrationId)
      .where("stream", "=", place.stream)
      .executeTakeFirstOrThrow();
  });
}

/**
 * Moves past a batch, in its transaction.
 * @throws FencedError when another process went on with it, or the integration was removed
 */
export async function advanceRenormalization(
  db: Kysely<Schema>,
  from: Pick<Renormalization, "integrationId" | "stream" | "afterId">,
  to: { afterId: string; counts: RebuildCounts },
): Promise<void> {
  const { counts } = to;
  const result = await db
    .updateTable("renormalization")
    .set((eb) => ({
      afterId: to.afterId,
      examined: eb("examined", "+", counts.examined),
      rewritten: eb("rewritten", "+", counts.rewritten),
      unreadable: eb("unreadable", "+", counts.unreadable),
      unkept: eb("unkept", "+", counts.unkept),
    }))
    .where("integrationId", "=", from.integrationId)
    .where("stream", "=", from.stream)
    .where("afterId", "is not distinct from", from.afterId)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n)
    throw new FencedError("Another process went on with this, or the integration was removed");
}

export async function endRenormalization(db: Kysely<Schema>, place: RebuildPlace): Promise<void> {
  await db
    .deleteFrom("renormalization")
    .where("integrationId", "=", place.integrationId)
    .where("stream", "=", place.stream)
    .execute();
}

/** A finding and what the source sent of it, as they were at one instant. */
export interface StoredFinding {
  row: FindingRow;
  raw: Buffer;
}

/** The next findings of a stream in the order of their ids. One statement: a row and its raw form belong together. */
export async function readStoredFindings(
  db: Kysely<Schema>,
  { integrationId, stream }: RebuildPlace,
  batch: { afterId: string | null; limit: number },
): Promise<StoredFinding[]> {
  const rows = await db
    .selectFrom("finding")
    .innerJoin("findingRaw", "findingRaw.id", "finding.id")
    .selectAll("finding")
    .select("findingRaw.raw")
    .where("integrationId", "=", integrationId)
    .where("kind", "=", recordKindOf[stream])
    .$if(batch.afterId !== null, (query) => query.where("finding.id", ">", batch.afterId ?? ""))
    .orderBy("finding.id")
    .limit(batch.limit)
    .execute();
  return rows.map(({ raw, ...row }) => ({ row, raw }));
}

/** Assets that the integration's inventory delivered, in the order of their ids. */
export async function readDeliveredAssetIds(
  db: Kysely<Schema>,
  integrationId: string,
  batch: { afterId: string | null; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom("assetSource")
    .select("assetId")
    .distinct()
    .where("integrationId", "=", integrationId)
    .where(sql<boolean>`not is_placeholder`)
    .$if(batch.afterId !== null, (query) => query.where("assetId", ">", batch.afterId ?? ""))
    .orderBy("assetId")
    .limit(batch.limit)
    .execute();
  return rows.map((row) => row.assetId);
}

/** What an integration's inventory delivered of an asset. */
export interface StoredSource {
  row: AssetSourceRow;
  raw: Buffer;
}

/** The sources of some assets with what was sent of each. One statement: a row and its raw form belong together. */
export async function readStoredSources(db: Kysely<Schema>, assetIds: readonly string[]): Promise<StoredSource[]> {
  const rows = await db
    .selectFrom("assetSource")
    .innerJoin("assetRaw", "assetRaw.id", "assetSource.id")
    .selectAll("assetSource")
    .select("assetRaw.raw")
    .where((eb) => eb("assetSource.assetId", "=", eb.fn.any(eb.val(assetIds))))
    .execute();
  return rows.map(({ raw, ...row }) => ({ row, raw }));
}

/** What was sent of one of the findings on what a source knows, which stands on one of some assets. */
export async function readStoredFindingOf(
  db: Kysely<Schema>,
  { integrationId, externalId }: Pick<AssetSourceRow, "integrationId" | "externalId">,
  assetIds: readonly string[],
): Promise<{ stream: StreamName; raw: Buffer } | null> {
  const row = await db
    .selectFrom("finding")
    .innerJoin("findingRaw", "findingRaw.id", "finding.id")
    .select(["finding.kind", "findingRaw.raw"])
    .where((eb) => eb("finding.assetId", "=", eb.fn.any(eb.val(assetIds))))
    .where("finding.integrationId", "=", integrationId)
    .where("finding.assetExternalId", "=", externalId)
    .orderBy("finding.id")
    .limit(1)
    .executeTakeFirst();
  const stream = streamNames.find((name) => recordKindOf[name] === row?.kind);
  return row === undefined || stream === undefined ? null : { stream, raw: row.raw };
}
