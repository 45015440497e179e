import { randomUUID } from "node:crypto";
import type { Kysely, Selectable } from "kysely";
import { NotFoundError } from "../errors.ts";
import type { StreamName } from "../model.ts";
import type { StreamOf } from "./missing.ts";
import type { Schema } from "./schema.ts";
import type { ReviewTable } from "./schema-sync.ts";

/** `mass`: unusually many records are missing. `empty`: the source has none at all. `scope`: the account sees less. */
export type ReviewReason = "mass" | "empty" | "scope";
export type ReviewDecision = "approved" | "rejected" | "settled";

/** A change that is too large to make without a person. */
export interface Review extends Selectable<ReviewTable> {
  stream: StreamName;
  reason: ReviewReason;
}

export async function openReviews(db: Kysely<Schema>, integrationId: string): Promise<Review[]> {
  return await openReviewsOf(db, [integrationId]);
}

export async function openReviewsOf(db: Kysely<Schema>, integrationIds: readonly string[]): Promise<Review[]> {
  const rows = await db
    .selectFrom("review")
    .selectAll()
    .where((eb) => eb("integrationId", "=", eb.fn.any(eb.val(integrationIds))))
    .where("decidedAt", "is", null)
    .orderBy("stream")
    .execute();
  return rows as Review[];
}

export async function findOpenReview(db: Kysely<Schema>, { integrationId, stream }: StreamOf): Promise<Review | null> {
  return (await openReviews(db, integrationId)).find((review) => review.stream === stream) ?? null;
}

/** Whether it is decided or not. @throws NotFoundError */
export async function findReview(db: Kysely<Schema>, id: string): Promise<Review> {
  const row = await db.selectFrom("review").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new NotFoundError(`There is no review ${id}: its integration may have been removed.`);
  return row as Review;
}

export interface NewReview extends StreamOf {
  reason: ReviewReason;
  records: number;
  openRecords: number;
}

/** Asks for a decision, or brings the one that is asked for already up to date. */
export async function raiseReview(db: Kysely<Schema>, review: NewReview, now: string): Promise<void> {
  const known = await findOpenReview(db, review);
  const { records, openRecords } = review;
  if (known !== null) await db.updateTable("review").set({ records, openRecords }).where("id", "=", known.id).execute();
  else
    await db
      .insertInto("review")
      .values({ id: randomUUID(), ...review, raisedAt: now })
      .execute();
}

/** @throws NotFoundError when it was decided meanwhile */
export async function decideReview(
  db: Kysely<Schema>,
  id: string,
  end: { decision: ReviewDecision; by: string; now: string },
): Promise<void> {
  const result = await db
    .updateTable("review")
    .set({ decision: end.decision, decidedBy: end.by, decidedAt: end.now })
    .where("id", "=", id)
    .where("decidedAt", "is", null)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) throw new NotFoundError("This review is decided already.");
}
