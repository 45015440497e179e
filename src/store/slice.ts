import { type Kysely, type Selectable, sql } from "kysely";
import type { Count, SliceSpec } from "../connectors/connector.ts";
import { FencedError } from "../errors.ts";
import type { Schema } from "./schema.ts";
import type { SliceTable } from "./schema-sync.ts";

export interface PageCounts {
  fetched: number;
  written: number;
  unchanged: number;
  rejected: number;
  partialPages: number;
  /** Fetched and left out: of asset classes that are not wanted. */
  outOfScope: number;
}

export interface SliceMove {
  id: string;
  /** The cursor that fetched the page. */
  from: string | null;
  /** The page's own end; `null` ends the slice. */
  to: string | null;
  epoch: number;
  count: Count | null;
}

/**
 * Moves the cursor past a page, if nobody else did and the lease still holds.
 * @throws FencedError else
 */
export async function moveSlice(db: Kysely<Schema>, move: SliceMove): Promise<void> {
  const result = await db
    .updateTable("slice")
    .set((eb) => ({
      cursor: move.to,
      isDone: move.to === null,
      pages: eb("pages", "+", 1),
      ...(move.count === null ? {} : { sourceCount: move.count.value, isCountCapped: move.count.isCapped }),
    }))
    .where("id", "=", move.id)
    .where("cursor", "is not distinct from", move.from)
    .where("epoch", "=", move.epoch)
    .where("isDone", "=", false)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) throw new FencedError("Another process went on with this part of the sync");
}

export async function addSliceCounts(db: Kysely<Schema>, id: string, counts: PageCounts): Promise<void> {
  await db
    .updateTable("slice")
    .set((eb) => ({
      fetched: eb("fetched", "+", counts.fetched),
      written: eb("written", "+", counts.written),
      unchanged: eb("unchanged", "+", counts.unchanged),
      rejected: eb("rejected", "+", counts.rejected),
      partialPages: eb("partialPages", "+", counts.partialPages),
      outOfScope: eb("outOfScope", "+", counts.outOfScope),
    }))
    .where("id", "=", id)
    .execute();
}

export type SliceRow = Omit<Selectable<SliceTable>, "spec"> & { spec: SliceSpec };

export async function readSlices(db: Kysely<Schema>, passId: string): Promise<SliceRow[]> {
  const rows = await db.selectFrom("slice").selectAll().where("passId", "=", passId).orderBy("position").execute();
  return rows.map((row) => ({ ...row, spec: row.spec as SliceSpec }));
}

/** A slice as it is now: its cursor moves with every page. */
export async function readSlice(db: Kysely<Schema>, id: string): Promise<SliceRow> {
  const row = await db.selectFrom("slice").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  return { ...row, spec: row.spec as SliceSpec };
}

/** The cursor is no longer good: the slice begins again. What it stored stays; storing it again changes nothing. */
export async function restartSlice(db: Kysely<Schema>, id: string, epoch: number): Promise<void> {
  const result = await db
    .updateTable("slice")
    .set((eb) => ({
      cursor: null,
      restarts: eb("restarts", "+", 1),
      fetched: 0,
      written: 0,
      unchanged: 0,
      rejected: 0,
      partialPages: 0,
      outOfScope: 0,
      pages: 0,
    }))
    .where("id", "=", id)
    .where("epoch", "=", epoch)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) throw new FencedError("Another process went on with this part of the sync");
}

/** Takes the unfinished slices of an account's passes under a new lease; pages of older leases bounce from now on. */
export async function adoptSlices(db: Kysely<Schema>, accountKey: string, epoch: number): Promise<void> {
  await sql`update slice set epoch = ${epoch}
    from pass
    where slice.pass_id = pass.id and pass.account_key = ${accountKey} and pass.finished_at is null`.execute(db);
}
