import { readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { bloatText, measureBloat } from "./bloat.ts";
import { type FeedFigures, measureFeeds } from "./feeds.ts";
import { feedsSection, figuresTable } from "./feeds-report.ts";
import { measureIdentity } from "./identity.ts";
import { identitySection, identityText } from "./identity-report.ts";
import { type IngestFigures, type LimitedFigures, measureIngest, measureLimited } from "./ingest.ts";
import { keepSections, withSection } from "./page-section.ts";
import { measurePages, type PagesFigures } from "./pages.ts";
import { pagesSection, pagesText } from "./pages-report.ts";
import { ingestText, limitedText, performancePage } from "./report.ts";
import { measureSearch, type SearchFigures } from "./search.ts";
import { searchSection, searchText } from "./search-report.ts";

const page = new URL("../docs/performance.md", import.meta.url);

/** What a page takes at Wiz, about. */
const pageMs = 300;

interface Options {
  findings: string;
  limited: string;
  rates: string;
  write?: boolean;
  keep?: boolean;
  load?: boolean;
  machines: string;
  only: string;
  rounds?: string;
}

/** `npm run bench` prints figures as ratios to their ceilings; `--write` puts them into docs/performance.md. */
await new Command("bench")
  .argument(
    "[what]",
    "ingest; bloat: what ten full passes leave behind; search: queries on a store that SQL fills; pages: the web interface in Chromium on such a store; feeds: an import of EPSS into such a store, and the scores that follow; identity: an estate that two tenants see, against its truth",
    "ingest",
  )
  .option("--findings <sizes>", "sizes of the tenants that are loaded without limits; empty: none", "100000")
  .option("--limited <size>", "size of the tenant that is loaded under Wiz's limits", "200000")
  .option("--rates <rates>", "Wiz's limits, in requests a second; empty: none", "10,3")
  .option("--machines <number>", "identity: machines of the estate", "200000")
  .option("--keep", "search, pages: leave the store for another run of its size")
  .option("--load", "search: measure again while a tenant is loaded")
  .option("--only <text>", "search: only queries with this in their name", "")
  .option("--rounds <number>", "search, pages: how often each is measured (search 10, pages 5)")
  .option("--write", "write docs/performance.md")
  .action(async (what: string, options: Options) => {
    if (what === "bloat") {
      process.stdout.write(bloatText(await measureBloat(Number(options.findings))));
      return;
    }
    if (what === "search") {
      await searchBench(options);
      return;
    }
    if (what === "pages") {
      await pagesBench(options);
      return;
    }
    if (what === "identity") {
      await identityBench(options);
      return;
    }
    if (what === "feeds") {
      await feedsBench(options);
      return;
    }
    const limited: LimitedFigures[] = [];
    for (const rate of numbers(options.rates)) {
      const figures = await measureLimited(Number(options.limited), rate, pageMs);
      process.stdout.write(`${limitedText(figures)}\n`);
      limited.push(figures);
    }
    const ingests: IngestFigures[] = [];
    for (const size of numbers(options.findings)) {
      const figures = await measureIngest(size);
      process.stdout.write(`${ingestText(figures)}\n`);
      ingests.push(figures);
    }
    if (options.write === true)
      writeFileSync(
        page,
        keepSections(readFileSync(page, "utf8"), performancePage(limited, ingests), [
          "search",
          "pages",
          "feeds",
          "identity",
        ]),
      );
  })
  .parseAsync();

async function searchBench(options: Options): Promise<void> {
  const { keep, only, rounds, load, write } = options;
  const say = (text: string) => void process.stdout.write(text);
  const all: SearchFigures[] = [];
  for (const findings of numbers(options.findings)) {
    const settings = {
      findings,
      isKept: keep === true,
      only,
      rounds: Number(rounds ?? 10),
      isUnderLoad: load === true,
      say,
    };
    for (const figures of await measureSearch(settings)) {
      say(`${searchText(figures)}\n`);
      all.push(figures);
    }
  }
  if (write === true) writeFileSync(page, withSection(readFileSync(page, "utf8"), "search", searchSection(all)));
}

async function pagesBench({ findings: sizes, rounds, keep, write }: Options): Promise<void> {
  const say = (text: string) => void process.stdout.write(text);
  const all: PagesFigures[] = [];
  for (const findings of numbers(sizes)) {
    const figures = await measurePages({ findings, rounds: Number(rounds ?? 5), isKept: keep === true, say });
    say(`${pagesText(figures)}\n`);
    all.push(figures);
  }
  if (write === true) writeFileSync(page, withSection(readFileSync(page, "utf8"), "pages", pagesSection(all)));
}

async function identityBench({ machines, write }: Options): Promise<void> {
  const say = (text: string) => void process.stdout.write(text);
  const figures = await measureIdentity(Number(machines), say);
  say(`${identityText(figures)}\n`);
  if (write === true)
    writeFileSync(page, withSection(readFileSync(page, "utf8"), "identity", identitySection(figures)));
}

async function feedsBench({ findings: sizes, keep, write }: Options): Promise<void> {
  const say = (text: string) => void process.stdout.write(text);
  const all: FeedFigures[] = [];
  for (const findings of numbers(sizes)) {
    const figures = await measureFeeds({ findings, isKept: keep === true, say });
    say(`${figuresTable(figures)}\n`);
    all.push(figures);
  }
  if (write === true) writeFileSync(page, withSection(readFileSync(page, "utf8"), "feeds", feedsSection(all)));
}

function numbers(list: string): number[] {
  return list
    .split(",")
    .filter((part) => part !== "")
    .map(Number);
}
