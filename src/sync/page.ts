import { setImmediate } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import type { SourcePage } from "../connectors/connector.ts";
import { type FetchedAsset, type PlacedAssets, placeAssets, writePlaced } from "../identity/match.ts";
import { isWeekOlder } from "../identity/moving-time.ts";
import { type AssetRecord, isEarlier, type NormalizedRecord, recordKindOf, type StreamName } from "../model.ts";
import { lockAssetFacts, shareAssetFacts } from "../store/asset-copies-lock.ts";
import { type Write, writeTogether } from "../store/batch.ts";
import { repeatOnConflict } from "../store/conflict.ts";
import { cubeWrites } from "../store/cube.ts";
import { definitionWrites } from "../store/definition.ts";
import { daysOf, readDueDatePolicy } from "../store/due-date-policy.ts";
import { readFeedWords, shareFeeds } from "../store/feed.ts";
import {
  type FindingHead,
  type FindingRow,
  readFindingHeads,
  readFindings,
  writeFindings,
  writeRaw,
} from "../store/finding.ts";
import { recordId } from "../store/id.ts";
import { packRaw } from "../store/raw.ts";
import { forgetRejected, hasRejected, rejectedId, writeRejected } from "../store/rejected.ts";
import type { Schema } from "../store/schema.ts";
import { addSeen, openSeenPasses } from "../store/seen.ts";
import { appendSignals, ensureSignalPartition, type SignalRow } from "../store/signal.ts";
import { signalCubeWrite } from "../store/signal-cube.ts";
import { addSliceCounts, moveSlice, type PageCounts } from "../store/slice.ts";
import { refreshCopies } from "./asset-copies.ts";
import { type ClassChoice, splitByClass } from "./class-scope.ts";
import { asWizSays, withFeeds } from "./feeds/feed-row.ts";
import { asSource, withLife } from "./finding-life.ts";
import { definitionRows, type FetchedFinding, findingRow, withKnown } from "./finding-row.ts";
import { assetSignal, findingSignal } from "./signals.ts";

/** Tries beside other pages before a page keeps them waiting. */
const politeAttempts = 2;

export interface PageDeps {
  db: Kysely<Schema>;
  now: () => number;
}

/** Where a page belongs: the slice, the cursor that fetched it, and the lease under which it may be stored. */
export interface PagePlace {
  integrationId: string;
  stream: StreamName;
  inventory: string;
  /** What the integration is narrowed to: the rest of the page is counted and left out. */
  classes: ClassChoice;
  sliceId: string;
  /** The pass of the slice. */
  pass: { id: string; lane: string; tracksSeen: boolean };
  cursor: string | null;
  epoch: number;
}

/**
 * A page and the place it ends are committed together: records, signals, counts and cursor, all or nothing. A run
 * that dies resumes at the next page, and a page that is stored twice changes nothing.
 * @throws FencedError when someone else went on with the slice
 */
export async function commitPage(deps: PageDeps, place: PagePlace, page: SourcePage): Promise<PageCounts> {
  const { inside, outside } = splitByClass(page.records, place.classes);
  const fetched = { ...readPage(place, { records: inside }), outside };
  return await repeatOnConflict(async (attempt) => {
    const at = new Date(deps.now());
    await ensureSignalPartition(deps.db, at.getTime());
    const context = { ...place, at: at.toISOString(), isReduced: page.isReduced };
    return await deps.db.transaction().execute(async (trx) => {
      // Waiting for the disk gains nothing: a crash of PostgreSQL that loses the page loses its cursor with it, in the
      // order of the commits, and the page is fetched again. What ends a pass waits, and so for all its pages.
      await sql`set local synchronous_commit = off`.execute(trx);
      if (fetched.findings.some(({ record }) => record.cve !== null)) await shareFeeds(trx);
      // Pages of findings name new assets as fast as a page of the inventory can look: who lost twice goes alone.
      if (attempt > politeAttempts) await lockAssetFacts(trx);
      return await storePage(trx, context, page, fetched);
    });
  });
}

interface FetchedPage {
  findings: FetchedFinding[];
  assets: FetchedAsset[];
  rawAssets: Map<string, string>;
}

interface ScopedPage extends FetchedPage {
  outside: NormalizedRecord[];
}

/** Whose records are stored, and when. */
export interface StoreContext {
  integrationId: string;
  stream: StreamName;
  inventory: string;
  /** ISO time of this write. */
  at: string;
  /** The records were asked for without some fields. */
  isReduced?: boolean | undefined;
}

