import { type Kysely, sql } from "kysely";
import { readDashboard } from "../src/query/dashboard/dashboard.ts";
import { readFacets } from "../src/query/facets.ts";
import { type HistogramOptions, readHistogram } from "../src/query/histogram.ts";
import { type SearchPage, searchAssets, searchFindings, searchSignals } from "../src/query/search.ts";
import type { Schema } from "../src/store/schema.ts";
import { openFilledStore } from "./filled-store.ts";
import { whileLoading } from "./search-load.ts";
import { type FacetQuery, facets, type ListQuery, lists } from "./search-queries.ts";

export interface Timing {
  family: string;
  name: string;
  /** Milliseconds, in the order in which they were measured. */
  times: number[];
  budgetMs: number;
}

export interface SearchFigures {
  findings: number;
  isUnderLoad: boolean;
  timings: Timing[];
}

export interface SearchBench {
  findings: number;
  /** Leaves the store for another run of the same size. */
  isKept: boolean;
  /** Measures once more while a tenant is loaded. */
  isUnderLoad: boolean;
  /** Only queries with this in their name. */
  only: string;
  rounds: number;
  say: (text: string) => void;
}

const searches = { findings: searchFindings, assets: searchAssets, signals: searchSignals };
const pageSize = 50;

/** What is promised, in ms; at a million and below half of that. */
function budgets(findings: number): { list: number; facets: number; point: number } {
  return findings > 1_000_000 ? { list: 100, facets: 150, point: 5 } : { list: 50, facets: 75, point: 5 };
}

/** Fills a store, or takes the one that was kept, and measures what users ask of it. */
export async function measureSearch(bench: SearchBench): Promise<SearchFigures[]> {
  const { findings } = bench;
  const { app, dataDir, log, close } = await openFilledStore(findings, bench.say);
  try {
    const alone = { findings, isUnderLoad: false, timings: await measureAll(app.db, bench) };
    if (!bench.isUnderLoad) return [alone];
    const loaded = await whileLoading(dataDir, log, () => measureAll(app.db, bench));
    return [alone, { findings, isUnderLoad: true, timings: loaded }];
  } finally {
    await close(bench.isKept);
  }
}

async function measureAll(db: Kysely<Schema>, bench: SearchBench): Promise<Timing[]> {
  const budget = budgets(bench.findings);
  const timings: Timing[] = [];
  const add = async (family: string, name: string, budgetMs: number, work: () => Promise<number[]>) => {
    if (!`${family} ${name}`.includes(bench.only)) return;
    const timing = { family, name, budgetMs, times: await work() };
    bench.say(`${timingText(timing)}\n`);
    timings.push(timing);
  };
  for (const query of lists)
    await add(query.family, query.name, budget.list, () => measureList(db, query, bench.rounds));
  for (const query of facets)
    await add("facets", query.name, budget.facets, () => measureFacets(db, query, bench.rounds));
  for (const days of [30, 365])
    await add("dashboard", `the whole of it, ${days} days`, budget.facets, () =>
      measureDashboard(db, days, bench.rounds),
    );
  for (const [name, options] of Object.entries(histograms))
    await add("signals over time", name, budget.facets, () => measureHistogram(db, options, bench.rounds));
  for (const [name, table] of Object.entries({ findings: "finding", assets: "asset", signals: "signal" } as const))
    await add("points", `${name}, by id`, budget.point, () => measurePoints(db, name as keyof typeof searches, table));
  return timings;
}

async function measureList(db: Kysely<Schema>, query: ListQuery, rounds: number): Promise<number[]> {
  const times: number[] = [];
  // The first run of each is not counted: what it reads may still be on the disk.
  for (let round = 0; round <= rounds; round++)
    for (const text of query.queries) times.push(...(await walk(db, query, text)).filter(() => round > 0));
  return times;
}

async function walk(db: Kysely<Schema>, { on, sort, pages = 1 }: ListQuery, query: string): Promise<number[]> {
  const times: number[] = [];
  const read = async (cursor: string | null): Promise<SearchPage<unknown>> => {
    const started = performance.now();
    const page = await searches[on](db, { query, limit: pageSize, sort, cursor });
    times.push(performance.now() - started);
    return page;
  };
  let page = await read(null);
  for (let i = 1; i < pages && page.nextCursor !== null; i++) page = await read(page.nextCursor);
  for (let i = 1; i < pages && page.prevCursor !== null; i++) page = await read(page.prevCursor);
  return times;
}

async function measureFacets(db: Kysely<Schema>, { parts }: FacetQuery, rounds: number): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const started = performance.now();
    await Promise.all(parts.map(({ on, query, by }) => readFacets(db, on, { query, by, limit: 10 })));
    if (round > 0) times.push(performance.now() - started);
  }
  return times;
}

async function measureDashboard(db: Kysely<Schema>, days: number, rounds: number): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const started = performance.now();
    await readDashboard(db, { now: Date.now(), days });
    if (round > 0) times.push(performance.now() - started);
  }
  return times;
}

const histograms: Record<string, Pick<HistogramOptions, "query" | "from">> = {
  "all, a day": { query: "" },
  "all, two weeks": { query: "", from: "now-14d" },
  "severity:critical AND stream:issues, two weeks": { query: "severity:critical AND stream:issues", from: "now-14d" },
  "all, an hour": { query: "", from: "now-1h" },
  "title, two weeks": { query: "title:CVE-2016-1001", from: "now-14d" },
};

async function measureHistogram(
  db: Kysely<Schema>,
  options: Pick<HistogramOptions, "query" | "from">,
  rounds: number,
): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const started = performance.now();
    await readHistogram(db, { ...options, buckets: 60 });
    if (round > 0) times.push(performance.now() - started);
  }
  return times;
}

const points = 100;

async function measurePoints(
  db: Kysely<Schema>,
  on: keyof typeof searches,
  table: "finding" | "asset" | "signal",
): Promise<number[]> {
  const { rows } = await sql<{ id: string }>`
    select id from ${sql.table(table)} tablesample system (1) limit ${points}`.execute(db);
  const times: number[] = [];
  for (const { id } of rows) {
    const started = performance.now();
    await searches[on](db, { query: `id:${id}`, limit: 1 });
    times.push(performance.now() - started);
  }
  return times;
}

export function quantile(times: readonly number[], q: number): number {
  const inOrder = times.toSorted((a, b) => a - b);
  return inOrder[Math.min(inOrder.length - 1, Math.ceil(q * inOrder.length) - 1)] ?? 0;
}

function timingText({ family, name, times, budgetMs }: Timing): string {
  const [p50, p95, max] = [0.5, 0.95, 1].map((q) => quantile(times, q));
  const ms = (value = 0) => value.toFixed(1).padStart(8);
  const ratio = (p95 ?? 0) / budgetMs;
  return `${ms(p50)}${ms(p95)}${ms(max)}  ${ratio.toFixed(2)}${ratio > 1 ? " MISSED" : ""}  ${family}: ${name}`;
}
