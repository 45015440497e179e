import { setImmediate } from "node:timers/promises";
import type { Kysely } from "kysely";
import type { SourcePage } from "../connectors/connector.ts";
import { type FetchedAsset, type PlacedAssets, placeAssets } from "../identity/match.ts";
import { isWeekOlder } from "../identity/moving-time.ts";
import { type AssetRecord, instant, type StreamName } from "../model.ts";
import { PageConflictError } from "../store/batch.ts";
import { moveCubes } from "../store/cube.ts";
import { writeDefinitions } from "../store/definition.ts";
import {
  type FindingHead,
  type FindingRow,
  readFindingHeads,
  readFindings,
  writeFindings,
  writeRaw,
} from "../store/finding.ts";
import { contentHash, recordId } from "../store/id.ts";
import { packRaw } from "../store/raw.ts";
import { forgetRejected, writeRejected } from "../store/rejected.ts";
import type { Schema } from "../store/schema.ts";
import { ensureSignalPartition, writeSignals } from "../store/signal.ts";
import { addSliceCounts, moveSlice, type PageCounts } from "../store/slice.ts";
import { refreshCopies } from "./asset-copies.ts";
import { definitionRows, type FetchedFinding, findingRow } from "./finding-row.ts";
import { assetSignal, findingSignal } from "./signals.ts";

export interface PageDeps {
  db: Kysely<Schema>;
  now: () => number;
}

/** Where a page belongs: the slice, the cursor that fetched it, and the lease under which it may be stored. */
export interface PagePlace {
  integrationId: string;
  stream: StreamName;
  inventory: string;
  sliceId: string;
  cursor: string | null;
  epoch: number;
}

const maxTries = 8;

/**
 * A page and the place it ends are committed together: records, signals, counts and cursor, all or nothing. A run
 * that dies resumes at the next page, and a page that is stored twice changes nothing.
 * @throws FencedError when someone else went on with the slice
 */
export async function commitPage(deps: PageDeps, place: PagePlace, page: SourcePage): Promise<PageCounts> {
  const fetched = readPage(place, page);
  for (let attempt = 1; ; attempt++) {
    const at = new Date(deps.now());
    await ensureSignalPartition(deps.db, at.getTime());
    try {
      return await deps.db
        .transaction()
        .execute((trx) => storePage(trx, { ...place, at: at.toISOString() }, page, fetched));
    } catch (error) {
      if (attempt >= maxTries || !isWorthRepeating(error)) throw error;
    }
  }
}

/** Another writer came between: on the second try its rows are seen. 40001 and 40P01: PostgreSQL chose us to give way. */
function isWorthRepeating(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return error instanceof PageConflictError || code === "40001" || code === "40P01";
}

interface FetchedPage {
  findings: FetchedFinding[];
  assets: FetchedAsset[];
  rawAssets: Map<string, unknown>;
}

type StoreContext = PagePlace & { at: string };

function readPage(place: PagePlace, page: SourcePage): FetchedPage {
  const findings = new Map<string, FetchedFinding>();
  const assets: FetchedAsset[] = [];
  const rawAssets = new Map<string, unknown>();
  for (const { finding, asset, raw, stable } of page.records) {
    const hash = contentHash(JSON.stringify(stable));
    if (asset !== undefined) {
      const fetched = fetchedAsset(place.integrationId, asset, hash);
      assets.push(fetched);
      rawAssets.set(fetched.sourceId, raw);
    } else {
      const id = recordId(place.integrationId, finding.kind, finding.externalId);
      const other = findings.get(id);
      if (other === undefined || !isOlder(finding.updatedAt, other.record.updatedAt))
        findings.set(id, { id, hash, record: finding, raw });
      if (finding.asset !== null) assets.push(fetchedAsset(place.integrationId, finding.asset, hash));
    }
  }
  return { findings: [...findings.values()], assets, rawAssets };
}

function fetchedAsset(integrationId: string, record: AssetRecord, hash: string): FetchedAsset {
  return { sourceId: recordId(integrationId, "asset", record.externalId), record, hash };
}