/** The records with the ids under which they are stored, each once, in its newest version. */
export function readPage(place: Pick<StoreContext, "integrationId">, page: Pick<SourcePage, "records">): FetchedPage {
  const findings = new Map<string, FetchedFinding>();
  const assets: FetchedAsset[] = [];
  const rawAssets = new Map<string, string>();
  for (const { finding, asset, raw, hash } of page.records) {
    if (asset !== undefined) {
      const fetched = fetchedAsset(place.integrationId, asset, hash);
      assets.push(fetched);
      rawAssets.set(fetched.sourceId, raw);
    } else {
      const id = recordId(place.integrationId, finding.kind, finding.externalId);
      const other = findings.get(id);
      if (other === undefined || !isEarlier(finding.updatedAt, other.record.updatedAt))
        findings.set(id, { id, hash, record: finding, raw });
    }
  }
  return { findings: [...findings.values()], assets, rawAssets };
}

function fetchedAsset(integrationId: string, record: AssetRecord, hash: string): FetchedAsset {
  return { sourceId: recordId(integrationId, "asset", record.externalId), record, hash };
}

async function storePage(
  trx: Kysely<Schema>,
  context: StoreContext & PagePlace,
  page: SourcePage,
  fetched: ScopedPage,
): Promise<PageCounts> {
  await moveSlice(trx, {
    id: context.sliceId,
    from: context.cursor,
    to: page.nextCursor,
    epoch: context.epoch,
    count: page.count,
  });
  const { counts: stored, placed, shared } = await storeOwn(trx, context, fetched);
  await storeRejected(trx, context, page);
  await noteSeen(trx, context, page, fetched);
  const counts = {
    fetched: page.records.length + page.rejected.length,
    ...stored,
    rejected: page.rejected.length,
    partialPages: page.isPartial === true ? 1 : 0,
    outOfScope: fetched.outside.length,
  };
  await addSliceCounts(trx, context.sliceId, counts);
  // Until the end of the transaction other pages wait for these rows, so nothing comes after them.
  await writePlaced(trx, placed, shared);
  return counts;
}

/**
 * What could not be read or is not wanted was seen nevertheless; what has no id either, or was not asked for, stands as
 * null.
 */
async function noteSeen(
  trx: Kysely<Schema>,
  { pass, integrationId, stream }: PagePlace,
  page: SourcePage,
  { findings, assets, outside }: ScopedPage,
): Promise<void> {
  const full = pass.tracksSeen ? [pass.id] : [];
  const passIds = pass.lane === "full" ? full : await openSeenPasses(trx, integrationId, stream);
  const idOf = (externalId: string) => recordId(integrationId, recordKindOf[stream], externalId);
  const unread = page.rejected.map(({ externalId }) => (externalId === null ? null : idOf(externalId)));
  const unwanted = outside.map(({ finding, asset }) => idOf((finding ?? asset).externalId));
  const read = [...findings.map(({ id }) => id), ...assets.map(({ sourceId }) => sourceId)];
  const unasked = page.isNarrowed === true ? [null] : [];
  await addSeen(trx, passIds, [...read, ...unread, ...unwanted, ...unasked]);
}

/** Writes what is new or changed of records, wherever they come from, with the signals that tell of it. */
export async function storeRecords(trx: Kysely<Schema>, context: StoreContext, fetched: FetchedPage): Promise<void> {
  await shareFeeds(trx);
  const { placed, shared } = await storeOwn(trx, context, fetched);
  await writePlaced(trx, placed, shared);
}

interface StoredOwn {
  counts: Pick<PageCounts, "written" | "unchanged">;
  /** The assets, which are still to be written. */
  placed: PlacedAssets;
  /** What is to be written with them: definitions and counts, which are not the page's alone either. */
  shared: Write[];
}

/** Writes what is the page's own, and says what is left. */
async function storeOwn(trx: Kysely<Schema>, context: StoreContext, fetched: FetchedPage): Promise<StoredOwn> {
  const { news, known } = await findNews(trx, fetched.findings);
  if (news.length > 0) await shareAssetFacts(trx);
  const placed = await placeAssets(trx, context, [...fetched.assets, ...assetsOf(context, news)]);
  const ofAssets = await storeAssetTraces(trx, context, placed, fetched.rawAssets);
  const copies = await refreshCopies(trx, placed.changes, context.at);
  const { before, after, signals } = await storeFindings(trx, context, { news, known }, placed);
  const reduced = { isReduced: context.isReduced === true };
  const definitions = await definitionWrites(trx, definitionRows(context, news), reduced);
  return {
    counts: {
      written: placed.changes.length + news.length,
      unchanged: placed.unchanged + fetched.findings.length - news.length,
    },
    placed,
    shared: [
      ...definitions,
      ...cubeWrites([...copies.before, ...before], [...copies.after, ...after]),
      signalCubeWrite([...ofAssets, ...signals]),
    ],
  };
}

async function storeAssetTraces(
  trx: Kysely<Schema>,
  context: StoreContext,
  placed: PlacedAssets,
  rawAssets: ReadonlyMap<string, string>,
): Promise<SignalRow[]> {
  const signals = placed.changes.map((change) => assetSignal(context, change)).filter((signal) => signal !== null);
  await appendSignals(trx, signals);
  const raws = placed.changes.map(({ sourceId, before }) => ({
    id: sourceId,
    raw: packRaw(rawAssets.get(sourceId) ?? "null", context.stream, context.isReduced),
    isNew: before === null || before.isPlaceholder,
  }));
  await writeRaw(trx, "assetRaw", raws);
  return signals;
}

