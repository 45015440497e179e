import { type Kysely, sql } from "kysely";
import type { StreamName } from "../model.ts";
import type { Schema } from "./schema.ts";

/**
 * The ids that a full pass saw, in a table of its own that is dropped when the pass is done with: writing "still there"
 * onto every record would rewrite the inventory each day. An id may stand there twice; a null stands for a record that
 * could not be told apart.
 */
export function seenTable(passId: string) {
  return sql.table(`seen_${passId.replaceAll("-", "")}`);
}

export async function createSeen(trx: Kysely<Schema>, passId: string): Promise<void> {
  await sql`create table ${seenTable(passId)} (id uuid)`.execute(trx);
}

export async function dropSeen(db: Kysely<Schema>, passId: string): Promise<void> {
  await sql`drop table if exists ${seenTable(passId)}`.execute(db);
}

/** Notes what a page held, in the transaction that stores the page. */
export async function addSeen(
  trx: Kysely<Schema>,
  passIds: readonly string[],
  ids: readonly (string | null)[],
): Promise<void> {
  if (ids.length === 0) return;
  for (const passId of passIds) await sql`insert into ${seenTable(passId)} select unnest(${ids}::uuid[])`.execute(trx);
}

/**
 * The unfinished full passes of a stream that keep what they see. What a delta brings meanwhile counts as seen too: it
 * may have come after the full pass had been there.
 */
export async function openSeenPasses(
  trx: Kysely<Schema>,
  integrationId: string,
  stream: StreamName,
): Promise<string[]> {
  const rows = await trx
    .selectFrom("pass")
    .select("id")
    .where("integrationId", "=", integrationId)
    .where("stream", "=", stream)
    .where("lane", "=", "full")
    .where("tracksSeen", "=", true)
    .where("finishedAt", "is", null)
    .execute();
  return rows.map(({ id }) => id);
}

/** How many different records the pass saw, and whether there was one that could not be told apart. */
export async function countSeen(
  db: Kysely<Schema>,
  passId: string,
): Promise<{ records: number; hasUnidentified: boolean }> {
  const { rows } = await sql<{ records: number; unidentified: number }>`
    select count(distinct id)::int as records, count(*) filter (where id is null)::int as unidentified
    from ${seenTable(passId)}`.execute(db);
  return { records: rows[0]?.records ?? 0, hasUnidentified: (rows[0]?.unidentified ?? 0) > 0 };
}
