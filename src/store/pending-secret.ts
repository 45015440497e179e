import { type Kysely, sql } from "kysely";
import { noPendingSecret } from "./integration.ts";
import type { Schema } from "./schema.ts";
import type { SecretBox } from "./secret.ts";

export interface Credentials {
  clientId: string;
  clientSecret: string;
}

/** A secret that waits to take over. */
export interface PendingSecret extends Credentials {
  /** As it lies in the database: it says whether it is still the same one. */
  sealed: Buffer;
}

/** Lays a new secret beside the present one, in the place of another that waits there. */
export async function savePendingSecret(
  db: Kysely<Schema>,
  box: SecretBox,
  id: string,
  { clientId, clientSecret }: Credentials,
  now: number,
): Promise<void> {
  await db
    .updateTable("integration")
    .set({
      ...noPendingSecret,
      pendingSecret: box.seal(clientSecret, id),
      pendingClientId: clientId,
      pendingSince: new Date(now).toISOString(),
    })
    .where("id", "=", id)
    .execute();
}

/** @throws ConfigError when the key is not the one that sealed it */
export async function readPendingSecret(db: Kysely<Schema>, box: SecretBox, id: string): Promise<PendingSecret | null> {
  const row = await db
    .selectFrom("integration")
    .select(["pendingSecret", "pendingClientId"])
    .where("id", "=", id)
    .executeTakeFirst();
  const { pendingSecret: sealed = null, pendingClientId: clientId = null } = row ?? {};
  if (sealed === null || clientId === null) return null;
  return { sealed, clientId, clientSecret: box.open(sealed, id) };
}

/** Why it did not work, unless another one waits by now. */
export async function notePendingFailure(
  db: Kysely<Schema>,
  id: string,
  sealed: Buffer,
  error: string,
  now: number,
): Promise<void> {
  await db
    .updateTable("integration")
    .set({ pendingTriedAt: new Date(now).toISOString(), pendingError: error })
    .where("id", "=", id)
    .where("pendingSecret", "=", sealed)
    .execute();
}

/** The secret that waits becomes the present one, and that one is forgotten. `false`: it does not wait any more. */
export async function promotePendingSecret(
  db: Kysely<Schema>,
  id: string,
  pending: PendingSecret,
  accountKey: string,
  now: number,
): Promise<boolean> {
  const result = await db
    .updateTable("integration")
    .set({
      ...noPendingSecret,
      secret: pending.sealed,
      clientId: pending.clientId,
      accountKey,
      updatedAt: new Date(now).toISOString(),
    })
    .where("id", "=", id)
    .where("pendingSecret", "=", pending.sealed)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/**
 * Gives a secret to the other integrations of its service account too: an account has one at a time. Returns them.
 */
export async function shareSecret(
  db: Kysely<Schema>,
  box: SecretBox,
  with_: { accountKey: string; tokenUrl: string; exceptId: string },
  clientSecret: string,
  now: number,
): Promise<{ id: string; name: string }[]> {
  const others = await db
    .selectFrom("integration")
    .select(["id", "name"])
    .where("accountKey", "=", with_.accountKey)
    .where("tokenUrl", "=", with_.tokenUrl)
    .where("id", "<>", with_.exceptId)
    .orderBy("id")
    .forUpdate()
    .execute();
  for (const { id } of others)
    await db
      .updateTable("integration")
      .set({ secret: box.seal(clientSecret, id), updatedAt: new Date(now).toISOString() })
      .where("id", "=", id)
      .execute();
  return others;
}

/** `false`: there was none. */
export async function dropPendingSecret(db: Kysely<Schema>, id: string): Promise<boolean> {
  const result = await db
    .updateTable("integration")
    .set(noPendingSecret)
    .where("id", "=", id)
    .where(sql<boolean>`pending_secret is not null`)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
