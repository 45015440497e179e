import { setTimeout as delay } from "node:timers/promises";
import { type Insertable, type Kysely, sql } from "kysely";
import { ConflictError } from "../errors.ts";
import { type BatchTable, insertBatch } from "./batch.ts";
import type { FeedName } from "./feed.ts";
import { lockKeys, lockSpace } from "./lock-keys.ts";
import type { Schema } from "./schema.ts";
import type { FeedEpssTable, FeedImportTable, FeedKevTable } from "./schema-feeds.ts";

/** One import after the other: each compares itself with the one before. */
export async function lockFeedImports(trx: Kysely<Schema>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockSpace}, ${lockKeys.feedImport})`.execute(trx);
}

/** Notes a file that is being loaded; it is not in use yet. Answers with its number. */
export async function beginFeedImport(
  trx: Kysely<Schema>,
  about: Omit<Insertable<FeedImportTable>, "rows" | "isCurrent" | "id">,
): Promise<number> {
  const { id } = await trx
    .insertInto("feedImport")
    .values({ ...about, rows: 0, isCurrent: false })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

const epssTable: BatchTable<FeedEpssTable> = {
  name: "feedEpss",
  key: ["importId", "cve"],
  columns: { importId: "bigint", cve: "text", epss: "real", percentile: "real" },
};

const kevTable: BatchTable<FeedKevTable> = {
  name: "feedKev",
  key: ["importId", "cve"],
  columns: {
    importId: "bigint",
    cve: "text",
    vendorProject: "text",
    product: "text",
    vulnerabilityName: "text",
    addedOn: "date",
    dueOn: "date",
    description: "text",
    requiredAction: "text",
    ransomwareUse: "text",
    notes: "text",
  },
};

/** Adds rows of a file that is being loaded. Answers with how many were new: the others name a CVE that it had already. */
export async function addEpssRows(trx: Kysely<Schema>, rows: readonly FeedEpssTable[]): Promise<number> {
  return await insertBatch(trx, epssTable, rows, { do: "nothing" });
}

export async function addKevRows(trx: Kysely<Schema>, rows: readonly FeedKevTable[]): Promise<number> {
  return await insertBatch(trx, kevTable, rows, { do: "nothing" });
}

export interface LoadedFeed {
  feed: FeedName;
  importId: number;
  /** The file whose place it takes. */
  formerId: number | null;
  rows: number;
}

/**
 * Puts a loaded file in the place of the former, and notes the CVEs of which it says something else: their findings are
 * to be scored anew. Until the end of the transaction no page with CVEs is stored; what is stored later goes by the new
 * file. Answers with how many findings that are. @throws ConflictError when there is no gap between pages
 */
export async function putInUse(trx: Kysely<Schema>, loaded: LoadedFeed, at: string): Promise<number> {
  const { feed, importId, formerId, rows } = loaded;
  // Fresh tables have no statistics, and the comparison is done while others wait.
  await sql`analyze ${sql.table(feed === "epss" ? "feed_epss" : "feed_kev")}`.execute(trx);
  await lockFeeds(trx);
  const differs = feed === "epss" ? newScores(importId, formerId) : newListings(importId, formerId);
  const { rows: due } = await sql<{ n: number }>`
    with due as (
      insert into feed_due (cve, import_id, n) ${differs}
      on conflict (cve) do update set import_id = excluded.import_id, n = excluded.n
      returning n
    )
    select coalesce(sum(n), 0)::bigint as n from due`.execute(trx);
  await trx
    .updateTable("feedImport")
    .set({ isCurrent: false })
    .where("feed", "=", feed)
    .where("isCurrent", "=", true)
    .execute();
  await trx.updateTable("feedImport").set({ isCurrent: true, rows }).where("id", "=", importId).execute();
  await beginWork(trx, at);
  return due[0]?.n ?? 0;
}

/** The CVEs that findings have, with their number. */
const found = sql`(select cve, sum(n)::bigint as n from cube_cve where cve <> '' group by cve having sum(n) > 0) as found`;

function newScores(importId: number, formerId: number | null) {
  return sql`select found.cve, ${importId}::bigint, found.n from ${found}
    left join feed_epss was on was.import_id = ${formerId} and was.cve = found.cve
    left join feed_epss now on now.import_id = ${importId} and now.cve = found.cve
    where was.epss is distinct from now.epss`;
}

/** With the first catalogue Wiz is contradicted also where it says yes and CISA does not list. */
function newListings(importId: number, formerId: number | null) {
  const saidByWiz = sql`or exists (select from finding where finding.cve = found.cve and is_kev)`;
  return sql`select found.cve, ${importId}::bigint, found.n from ${found}
    left join feed_kev was on was.import_id = ${formerId} and was.cve = found.cve
    left join feed_kev now on now.import_id = ${importId} and now.cve = found.cve
    where (was.cve is null) <> (now.cve is null) ${formerId === null ? saidByWiz : sql``}`;
}

async function beginWork(trx: Kysely<Schema>, at: string): Promise<void> {
  await sql`
    insert into feed_work (id, started_at, finished_at, total, done, changed, assets_done)
    select 1, ${at}, case when count(*) = 0 then ${at}::timestamptz end, coalesce(sum(n), 0), 0, 0, 0 from feed_due
    on conflict (id) do update set started_at = excluded.started_at, finished_at = excluded.finished_at,
      total = excluded.total, done = 0, changed = 0, assets_done = 0`.execute(trx);
}

/** How long each attempt waits, in ms. Others wait behind it, so the first are short. */
const attempts = [200, 300, 500, 500, 1_000, 2_000, 4_000, 8_000, 15_000];

/** Waits for all that store what the feeds say, and lets no other do so until the end of the transaction. */
async function lockFeeds(trx: Kysely<Schema>): Promise<void> {
  for (const timeoutMs of attempts) {
    await sql`savepoint feeds`.execute(trx);
    try {
      await sql`set local lock_timeout = ${sql.raw(String(timeoutMs))}`.execute(trx);
      await sql`select pg_advisory_xact_lock(${lockSpace}, ${lockKeys.feeds})`.execute(trx);
      await sql`set local lock_timeout = 0`.execute(trx);
      return;
    } catch (error) {
      if (!isLockFailure(error)) throw error;
      await sql`rollback to savepoint feeds`.execute(trx);
      await delay(Math.random() * timeoutMs);
    }
  }
  throw new ConflictError("Pages are being stored without a pause just now: import the file again in a few minutes.");
}

/** 55P03: not in the time that we gave it. 40P01: we and another waited for each other. */
function isLockFailure(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === "55P03" || code === "40P01";
}

/** Removes the rows of files whose place was taken; the note of each import stays. */
export async function forgetFormerFeeds(db: Kysely<Schema>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockFeedImports(trx);
    for (const table of ["feed_epss", "feed_kev"])
      await sql`delete from ${sql.table(table)} where import_id <> all(
        select id from feed_import where is_current)`.execute(trx);
  });
}
