import type { Kysely } from "kysely";
import { ConflictError } from "../../errors.ts";
import { type By, recordAudit } from "../../store/audit.ts";
import { type FeedImport, type FeedName, readCurrentFeeds } from "../../store/feed.ts";
import {
  addEpssRows,
  addKevRows,
  beginFeedImport,
  forgetFormerFeeds,
  lockFeedImports,
  putInUse,
} from "../../store/feed-import.ts";
import type { Schema } from "../../store/schema.ts";
import { type FeedFile, FeedFileError, type FileBytes } from "./feed-file.ts";
import { feedTitles } from "./feed-titles.ts";
import { readFeedFile } from "./recognize.ts";

interface ImportDeps {
  db: Kysely<Schema>;
  now: () => number;
}

interface ImportOptions {
  by: By;
  /** Take it although it is older, of tomorrow, or much smaller than what is there. */
  force: boolean;
}

export interface ImportedFeed {
  feed: FeedName;
  fileName: string;
  dataAt: string;
  version: string | null;
  rows: number;
  /** Findings that are scored anew now, in the background. */
  findings: number;
}

/**
 * Loads a file of EPSS or of CISA's catalogue, in one transaction: all of it takes the place of the former, or nothing
 * changes. Pages go on meanwhile, but for the moment of the change.
 * @throws FeedFileError when it is damaged or of no known form
 * @throws ConflictError when it is older than what is there, or lacks much of it
 */
export async function importFeed(deps: ImportDeps, file: FileBytes, options: ImportOptions): Promise<ImportedFeed> {
  const { db } = deps;
  const read = await readFeedFile(file);
  const imported = await db.transaction().execute(async (trx) => {
    await lockFeedImports(trx);
    const former = (await readCurrentFeeds(trx)).get(read.feed) ?? null;
    if (!options.force) refuseOld(file.name, read, former, deps.now());
    return await replace(trx, deps.now(), { file, read, former, ...options });
  });
  await forgetFormerFeeds(db);
  return imported;
}

interface Replacement extends ImportOptions {
  file: FileBytes;
  read: FeedFile;
  former: FeedImport | null;
}

async function replace(trx: Kysely<Schema>, now: number, given: Replacement): Promise<ImportedFeed> {
  const { file, read, former, by, force } = given;
  const { feed, dataAt, newestOn, version } = read;
  const at = new Date(now).toISOString();
  const about = { feed, fileName: file.name, dataAt, newestOn, version, importedAt: at, importedBy: by.actor.name };
  const importId = await beginFeedImport(trx, about);
  const rows = await load(trx, importId, file.name, read);
  if (rows === 0) throw new FeedFileError(file.name, "it has no entries.");
  if (former !== null && !force) refuseShrunk(file.name, rows, former);
  const findings = await putInUse(trx, { feed, importId, formerId: former?.id ?? null, rows }, at);
  const subject = { type: "feed", id: null, name: feedTitles[feed] };
  const details = { file: file.name, dataAt, version, rows, findings, formerDataAt: former?.dataAt ?? null, force };
  await recordAudit(trx, { ...by, action: "feed.import", subject, details }, now);
  return { feed, fileName: file.name, dataAt, version, rows, findings };
}

async function load(trx: Kysely<Schema>, importId: number, fileName: string, read: FeedFile): Promise<number> {
  if (read.feed === "epss") return await loadAll(fileName, importId, read.batches, (rows) => addEpssRows(trx, rows));
  return await loadAll(fileName, importId, read.batches, (rows) => addKevRows(trx, rows));
}

type Numbered<Row> = Row & { importId: number };

async function loadAll<Row extends object>(
  fileName: string,
  importId: number,
  batches: AsyncIterable<Row[]>,
  add: (rows: Numbered<Row>[]) => Promise<number>,
): Promise<number> {
  let total = 0;
  for await (const batch of batches) {
    const added = await add(batch.map((row) => ({ ...row, importId })));
    if (added !== batch.length) throw new FeedFileError(fileName, "it names a CVE twice.");
    total += added;
  }
  return total;
}

const dayMs = 86_400_000;

function refuseOld(fileName: string, read: FeedFile, former: FeedImport | null, now: number): void {
  const { dataAt } = read;
  if (Date.parse(dataAt) > now + 2 * dayMs)
    throw new ConflictError(
      `${fileName} is of ${day(dataAt)}, which is still to come. Look at the clock of this machine, or take it all the same with force.`,
      { field: "force" },
    );
  if (former === null || !isOlder(read, former)) return;
  const is = read.newestOn ?? day(dataAt);
  const was = former.newestOn ?? day(former.dataAt);
  const what = read.feed === "kev" ? "its newest entry is of" : "it is of";
  throw new ConflictError(
    `${fileName} is older than what is loaded: ${what} ${is}, and ${former.fileName} of ${was}. To take it all the same, use force.`,
    { field: "force" },
  );
}

/** The catalogue's CSV does not say of when it is, so its newest entries are compared. */
function isOlder(read: FeedFile, former: FeedImport): boolean {
  if (read.newestOn !== null && former.newestOn !== null) return read.newestOn < former.newestOn;
  return Date.parse(read.dataAt) < Date.parse(former.dataAt);
}

const leastPart = 0.9;

/** Feeds grow. A file that was cut at the end of a line looks whole in itself. */
function refuseShrunk(fileName: string, rows: number, former: FeedImport): void {
  if (rows >= leastPart * former.rows) return;
  const count = (n: number) => n.toLocaleString("en-US");
  throw new ConflictError(
    `${fileName} has ${count(rows)} entries, and ${former.fileName}, which is loaded, ${count(former.rows)}: it seems to be cut off. To take it all the same, use force.`,
    { field: "force" },
  );
}

const day = (time: string) => time.slice(0, 10);
