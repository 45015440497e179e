import { type Kysely, sql } from "kysely";
import { lockKeys, lockSpace } from "./lock-keys.ts";
import type { Schema } from "./schema.ts";

export const feedNames = ["epss", "kev"] as const;
/** A list of what is known of CVEs, loaded from a file: FIRST's EPSS, CISA's catalogue of known exploited ones. */
export type FeedName = (typeof feedNames)[number];

/** What the loaded feeds say of a CVE. `null`: no such feed, or (EPSS) it does not know the CVE. */
export interface FeedWord {
  epss: number | null;
  kev: boolean | null;
}

/**
 * Held to the end of a transaction that stores what the feeds say. Any number may at once, but not while another file
 * takes the place of one: whoever puts it there has all findings scored anew, and could not see these.
 */
export async function shareFeeds(trx: Kysely<Schema>): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${lockSpace}, ${lockKeys.feeds})`.execute(trx);
}

/** What the feeds that are in say of each CVE. */
export async function readFeedWords(
  db: Kysely<Schema>,
  cves: readonly (string | null)[],
): Promise<Map<string, FeedWord>> {
  const asked = [...new Set(cves.filter((cve) => cve !== null))];
  if (asked.length === 0) return new Map();
  const { rows } = await sql<{ cve: string } & FeedWord>`
    select one.cve, feed_epss.epss, case when used.kev is not null then feed_kev.cve is not null end as kev
    from unnest(${asked}::text[]) as one (cve)
    cross join (select max(id) filter (where feed = 'epss') as epss, max(id) filter (where feed = 'kev') as kev
      from feed_import where is_current) as used
    left join feed_epss on feed_epss.import_id = used.epss and feed_epss.cve = one.cve
    left join feed_kev on feed_kev.import_id = used.kev and feed_kev.cve = one.cve`.execute(db);
  return new Map(rows.map(({ cve, epss, kev }) => [cve, { epss, kev }]));
}

/** A file that is or was in. */
export interface FeedImport {
  id: number;
  feed: string;
  fileName: string;
  dataAt: string;
  newestOn: string | null;
  version: string | null;
  rows: number;
  importedAt: string;
  importedBy: string;
}

/** The files that are in, by feed. */
export async function readCurrentFeeds(db: Kysely<Schema>): Promise<Map<string, FeedImport>> {
  const rows = await db.selectFrom("feedImport").selectAll().where("isCurrent", "=", true).execute();
  return new Map(rows.map(({ isCurrent, ...row }) => [row.feed, row]));
}

/** How far the scoring is that follows an import. */
export interface FeedWork {
  startedAt: string;
  finishedAt: string | null;
  /** Findings that are looked at, those that were, and those that are scored otherwise or from another source now. */
  total: number;
  done: number;
  changed: number;
  /** Assets whose score was, and is still, to follow. */
  assetsDone: number;
  assetsLeft: number;
}

export async function readFeedWork(db: Kysely<Schema>): Promise<FeedWork | null> {
  const { rows } = await sql<FeedWork>`
    select started_at, finished_at, total, least(done, total) as done, changed, assets_done,
      (select count(*) from feed_due_asset) as assets_left
    from feed_work`.execute(db);
  return rows[0] ?? null;
}
