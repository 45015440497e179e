import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command, Option } from "commander";
import type { App } from "../app.ts";
import { ConfigError } from "../errors.ts";
import { type FeedReport, readFeedReport } from "../query/feed-report.ts";
import { plainLine } from "../query/plain-text.ts";
import { type FeedWork, readFeedWork } from "../store/feed.ts";
import { feedTitles } from "../sync/feeds/feed-titles.ts";
import { type ImportedFeed, importFeed } from "../sync/feeds/import-feed.ts";
import { scoreAnew } from "../sync/feeds/score-anew.ts";
import { cliActor } from "./actor.ts";
import { type CliContext, withApp } from "./context.ts";
import { CommandFailed } from "./exit.ts";
import { stopSignal } from "./signals.ts";
import { agoText } from "./time-text.ts";

export function feedsCommand(context: CliContext): Command {
  return new Command("feeds")
    .description("EPSS and CISA's catalogue of known exploited vulnerabilities, loaded from files; nothing is fetched")
    .addCommand(importCommand(context))
    .addCommand(statusCommand(context));
}

interface ImportFlags {
  force?: boolean;
  wait: boolean;
}

function importCommand(context: CliContext): Command {
  return new Command("import")
    .description("load files as FIRST and CISA publish them (CSV or JSON, packed with gzip or not)")
    .argument("<file...>", "which feed a file is follows from what is in it")
    .option("--force", "take a file although it is older than what is loaded, or much smaller")
    .option("--no-wait", "leave the scoring that follows to the server")
    .action(async (files: string[], { force = false, wait }: ImportFlags) => {
      const signal = stopSignal();
      await withApp(context, async (app) => {
        for (const path of files) {
          const bytes = await openFile(resolve(context.cwd, path));
          const imported = await importFeed(app, { name: basename(path), bytes }, { by: cliActor(), force });
          context.stdout.write(`${importedText(imported)}\n`);
        }
        if (wait) await score(context, app, signal);
      });
    });
}

async function openFile(path: string): Promise<AsyncIterable<Uint8Array>> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new ConfigError(`${path} cannot be read.`, { cause });
  });
  if (!found.isFile()) throw new ConfigError(`${path} is no file.`);
  return createReadStream(path);
}

function importedText({ feed, fileName, dataAt, version, rows, findings }: ImportedFeed): string {
  const of = version === null ? day(dataAt) : `${day(dataAt)} (${plainLine(version)})`;
  const due = findings === 0 ? "no score changes" : `${count(findings)} findings are to be scored anew`;
  return `${feedTitles[feed]}: ${count(rows)} entries of ${of} from ${plainLine(fileName)}; ${due}`;
}

const lookMs = 500;
const tellMs = 2_000;

/** Scores here, or watches whoever is at it, until it is done. */
async function score(context: CliContext, app: App, signal: AbortSignal): Promise<void> {
  const { db, database, now } = app;
  let isOver = false;
  const telling = tell(context, app, () => isOver);
  try {
    for (let work = await readFeedWork(db); isUnfinished(work); work = await readFeedWork(db)) {
      if (signal.aborted)
        throw new CommandFailed(
          "Stopped before all findings were scored. The server goes on, or `weir feeds import` does.",
        );
      // On the command line someone waits, and whoever searches meanwhile still comes in between.
      const isOurs = await scoreAnew({ db, connect: database.connect, now }, { signal });
      if (!isOurs) await sleep(lookMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    isOver = true;
    await telling;
  }
  const work = await readFeedWork(db);
  if (work !== null && work.total > 0) context.stdout.write(`${scoringText(work)}\n`);
}

function isUnfinished(work: FeedWork | null): boolean {
  return work !== null && work.finishedAt === null;
}

/** A line every two seconds while it lasts. */
async function tell(context: CliContext, { db }: App, isOver: () => boolean): Promise<void> {
  for (let last = Date.now(); !isOver(); await sleep(lookMs / 5)) {
    if (Date.now() - last < tellMs) continue;
    last = Date.now();
    const work = await readFeedWork(db);
    if (work !== null && !isOver()) context.stderr.write(`${scoringText(work)}\n`);
  }
}

function scoringText({ total, done, changed, assetsDone, assetsLeft, finishedAt }: FeedWork): string {
  const findings = `${count(done)} of ${count(total)} findings looked at, ${count(changed)} changed`;
  const assets =
    assetsLeft === 0 && finishedAt !== null
      ? `${count(assetsDone)} assets`
      : `${count(assetsDone)} assets, ${count(assetsLeft)} to follow`;
  return `Scores: ${findings}; ${assets}`;
}

function statusCommand(context: CliContext): Command {
  return new Command("status")
    .description("what is loaded, of when, and how far scores have followed")
    .addOption(new Option("--format <format>", "how to print").choices(["table", "json"]).default("table"))
    .action(async ({ format }: { format: "table" | "json" }) => {
      await withApp(context, async ({ db, now }) => {
        const report = await readFeedReport(db, now());
        context.stdout.write(
          format === "json" ? `${JSON.stringify(report, null, 2)}\n` : `${describe(report, now())}\n`,
        );
      });
    });
}

function describe({ feeds, scoring, disputed }: FeedReport, now: number): string {
  const lines = feeds.flatMap(({ name, publisher, loaded, ageDays, isOld }) => {
    if (loaded === null) return [`${name}  not loaded: what Wiz says counts. ${publisher} publishes it.`];
    const { rows, dataAt, version, fileName, importedAt, importedBy } = loaded;
    const old = isOld ? `, ${ageDays} days old: newer ones have been published` : "";
    const by = `${plainLine(fileName)}, loaded ${agoText(Date.parse(importedAt), now)} by ${plainLine(importedBy)}`;
    return [
      `${name}  ${count(rows)} entries of ${day(dataAt)}${version === null ? "" : ` (${plainLine(version)})`}${old}`,
      `  from ${by}`,
    ];
  });
  const disagreements = Object.values(disputed)
    .filter(({ value }) => value > 0)
    .map(({ value, capped, query }) => `  ${count(value)}${capped ? "+" : ""} findings: weir search '${query}'`);
  return [
    ...lines,
    ...(disagreements.length > 0 ? ["Wiz and the feeds disagree on", ...disagreements] : []),
    ...(scoring === null ? [] : [scoringText(scoring)]),
  ].join("\n");
}

const day = (time: string) => time.slice(0, 10);
const count = (n: number) => n.toLocaleString("en-US");