interface News {
  news: FetchedFinding[];
  /** Ids of those that are stored already. */
  known: string[];
}

/** What is not news needs nothing more than this look: its asset is known as well. */
async function findNews(trx: Kysely<Schema>, fetched: readonly FetchedFinding[]): Promise<News> {
  const heads = await readFindingHeads(
    trx,
    fetched.map((finding) => finding.id),
  );
  const news = fetched.filter((finding) => isNews(finding, heads.get(finding.id)));
  return { news, known: news.map((finding) => finding.id).filter((id) => heads.has(id)) };
}

/** What findings say of their assets. */
export function assetsOf(
  context: Pick<StoreContext, "integrationId">,
  findings: readonly FetchedFinding[],
): FetchedAsset[] {
  return findings.flatMap(({ record, hash }) =>
    record.asset === null ? [] : [fetchedAsset(context.integrationId, record.asset, hash)],
  );
}

async function storeFindings(
  trx: Kysely<Schema>,
  context: StoreContext,
  { news, known }: News,
  placed: PlacedAssets,
): Promise<{ before: FindingRow[]; after: FindingRow[]; signals: SignalRow[] }> {
  if (news.length === 0) return { before: [], after: [], signals: [] };
  const before = await readFindings(trx, known);
  const feeds = await readFeedWords(
    trx,
    news.map(({ record }) => record.cve),
  );
  const days = daysOf(await readDueDatePolicy(trx));
  const after = news.map((finding) => {
    const asset =
      finding.record.asset === null
        ? undefined
        : placed.bySource.get(recordId(context.integrationId, "asset", finding.record.asset.externalId));
    const known = before.get(finding.id);
    const row = findingRow(context, finding, asset, (known?.version ?? 0) + 1);
    const whole = context.isReduced === true && known !== undefined ? withKnown(row, asSource(asWizSays(known))) : row;
    return withLife(withFeeds(whole, feeds), known ?? null, { at: context.at, days });
  });
  const [raws] = await Promise.all([packRaws(news, context), writeFindings(trx, after)]);
  const signals = signalsOf(context, before, after);
  await appendSignals(trx, signals);
  await writeRaw(
    trx,
    "findingRaw",
    raws.map((raw) => ({ ...raw, isNew: !before.has(raw.id) })),
  );
  return { before: [...before.values()], after, signals };
}

/** Finding rows with what hangs on them: the signals and the counts. */
export async function storeFindingRows(
  trx: Kysely<Schema>,
  context: StoreContext,
  before: ReadonlyMap<string, FindingRow>,
  after: readonly FindingRow[],
): Promise<void> {
  await writeFindings(trx, after);
  const signals = signalsOf(context, before, after);
  await appendSignals(trx, signals);
  await writeTogether(trx, [...cubeWrites([...before.values()], after), signalCubeWrite(signals)]);
}

/** Packs while PostgreSQL is busy with the findings: the turn of the event loop lets their query go out first. */
async function packRaws(findings: readonly FetchedFinding[], { stream, isReduced }: StoreContext) {
  await setImmediate();
  return findings.map(({ id, raw }) => ({ id, raw: packRaw(raw, stream, isReduced) }));
}

function signalsOf(context: StoreContext, before: ReadonlyMap<string, FindingRow>, after: readonly FindingRow[]) {
  return after
    .map((row) => findingSignal(context, before.get(row.id) ?? null, row))
    .filter((signal) => signal !== null);
}

/** Not news: the same content, or an older version that arrives late. */
function isNews({ record, hash }: FetchedFinding, head: FindingHead | undefined): boolean {
  if (head === undefined) return true;
  if (isEarlier(record.updatedAt, head.sourceUpdatedAt)) return false;
  // It has come back.
  if (head.status === "gone") return true;
  return hash !== head.hash || isWeekOlder(head.lastFoundAt, record.lastFoundAt);
}

async function storeRejected(trx: Kysely<Schema>, context: StoreContext, page: SourcePage): Promise<void> {
  const idOf = (key: string) => rejectedId(context.integrationId, context.stream, key);
  const rows = page.rejected.map(({ externalId, reason, raw }) => ({
    id: idOf(externalId ?? JSON.stringify(raw)),
    integrationId: context.integrationId,
    stream: context.stream,
    externalId,
    reason,
    raw: packRaw(JSON.stringify(raw ?? null), context.stream, context.isReduced).toString("base64"),
    firstAt: context.at,
    lastAt: context.at,
  }));
  await writeRejected(trx, rows);
  if (!(await hasRejected(trx, context))) return;
  await forgetRejected(
    trx,
    page.records.map((record) => idOf((record.finding ?? record.asset).externalId)),
  );
}
