import { createHash } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

/** A bucket of `burst` tries that gets one back every `refillMs`. */
export interface Bucket {
  burst: number;
  refillMs: number;
}

/**
 * Takes one try out of a bucket that all processes share: one row with the instant when it is full again (GCRA). Answers
 * with 0, or with the milliseconds until there is one to take. A clock that was set back empties it at worst.
 */
export async function takeTry(db: Kysely<Schema>, name: string, bucket: Bucket, now: number): Promise<number> {
  const { burst, refillMs } = bucket;
  const at = new Date(now).toISOString();
  const full = new Date(now + burst * refillMs).toISOString();
  const next = new Date(now + refillMs).toISOString();
  const moved = sql<string>`greatest(rate_limit.full_at, ${at}::timestamptz) + ${refillMs} * interval '1 millisecond'`;
  const taken = await db
    .insertInto("rateLimit")
    .values({ key: keyOf(name), fullAt: next })
    .onConflict((conflict) =>
      conflict.column("key").doUpdateSet({ fullAt: moved }).where(sql<boolean>`${moved} <= ${full}::timestamptz`),
    )
    .returning("fullAt")
    .executeTakeFirst();
  return taken === undefined ? await untilNext(db, name, bucket, now) : 0;
}

async function untilNext(db: Kysely<Schema>, name: string, bucket: Bucket, now: number): Promise<number> {
  const { burst, refillMs } = bucket;
  const latest = now + burst * refillMs;
  const row = await db.selectFrom("rateLimit").select("fullAt").where("key", "=", keyOf(name)).executeTakeFirst();
  const fullAt = Date.parse(row?.fullAt ?? "") || latest;
  if (fullAt > latest)
    await db
      .updateTable("rateLimit")
      .set({ fullAt: new Date(latest).toISOString() })
      .where("key", "=", keyOf(name))
      .execute();
  return Math.max(1, Math.min(fullAt, latest) + refillMs - latest);
}

/** Gives one try back: it was none that should count. */
export async function giveBackTry(db: Kysely<Schema>, name: string, { refillMs }: Bucket): Promise<void> {
  await db
    .updateTable("rateLimit")
    .set({ fullAt: sql`full_at - ${refillMs} * interval '1 millisecond'` })
    .where("key", "=", keyOf(name))
    .execute();
}

/** Fills the bucket. */
export async function forgetTries(db: Kysely<Schema>, name: string): Promise<void> {
  await db.deleteFrom("rateLimit").where("key", "=", keyOf(name)).execute();
}

function keyOf(name: string): Buffer {
  return createHash("sha256").update(name).digest();
}
