import { type Kysely, type Selectable, sql } from "kysely";
import { ConflictError } from "../errors.ts";
import type { Schema } from "./schema.ts";
import type { PreferenceTable } from "./schema-users.ts";

export type PreferenceRow = Pick<Selectable<PreferenceTable>, "key" | "value">;

/** A user's preferences by key, each value as JSON text. */
export async function listPreferences(db: Kysely<Schema>, userId: string): Promise<PreferenceRow[]> {
  return await db
    .selectFrom("preference")
    .select(["key", "value"])
    .where("userId", "=", userId)
    .orderBy("key")
    .execute();
}

/** @throws ConflictError when it would be one more than a user may have */
export async function putPreference(
  db: Kysely<Schema>,
  { userId, key, value }: PreferenceRow & { userId: string },
  { now, most }: { now: number; most: number },
): Promise<void> {
  const changedAt = new Date(now).toISOString();
  await db.transaction().execute(async (trx) => {
    // Two at once would both see the last free place.
    await sql`select from app_user where id = ${userId} for no key update`.execute(trx);
    await trx
      .insertInto("preference")
      .values({ userId, key, value, changedAt })
      .onConflict((conflict) => conflict.columns(["userId", "key"]).doUpdateSet({ value, changedAt }))
      .execute();
    const { n } = await trx
      .selectFrom("preference")
      .select((eb) => eb.fn.countAll<number>().as("n"))
      .where("userId", "=", userId)
      .executeTakeFirstOrThrow();
    if (n > most) throw new ConflictError(`You have ${most} preferences already: delete some first.`);
  });
}

export async function deletePreference(db: Kysely<Schema>, userId: string, key: string): Promise<void> {
  await db.deleteFrom("preference").where("userId", "=", userId).where("key", "=", key).execute();
}
