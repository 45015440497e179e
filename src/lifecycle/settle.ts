import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import { recordKindOf, type StreamName, streamNames } from "../model.ts";
import { inReadTransaction } from "../query/read-transaction.ts";
import { assetScoreConstants } from "../risk/constants.ts";
import { lockAssetRisk, scoreAssets } from "../store/asset-risk.ts";
import { repeatOnConflict } from "../store/conflict.ts";
import { moveCubes } from "../store/cube.ts";
import { type FindingRow, readFindings, writeFindings } from "../store/finding.ts";
import { activeAcceptances, type RiskAcceptance, shareAcceptances } from "../store/risk-acceptance.ts";
import type { Schema } from "../store/schema.ts";
import { ensureSignalPartition, writeSignals } from "../store/signal.ts";
import { notAccepted, sourceStatusOf } from "../sync/finding-life.ts";
import { findingSignal } from "../sync/signals.ts";
import { type CompiledScope, compileScopes, isCoverable } from "./scope.ts";

export interface LifeCycleDeps {
  db: Kysely<Schema>;
  now: () => number;
}

/** Which findings are looked at, given all scopes. */
export type Look = (scopes: readonly CompiledScope[]) => RawBuilder<SqlBool>;

export interface SettleOptions {
  /** Called with the number of findings that a batch changed. */
  onBatch?: (changed: number) => Promise<void>;
  signal?: AbortSignal;
  batchSize?: number;
}

const standardBatchSize = 500;
/** A page that comes between changes a finding under our hands; then the look is repeated, but not for ever. */
const mostRounds = 5;

/**
 * Makes findings that an active acceptance covers `accepted`, and those that none covers any more what their source says,
 * batch by batch, each in one transaction with its signals, counts and asset scores. Doing it twice changes nothing, so
 * a process that dies in between leaves the rest to the next one. Returns how many changed.
 */
export async function settle(deps: LifeCycleDeps, look: Look, options: SettleOptions = {}): Promise<number> {
  let changed = 0;
  for (let round = 1; round <= mostRounds; round++) {
    const { changed: some, skipped } = await settleOnce(deps, look, options);
    changed += some;
    if (skipped === 0 || options.signal?.aborted === true) return changed;
  }
  return changed;
}

async function settleOnce(deps: LifeCycleDeps, look: Look, options: SettleOptions) {
  const total = { changed: 0, skipped: 0 };
  for (let afterId: string | null = null; ; ) {
    const chunk: Chunk = await readChunk(deps, look, afterId);
    const done = await settleChunk(deps, chunk, options);
    total.changed += done.changed;
    total.skipped += done.skipped;
    if (options.signal?.aborted === true) return total;
    // Acceptances changed meanwhile: what was wanted is to be found out again.
    if (done.isStale) continue;
    if (chunk.wanted.length < chunkSize) return total;
    afterId = chunk.wanted.at(-1)!.id;
  }
}

/** What a finding should be, as of the version that was looked at. */
interface Wanted {
  id: string;
  version: number;
  /** The acceptance that covers it the longest. */
  wanted: string | null;
}

interface Chunk {
  acceptances: readonly RiskAcceptance[];
  wanted: Wanted[];
}

const chunkSize = 5_000;
const chunkTimeoutMs = 15 * 60_000;

async function readChunk({ db, now }: LifeCycleDeps, look: Look, afterId: string | null): Promise<Chunk> {
  const at = now();
  return await inReadTransaction(db, { timeoutMs: chunkTimeoutMs }, async (trx) => {
    const acceptances = await activeAcceptances(trx, at);
    const { scopes } = await compileScopes(trx, acceptances, at);
    const { rows } = await sql<Wanted>`
      select id, version, wanted from (
        select finding.id, finding.version, finding.acceptance_id, ${coveredBy(scopes)} as wanted from finding
        where ${isCoverable} and ${afterId === null ? sql`true` : sql`finding.id > ${afterId}::uuid`} and ${look(scopes)}
      ) as seen
      where wanted is distinct from acceptance_id order by id limit ${chunkSize}`.execute(trx);
    return { acceptances, wanted: rows };
  });
}

/** The first that covers it, and the longest stand first. */
function coveredBy(scopes: readonly CompiledScope[]): RawBuilder<unknown> {
  if (scopes.length === 0) return sql`null::uuid`;
  const cases = scopes.map(({ acceptance, test }) => sql`when ${test} then ${acceptance.id}::uuid`);
  return sql`case ${sql.join(cases, sql` `)} end`;
}

