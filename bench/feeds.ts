import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { type Kysely, sql } from "kysely";
import type { App } from "../src/app.ts";
import { readDashboard } from "../src/query/dashboard/dashboard.ts";
import { readFixFirst } from "../src/query/dashboard/fix-first.ts";
import { readFacets } from "../src/query/facets.ts";
import { searchAssets, searchFindings } from "../src/query/search.ts";
import { readFeedWork } from "../src/store/feed.ts";
import type { Schema } from "../src/store/schema.ts";
import { importFeed } from "../src/sync/feeds/import-feed.ts";
import { scoreAnew } from "../src/sync/feeds/score-anew.ts";
import { openFilledStore } from "./filled-store.ts";
import { quantile } from "./search.ts";

export interface FeedFigures {
  findings: number;
  /** Rows of the file, as many as FIRST publishes. */
  rows: number;
  importMs: number;
  /** What the process took more than before, while it loaded. */
  importBytes: number;
  total: number;
  changed: number;
  assets: number;
  scoringMs: number;
  fixFirst: number[];
  /** Milliseconds of searches: before, while the file was loaded, while scores followed. */
  searches: { before: number[]; importing: number[]; scoring: number[] };
}

interface FeedBench {
  findings: number;
  isKept: boolean;
  say: (text: string) => void;
}

const feedRows = 300_000;
const beforeMs = 20_000;

/** Loads a whole EPSS file into a filled store and follows it to the last score, with searches all the while. */
export async function measureFeeds({ findings, isKept, say }: FeedBench): Promise<FeedFigures> {
  const { app, close } = await openFilledStore(findings, say);
  try {
    return await measure(app, findings, say);
  } finally {
    await close(isKept);
  }
}

async function measure(app: App, findings: number, say: (text: string) => void): Promise<FeedFigures> {
  const { db, now, database } = app;
  const file = gzipSync(await epssFile(db));
  await searchFor(db, 3_000);
  const before = await searchFor(db, beforeMs);
  say(`before: ${timesText(before)}\n`);
  let peak = 0;
  const rss = process.memoryUsage.rss();
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss() - rss);
  }, 20);
  const by = { actor: { type: "system", id: null, name: "bench" }, address: null } as const;
  async function* bytes() {
    for (let at = 0; at < file.length; at += 65_536) yield file.subarray(at, at + 65_536);
  }
  const importing = await whileSearching(db, () =>
    importFeed({ db, now }, { name: "epss_scores-current.csv.gz", bytes: bytes() }, { by, force: true }),
  );
  clearInterval(watch);
  say(
    `import: ${(importing.ms / 1000).toFixed(1)} s, ${importing.result.findings} findings due; ${timesText(importing.times)}\n`,
  );
  const scoring = await whileSearching(db, () => scoreAnew({ db, connect: database.connect, now }));
  const work = await readFeedWork(db);
  say(`scoring: ${(scoring.ms / 1000).toFixed(1)} s; ${timesText(scoring.times)}\n`);
  return {
    findings,
    rows: importing.result.rows,
    importMs: importing.ms,
    importBytes: peak,
    total: work?.total ?? 0,
    changed: work?.changed ?? 0,
    assets: work?.assetsDone ?? 0,
    scoringMs: scoring.ms,
    fixFirst: await timesOf(20, () => readFixFirst(db, { limit: 10 })),
    searches: { before, importing: importing.times, scoring: scoring.times },
  };
}

/** As FIRST publishes it: all CVEs that the store has, and others. */
async function epssFile(db: Kysely<Schema>): Promise<string> {
  const { rows } = await sql<{ cve: string }>`select distinct cve from cube_cve where cve <> ''`.execute(db);
  const known = rows.map(({ cve }) => cve);
  const others = Array.from({ length: feedRows - known.length }, (_, i) => `CVE-${1999 + (i % 12)}-${500_000 + i}`);
  const lines = [...known, ...others].map((cve) => {
    const epss = Math.max(0.00001, Math.random() ** 8).toFixed(5);
    return `${cve},${epss},${Math.random().toFixed(5)}`;
  });
  const day = new Date().toISOString();
  return [`#model_version:v2025.03.14,score_date:${day}`, "cve,epss,percentile", ...lines, ""].join("\n");
}

async function whileSearching<T>(db: Kysely<Schema>, work: () => Promise<T>) {
  const stopping = new AbortController();
  const searching = searchFor(db, Number.POSITIVE_INFINITY, stopping.signal);
  const started = performance.now();
  try {
    const result = await work();
    const ms = performance.now() - started;
    stopping.abort();
    return { result, ms, times: await searching };
  } finally {
    stopping.abort();
  }
}

/** What people ask while they work, again and again, with a breath between. */
async function searchFor(db: Kysely<Schema>, ms: number, signal?: AbortSignal): Promise<number[]> {
  const searches = [
    () => searchFindings(db, { query: "severity:critical AND status:open", limit: 50 }),
    () => searchFindings(db, { query: "status:open", sort: "riskScore", limit: 50 }),
    () => searchFindings(db, { query: "cve:CVE-2016-1001", limit: 50 }),
    () => searchFindings(db, { query: "kev:true AND status:open", limit: 50 }),
    () => searchFindings(db, { query: "package.name:openssl", limit: 50 }),
    () => searchAssets(db, { query: "cloud:aws", limit: 50 }),
    () => readFacets(db, "findings", { query: "status:open", by: ["severity", "kind", "kev"], limit: 10 }),
    () => readDashboard(db, { now: Date.now(), days: 30 }),
    () => readFixFirst(db, { limit: 10 }),
  ];
  const times: number[] = [];
  const end = performance.now() + ms;
  for (let at = 0; performance.now() < end && signal?.aborted !== true; at++) {
    times.push(...(await timesOf(1, searches[at % searches.length]!)));
    await sleep(5);
  }
  return times;
}

async function timesOf(rounds: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return times;
}

function timesText(times: readonly number[]): string {
  const [p50, p95, max] = [0.5, 0.95, 1].map((q) => quantile(times, q).toFixed(1));
  return `${times.length} searches, p50 ${p50}, p95 ${p95}, max ${max} ms`;
}
