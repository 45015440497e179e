import { type Kysely, sql } from "kysely";
import { lockKeys, lockSpace } from "./lock-keys.ts";
import type { Schema } from "./schema.ts";

/**
 * Held to the end of a transaction that copies facts of assets into findings. Any number may at once, but not while the
 * facts are changed: who changes them carries them over to all findings that there are, and could not see these.
 */
export async function shareAssetFacts(trx: Kysely<Schema>): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${lockSpace}, ${lockKeys.assetCopies})`.execute(trx);
}

/** Waits for all that copy facts of assets, and lets no other do so until the end of the transaction. */
export async function lockAssetFacts(trx: Kysely<Schema>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockSpace}, ${lockKeys.assetCopies})`.execute(trx);
}
