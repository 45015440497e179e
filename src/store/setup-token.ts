import type { Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/** Keeps a set-up token beside those of other processes; those that ended are forgotten. */
export async function insertSetupToken(
  db: Kysely<Schema>,
  secretHash: Buffer,
  expiresAt: string,
  now: number,
): Promise<void> {
  await db.deleteFrom("setupToken").where("expiresAt", "<=", new Date(now).toISOString()).execute();
  await db.insertInto("setupToken").values({ secretHash, expiresAt }).execute();
}

/** When a set-up token ends; `undefined`: there is no such token. */
export async function setupTokenEnd(db: Kysely<Schema>, secretHash: Buffer): Promise<string | undefined> {
  const row = await db
    .selectFrom("setupToken")
    .select("expiresAt")
    .where("secretHash", "=", secretHash)
    .executeTakeFirst();
  return row?.expiresAt;
}

export async function deleteSetupTokens(db: Kysely<Schema>): Promise<void> {
  await db.deleteFrom("setupToken").execute();
}
