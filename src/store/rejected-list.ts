import { type Kysely, type SelectQueryBuilder, sql } from "kysely";
import { NotFoundError } from "../errors.ts";
import type { StreamName } from "../model.ts";
import type { Schema } from "./schema.ts";

/** A record that could not be read, as people see it. */
export interface RejectedRecordView {
  id: string;
  integration: string;
  stream: string;
  /** `null` when not even that could be read. */
  externalId: string | null;
  reason: string;
  /** When it was seen first and last. */
  firstAt: string;
  lastAt: string;
}

export interface RejectedFilter {
  integrationId?: string | undefined;
  streams?: readonly StreamName[] | undefined;
}

/** The newest first, after a place if there is one; without a limit all of them. */
export async function listRejected(
  db: Kysely<Schema>,
  filter: RejectedFilter,
  limit: number | null,
  after: { lastAt: string; id: string } | null = null,
): Promise<RejectedRecordView[]> {
  return await filtered(db.selectFrom("rejectedRecord"), filter)
    .innerJoin("integration", "integration.id", "rejectedRecord.integrationId")
    .select([
      "rejectedRecord.id",
      "integration.name as integration",
      "rejectedRecord.stream",
      "rejectedRecord.externalId",
      "rejectedRecord.reason",
      "rejectedRecord.firstAt",
      "rejectedRecord.lastAt",
    ])
    .$if(after !== null, (query) =>
      query.where((eb) =>
        eb(
          eb.refTuple("rejectedRecord.lastAt", "rejectedRecord.id"),
          "<",
          eb.tuple(after?.lastAt ?? "", after?.id ?? ""),
        ),
      ),
    )
    .orderBy("rejectedRecord.lastAt", "desc")
    .orderBy("rejectedRecord.id", "desc")
    .$if(limit !== null, (query) => query.limit(limit ?? 0))
    .execute();
}

export interface RejectedGroup {
  stream: string;
  reason: string;
  n: number;
}

/** How many there are of each reason, the most frequent first. */
export async function groupRejected(db: Kysely<Schema>, filter: RejectedFilter): Promise<RejectedGroup[]> {
  return await filtered(db.selectFrom("rejectedRecord"), filter)
    .select((eb) => ["stream", "reason", eb.fn.countAll<number>().as("n")])
    .groupBy(["stream", "reason"])
    .orderBy("n", "desc")
    .orderBy("stream")
    .execute();
}

function filtered<O>(
  query: SelectQueryBuilder<Schema, "rejectedRecord", O>,
  { integrationId, streams }: RejectedFilter,
): SelectQueryBuilder<Schema, "rejectedRecord", O> {
  return query
    .$if(integrationId !== undefined, (q) => q.where("rejectedRecord.integrationId", "=", integrationId ?? ""))
    .$if(streams !== undefined, (q) => q.where("rejectedRecord.stream", "in", streams ?? []));
}

/** What was sent of one, packed; by its id or by the source's. @throws NotFoundError, also when the name is of several */
export async function findRejected(db: Kysely<Schema>, id: string): Promise<{ raw: Buffer; reason: string }> {
  const rows = await db
    .selectFrom("rejectedRecord")
    .select(["raw", "reason"])
    .where((eb) => eb.or([eb(sql`id::text`, "=", id.toLowerCase()), eb("externalId", "=", id)]))
    .limit(2)
    .execute();
  const [row, other] = rows;
  if (row === undefined)
    throw new NotFoundError(`No rejected record has the id "${id}": \`weir rejected\` lists them.`);
  if (other !== undefined)
    throw new NotFoundError(`Several rejected records have the id "${id}": give the one of \`weir rejected\`.`);
  return row;
}

/** A rejected record that is to be read again. */
export interface RejectedRaw {
  id: string;
  reason: string;
  raw: Buffer;
  lastAt: string;
}

/** The next rejected records of a stream in the order of their ids. */
export async function readRejected(
  db: Kysely<Schema>,
  of: { integrationId: string; stream: StreamName },
  batch: { afterId: string | null; limit: number },
): Promise<RejectedRaw[]> {
  return await db
    .selectFrom("rejectedRecord")
    .select(["id", "reason", "raw", "lastAt"])
    .where("integrationId", "=", of.integrationId)
    .where("stream", "=", of.stream)
    .$if(batch.afterId !== null, (query) => query.where("id", ">", batch.afterId ?? ""))
    .orderBy("id")
    .limit(batch.limit)
    .execute();
}

/** Forgets records that can be read now, unless they came again meanwhile: then they are other ones. */
export async function settleRejected(db: Kysely<Schema>, rows: readonly RejectedRaw[]): Promise<void> {
  if (rows.length === 0) return;
  const [ids, times] = [rows.map((row) => row.id), rows.map((row) => row.lastAt)];
  await sql`delete from rejected_record using unnest(${ids}::uuid[], ${times}::timestamptz[]) as read (id, last_at)
    where rejected_record.id = read.id and rejected_record.last_at = read.last_at`.execute(db);
}

/** Why they cannot be read now, which may be another reason than it was. */
export async function updateReasons(
  db: Kysely<Schema>,
  rows: readonly Pick<RejectedRaw, "id" | "reason">[],
): Promise<void> {
  if (rows.length === 0) return;
  const [ids, reasons] = [rows.map((row) => row.id), rows.map((row) => row.reason)];
  await sql`update rejected_record set reason = now.reason
    from unnest(${ids}::uuid[], ${reasons}::text[]) as now (id, reason)
    where rejected_record.id = now.id and rejected_record.reason <> now.reason`.execute(db);
}
