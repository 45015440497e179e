import type { Insertable, Kysely } from "kysely";
import { CompiledQuery } from "kysely";
import type { StreamName } from "../model.ts";
import { recordId } from "./id.ts";
import type { Schema } from "./schema.ts";
import type { RejectedRecordTable } from "./schema-sync.ts";

export type RejectedRow = Omit<Insertable<RejectedRecordTable>, "raw"> & { raw: string };

/** The id under which a record is kept that could not be read; `key` is its external id, or else its content. */
export function rejectedId(integrationId: string, stream: StreamName, key: string): string {
  return recordId("rejected", integrationId, stream, key);
}

/**
 * Keeps records that could not be read; one that comes back keeps the time of its first appearance. They are what is
 * wrong with a page, so nothing about them may be what stops it: one that stands there twice is kept once, and what
 * PostgreSQL does not take as text is taken out of the reason.
 */
export async function writeRejected(db: Kysely<Schema>, rows: readonly RejectedRow[]): Promise<void> {
  if (rows.length === 0) return;
  const unique = new Map(rows.map((row) => [row.id, { ...row, reason: storable(row.reason) }]));
  await db.executeQuery(
    CompiledQuery.raw(
      `insert into rejected_record (id, integration_id, stream, external_id, reason, raw, first_at, last_at)
select id, "integrationId", stream, "externalId", reason, decode(raw, 'base64'), "firstAt", "lastAt"
from json_to_recordset($1::json) as r(id uuid, "integrationId" uuid, stream text, "externalId" text, reason text,
  raw text, "firstAt" timestamptz, "lastAt" timestamptz)
order by id
on conflict (id) do update set reason = excluded.reason, raw = excluded.raw, last_at = excluded.last_at`,
      [JSON.stringify([...unique.values()])],
    ),
  );
}

function storable(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}

/** Whether any record of the stream is rejected. Mostly none is, and then nobody need look for those of a page. */
export async function hasRejected(
  db: Kysely<Schema>,
  { integrationId, stream }: { integrationId: string; stream: StreamName },
): Promise<boolean> {
  const any = await db
    .selectFrom("rejectedRecord")
    .select("id")
    .where("integrationId", "=", integrationId)
    .where("stream", "=", stream)
    .limit(1)
    .executeTakeFirst();
  return any !== undefined;
}

/** A record that can be read again is no longer rejected. */
export async function forgetRejected(db: Kysely<Schema>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .deleteFrom("rejectedRecord")
    .where((eb) => eb("id", "=", eb.fn.any(eb.val(ids))))
    .execute();
}
