import { type Kysely, sql } from "kysely";
import {
  type FeedImport,
  type FeedName,
  type FeedWork,
  feedNames,
  readCurrentFeeds,
  readFeedWork,
} from "../store/feed.ts";
import type { Schema } from "../store/schema.ts";
import { feedTitles } from "../sync/feeds/feed-titles.ts";
import { activeOf } from "./dashboard/queries.ts";

export interface FeedReport {
  at: string;
  feeds: {
    feed: FeedName;
    name: string;
    publisher: string;
    /** `null`: none is loaded, what Wiz says counts. */
    loaded: Omit<FeedImport, "id" | "feed"> | null;
    /** Whole days since it was published; of a catalogue without a date, since its newest entry. */
    ageDays: number | null;
    /** Newer ones have been published for some time. */
    isOld: boolean;
  }[];
  /** The scoring that followed the last import. `null`: there was none. */
  scoring: FeedWork | null;
  /** Open findings on which Wiz and a feed disagree. */
  disputed: Record<FeedName, { value: number; capped: boolean; query: string }>;
}

const publishers = { epss: "FIRST", kev: "CISA" } as const;

/** EPSS is published daily, the catalogue several times in a week. */
const oldAfterDays = { epss: 3, kev: 14 } as const;

const dayMs = 86_400_000;

/** How the feeds stand. */
export async function readFeedReport(db: Kysely<Schema>, now: number): Promise<FeedReport> {
  const current = await readCurrentFeeds(db);
  const feeds = feedNames.map((feed) => {
    const loaded = current.get(feed);
    const ageDays = loaded === undefined ? null : Math.max(0, Math.floor((now - Date.parse(loaded.dataAt)) / dayMs));
    const isOld = ageDays !== null && ageDays > oldAfterDays[feed];
    const about = { feed, name: feedTitles[feed], publisher: publishers[feed], ageDays, isOld };
    if (loaded === undefined) return { ...about, loaded: null };
    const { id: _, feed: __, ...rest } = loaded;
    return { ...about, loaded: rest };
  });
  const disputed = {
    epss: { ...(await countOpen(db, "epss_disputed")), query: activeOf("epss.disputed:true") },
    kev: { ...(await countOpen(db, "kev_disputed")), query: activeOf("kev.disputed:true") },
  };
  return { at: new Date(now).toISOString(), feeds, scoring: await readFeedWork(db), disputed };
}

const countCap = 10_000;

async function countOpen(db: Kysely<Schema>, column: "epss_disputed" | "kev_disputed") {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from (
      select from finding where ${sql.ref(column)} and status in ('open', 'in_progress') limit ${countCap + 1}
    ) as counted`.execute(db);
  const n = rows[0]?.n ?? 0;
  return { value: Math.min(n, countCap), capped: n > countCap };
}
