import type { Kysely } from "kysely";
import type { Connector } from "../connectors/connector.ts";
import { FencedError } from "../errors.ts";
import { type NormalizedRecord, recordKindOf, type StreamName } from "../model.ts";
import { assetScoreConstants } from "../risk/constants.ts";
import { refreshAssetRisk } from "../store/asset-risk.ts";
import { repeatOnConflict } from "../store/conflict.ts";
import type { Integration } from "../store/integration.ts";
import { isReducedRaw } from "../store/raw.ts";
import { type RejectedRaw, readRejected, settleRejected, updateReasons } from "../store/rejected-list.ts";
import type { Schema } from "../store/schema.ts";
import { ensureSignalPartition } from "../store/signal.ts";
import { type ClassChoice, splitByClass } from "./class-scope.ts";
import { type Mapping, mappingOf, readRaw } from "./mapping.ts";
import { readPage, storeRecords } from "./page.ts";

export interface RetryDeps {
  db: Kysely<Schema>;
  now: () => number;
  findConnector: (id: string) => Connector;
}

export interface RetryCounts {
  examined: number;
  /** Readable now; stored unless a newer version was there already. */
  readable: number;
}

interface ScopedMapping extends Mapping {
  /** What turns out to be of another class is not wanted. */
  classes: ClassChoice;
}

const batchSize = 500;

/** Reads an integration's rejected records again with the present mapping and stores those that can be read now. */
export async function retryRejected(
  deps: RetryDeps,
  integration: Pick<Integration, "id" | "connector" | "assetClasses">,
  streams: readonly StreamName[],
): Promise<RetryCounts> {
  const mapping = { ...mappingOf(integration, deps.findConnector), classes: integration.assetClasses };
  const counts: RetryCounts = { examined: 0, readable: 0 };
  for (const stream of streams) {
    const since = new Date(deps.now()).toISOString();
    const readable = await retryStream(deps, mapping, stream, counts);
    const touched = { integrationId: integration.id, kind: recordKindOf[stream], since };
    if (readable > 0) await repeatOnConflict(() => refreshAssetRisk(deps.db, touched, assetScoreConstants));
  }
  return counts;
}

async function retryStream(deps: RetryDeps, mapping: ScopedMapping, stream: StreamName, counts: RetryCounts) {
  let total = 0;
  for (let afterId: string | null = null; ; ) {
    const of = { integrationId: mapping.integrationId, stream };
    const rows: RejectedRaw[] = await readRejected(deps.db, of, { afterId, limit: batchSize });
    const readable = await repeatOnConflict(() => retryBatch(deps, mapping, stream, rows));
    counts.examined += rows.length;
    counts.readable += readable;
    total += readable;
    afterId = rows.at(-1)?.id ?? null;
    if (rows.length < batchSize) return total;
  }
}

async function retryBatch(
  { db, now }: RetryDeps,
  mapping: ScopedMapping,
  stream: StreamName,
  rows: readonly RejectedRaw[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const { whole, reduced, readable, unreadable } = readAll(mapping, stream, rows);
  const { integrationId, inventory } = mapping;
  const at = now();
  await ensureSignalPartition(db, at);
  await db.transaction().execute(async (trx) => {
    await holdIntegration(trx, integrationId);
    const context = { integrationId, stream, inventory, at: new Date(at).toISOString() };
    await storeRecords(trx, context, readPage(context, { records: splitByClass(whole, mapping.classes).inside }));
    await storeRecords(
      trx,
      { ...context, isReduced: true },
      readPage(context, { records: splitByClass(reduced, mapping.classes).inside }),
    );
    await settleRejected(trx, readable);
    await updateReasons(trx, unreadable);
  });
  return readable.length;
}

/** What the mapping does not keep is no trouble any more either. */
function readAll(mapping: ScopedMapping, stream: StreamName, rows: readonly RejectedRaw[]) {
  const [whole, reduced]: [NormalizedRecord[], NormalizedRecord[]] = [[], []];
  const readable: RejectedRaw[] = [];
  const unreadable: { id: string; reason: string }[] = [];
  for (const row of rows) {
    const reading = readRaw(mapping, stream, row.raw);
    if ("reason" in reading) unreadable.push({ id: row.id, reason: reading.reason });
    else {
      readable.push(row);
      if (reading.record !== null) (isReducedRaw(row.raw) ? reduced : whole).push(reading.record);
    }
  }
  return { whole, reduced, readable, unreadable };
}

/** An integration must not be removed while records of it are stored: nobody would remove those. */
async function holdIntegration(trx: Kysely<Schema>, id: string): Promise<void> {
  const row = await trx.selectFrom("integration").select("id").where("id", "=", id).forKeyShare().executeTakeFirst();
  if (row === undefined) throw new FencedError("The integration was removed meanwhile");
}