async function settleChunk(deps: LifeCycleDeps, { acceptances, wanted }: Chunk, options: SettleOptions) {
  const { batchSize = standardBatchSize, signal, onBatch } = options;
  const total = { changed: 0, skipped: 0, isStale: false };
  for (let i = 0; i < wanted.length && signal?.aborted !== true; i += batchSize) {
    const batch = wanted.slice(i, i + batchSize);
    const changed = await settleBatch(deps, acceptances, batch);
    if (changed === null) return { ...total, isStale: true };
    total.changed += changed;
    total.skipped += batch.length - changed;
    await onBatch?.(changed);
  }
  return total;
}

/** `null`: other acceptances are active now than those that were looked at. */
async function settleBatch(
  { db, now }: LifeCycleDeps,
  acceptances: readonly RiskAcceptance[],
  batch: readonly Wanted[],
): Promise<number | null> {
  return await repeatOnConflict(async () => {
    const at = now();
    await ensureSignalPartition(db, at);
    return await db.transaction().execute(async (trx) => {
      await shareAcceptances(trx);
      if (markOf(await activeAcceptances(trx, at)) !== markOf(acceptances)) return null;
      await lockAssetRisk(trx);
      return await storeBatch(trx, acceptances, batch, new Date(at).toISOString());
    });
  });
}

function markOf(acceptances: readonly RiskAcceptance[]): string {
  return acceptances.map(({ id, revision }) => `${id} ${revision}`).join();
}

async function storeBatch(
  trx: Kysely<Schema>,
  acceptances: readonly RiskAcceptance[],
  batch: readonly Wanted[],
  at: string,
): Promise<number> {
  const stored = await readFindings(
    trx,
    batch.map(({ id }) => id),
  );
  const seen = batch.flatMap(({ id, version, wanted }) => {
    const row = stored.get(id);
    return row?.version === version ? [{ row, wanted }] : [];
  });
  const before = seen.map(({ row }) => row);
  const after = seen.map(({ row, wanted }) => covered(row, wanted, at));
  await writeFindings(trx, after);
  const texts = await textsOf(trx, acceptances, before);
  const signals = before.map((row, i) => signalOf(row, after[i]!, texts, at)).filter((signal) => signal !== null);
  const assetIds = [...new Set(after.flatMap(({ assetId }) => (assetId === null ? [] : [assetId])))].sort();
  await scoreAssets(trx, assetIds, assetScoreConstants);
  await moveCubes(trx, before, after);
  await writeSignals(trx, signals);
  return after.length;
}

function covered(row: FindingRow, wanted: string | null, at: string): FindingRow {
  const status = sourceStatusOf(row);
  const written = { ...row, changedAt: at, version: row.version + 1 };
  if (wanted === null) return { ...written, ...notAccepted, status };
  const acceptedAt = row.acceptedAt ?? at;
  return { ...written, status: "accepted", sourceStatus: status, acceptanceId: wanted, acceptedAt };
}

/** In words for those who read the finding's history, also of acceptances that hold no longer. */
async function textsOf(
  trx: Kysely<Schema>,
  active: readonly RiskAcceptance[],
  before: readonly FindingRow[],
): Promise<ReadonlyMap<string, string>> {
  const old = before.flatMap(({ acceptanceId }) => (acceptanceId === null ? [] : [acceptanceId]));
  const rows = await trx
    .selectFrom("riskAcceptance")
    .selectAll()
    .where((eb) => eb("id", "=", eb.fn.any(eb.val([...new Set(old)]))))
    .execute();
  return new Map([...rows, ...active].map((one) => [one.id, acceptanceText(one)]));
}

function acceptanceText({ reason, owner, expiresAt }: RiskAcceptance): string {
  return `${reason} (${owner}, until ${expiresAt.slice(0, 10)})`;
}

function signalOf(before: FindingRow, after: FindingRow, texts: ReadonlyMap<string, string>, at: string) {
  const textOf = (id: string | null) => (id === null ? null : (texts.get(id) ?? id));
  const acceptance = { from: textOf(before.acceptanceId), to: textOf(after.acceptanceId) };
  const context = { integrationId: before.integrationId, stream: streamOf(before.kind), at };
  return findingSignal(context, before, after, { acceptance });
}

function streamOf(kind: string): StreamName {
  return streamNames.find((stream) => recordKindOf[stream] === kind) ?? "issues";
}