async function storePage(
  trx: Kysely<Schema>,
  context: StoreContext,
  page: SourcePage,
  fetched: FetchedPage,
): Promise<PageCounts> {
  await moveSlice(trx, {
    id: context.sliceId,
    from: context.cursor,
    to: page.nextCursor,
    epoch: context.epoch,
    count: page.count,
  });
  const placed = await placeAssets(trx, context, fetched.assets);
  await storeAssetTraces(trx, context, placed, fetched.rawAssets);
  await refreshCopies(trx, placed.changes, context.at);
  const findings = await storeFindings(trx, context, fetched.findings, placed);
  await storeRejected(trx, context, page);
  const counts = {
    fetched: page.records.length + page.rejected.length,
    written: placed.changes.length + findings.written,
    unchanged: placed.unchanged + findings.unchanged,
    rejected: page.rejected.length,
  };
  await addSliceCounts(trx, context.sliceId, counts);
  return counts;
}

async function storeAssetTraces(
  trx: Kysely<Schema>,
  context: StoreContext,
  placed: PlacedAssets,
  rawAssets: Map<string, unknown>,
): Promise<void> {
  const signals = placed.changes.map((change) => assetSignal(context, change)).filter((signal) => signal !== null);
  await writeSignals(trx, signals);
  const raws = placed.changes.map(({ sourceId }) => ({
    id: sourceId,
    raw: packRaw(rawAssets.get(sourceId), context.stream),
  }));
  await writeRaw(trx, "assetRaw", raws);
}

async function storeFindings(
  trx: Kysely<Schema>,
  context: StoreContext,
  fetched: readonly FetchedFinding[],
  placed: PlacedAssets,
) {
  const heads = await readFindingHeads(
    trx,
    fetched.map((finding) => finding.id),
  );
  const news = fetched.filter((finding) => isNews(finding, heads.get(finding.id)));
  const before = await readFindings(
    trx,
    news.filter((finding) => heads.has(finding.id)).map((finding) => finding.id),
  );
  const after = news.map((finding) => {
    const asset =
      finding.record.asset === null
        ? undefined
        : placed.bySource.get(recordId(context.integrationId, "asset", finding.record.asset.externalId));
    return findingRow(context, finding, asset, (before.get(finding.id)?.version ?? 0) + 1);
  });
  await writeDefinitions(trx, definitionRows(context, news));
  const [raws] = await Promise.all([packRaws(news, context.stream), writeFindings(trx, after)]);
  await moveCubes(trx, [...before.values()], after);
  await writeSignals(trx, signalsOf(context, before, after));
  await writeRaw(trx, "findingRaw", raws);
  return { written: news.length, unchanged: fetched.length - news.length };
}

/** Packs while PostgreSQL is busy with the findings: the turn of the event loop lets their query go out first. */
async function packRaws(findings: readonly FetchedFinding[], stream: StreamName) {
  await setImmediate();
  return findings.map(({ id, raw }) => ({ id, raw: packRaw(raw, stream) }));
}

function signalsOf(context: StoreContext, before: ReadonlyMap<string, FindingRow>, after: readonly FindingRow[]) {
  return after
    .map((row) => findingSignal(context, before.get(row.id) ?? null, row))
    .filter((signal) => signal !== null);
}

/** Not news: the same content, or an older version that arrives late. */
function isNews({ record, hash }: FetchedFinding, head: FindingHead | undefined): boolean {
  if (head === undefined) return true;
  if (isOlder(record.updatedAt, head.sourceUpdatedAt)) return false;
  return hash !== head.hash || isWeekOlder(head.lastFoundAt, record.lastFoundAt);
}

function isOlder(time: string | null, than: string | null): boolean {
  const [a, b] = [instant(time), instant(than)];
  return a !== null && b !== null && a < b;
}

async function storeRejected(trx: Kysely<Schema>, context: StoreContext, page: SourcePage): Promise<void> {
  const idOf = (externalId: string) => recordId("rejected", context.integrationId, context.stream, externalId);
  const rows = page.rejected.map(({ externalId, reason, raw }) => ({
    id: idOf(externalId ?? JSON.stringify(raw)),
    integrationId: context.integrationId,
    stream: context.stream,
    externalId,
    reason,
    raw: packRaw(raw ?? null, context.stream),
    firstAt: context.at,
    lastAt: context.at,
  }));
  await writeRejected(trx, rows);
  await forgetRejected(
    trx,
    page.records.map((record) => idOf((record.finding ?? record.asset).externalId)),
  );
}
