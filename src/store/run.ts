import { randomUUID } from "node:crypto";
import { type Insertable, type Kysely, type Selectable, sql } from "kysely";
import type { Count, SliceSpec } from "../connectors/connector.ts";
import type { Lane, StreamName } from "../model.ts";
import { holdEpoch } from "./lease.ts";
import type { Schema } from "./schema.ts";
import type { PassTable, RunTable } from "./schema-sync.ts";
import { createSeen } from "./seen.ts";
import type { PageCounts } from "./slice.ts";

export type RunTrigger = "schedule" | "demand" | "first" | "resume";
type RunMode = Lane;
export type RunResult = "success" | "partial" | "failed" | "unauthorized" | "cancelled" | "interrupted";
/** What a run is doing: `assets` first where the inventory is not in yet, then `findings`, then `done`. */
export type RunPhase = "queued" | "assets" | "findings" | "done";
export type PassResult = "success" | "failed" | "unavailable" | "unauthorized" | "cancelled";

export interface Run extends Selectable<RunTable> {
  mode: RunMode;
  streams: StreamName[];
}
export interface Pass extends Selectable<PassTable> {
  stream: StreamName;
  lane: Lane;
}

export interface RunRequest {
  integrationId: string;
  trigger: RunTrigger;
  mode: RunMode;
  streams: readonly StreamName[];
}

/** Asks for a run; whoever holds the lease of the service account starts it. */
export async function requestRun(db: Kysely<Schema>, request: RunRequest, now: number): Promise<string> {
  const id = randomUUID();
  const row: Insertable<RunTable> = {
    id,
    ...request,
    streams: [...request.streams],
    requestedAt: new Date(now).toISOString(),
    phase: "queued",
  };
  await db.insertInto("run").values(row).execute();
  return id;
}

/** Begins a run, or goes on with one. `false`: it has come to its end meanwhile. */
export async function startRun(db: Kysely<Schema>, id: string, now: number): Promise<boolean> {
  const result = await db
    .updateTable("run")
    .set((eb) => ({ startedAt: eb.fn.coalesce("startedAt", eb.val(new Date(now).toISOString())) }))
    .where("id", "=", id)
    .where("finishedAt", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function setRunPhase(db: Kysely<Schema>, id: string, phase: RunPhase): Promise<void> {
  await db.updateTable("run").set({ phase }).where("id", "=", id).where("finishedAt", "is", null).execute();
}

export async function finishRun(
  db: Kysely<Schema>,
  id: string,
  result: RunResult,
  error: string | null,
  now: number,
): Promise<void> {
  await db
    .updateTable("run")
    .set({ finishedAt: new Date(now).toISOString(), result, error, phase: "done" })
    .where("id", "=", id)
    .where("finishedAt", "is", null)
    .execute();
}

export async function readRun(db: Kysely<Schema>, id: string): Promise<Run | undefined> {
  return (await db.selectFrom("run").selectAll().where("id", "=", id).executeTakeFirst()) as Run | undefined;
}

/** Runs of an account's integrations that are queued or running, oldest first. */
export async function unfinishedRuns(db: Kysely<Schema>, accountKey: string): Promise<Run[]> {
  const rows = await db
    .selectFrom("run")
    .innerJoin("integration", "integration.id", "run.integrationId")
    .selectAll("run")
    .where("integration.accountKey", "=", accountKey)
    .where("run.finishedAt", "is", null)
    .orderBy("run.requestedAt")
    .execute();
  return rows as Run[];
}

/** Runs of some integrations that are queued or running, oldest first. */
export async function unfinishedRunsOf(db: Kysely<Schema>, integrationIds: readonly string[]): Promise<Run[]> {
  const rows = await db
    .selectFrom("run")
    .selectAll()
    .where((eb) => eb("integrationId", "=", eb.fn.any(eb.val(integrationIds))))
    .where("finishedAt", "is", null)
    .orderBy("requestedAt")
    .execute();
  return rows as Run[];
}

export async function requestCancel(db: Kysely<Schema>, runId: string, now: number): Promise<void> {
  await db
    .updateTable("run")
    .set({ cancelRequestedAt: new Date(now).toISOString() })
    .where("id", "=", runId)
    .where("finishedAt", "is", null)
    .execute();
}

export interface NewPass {
  runId: string;
  integrationId: string;
  stream: StreamName;
  lane: Lane;
  accountKey: string;
  windowAfter: string | null;
  windowBefore: string | null;
  sourceStartedAt: string;
  /** What a full pass can see; `null` for a delta. */
  scope: string | null;
  tracksSeen: boolean;
  /** With what the source counted for each while it was cut, so that the whole is known from the beginning. */
  slices: readonly { spec: SliceSpec; count: Count | null }[];
  epoch: number;
}

/** A pass and its slices begin together. @throws FencedError when the lease is lost */
export async function insertPass(db: Kysely<Schema>, pass: NewPass, now: number): Promise<Pass> {
  const { slices, epoch, ...row } = pass;
  const passId = randomUUID();
  return await db.transaction().execute(async (trx) => {
    await holdEpoch(trx, pass.accountKey, epoch);
    const inserted = await trx
      .insertInto("pass")
      .values({ id: passId, ...row, startedAt: new Date(now).toISOString() })
      .returningAll()
      .executeTakeFirstOrThrow();
    const rows = slices.map(({ spec, count }, position) => ({
      id: randomUUID(),
      passId,
      position,
      spec: JSON.stringify(spec),
      sourceCount: count?.value ?? null,
      isCountCapped: count?.isCapped ?? false,
      epoch,
    }));
    await trx.insertInto("slice").values(rows).execute();
    if (pass.tracksSeen) await createSeen(trx, passId);
    return inserted as Pass;
  });
}

export async function unfinishedPasses(db: Kysely<Schema>, runId: string): Promise<Pass[]> {
  return (await db
    .selectFrom("pass")
    .selectAll()
    .where("runId", "=", runId)
    .where("finishedAt", "is", null)
    .execute()) as Pass[];
}

/** Streams that runs have brought in to their end, by run. */
export async function pulledStreams(
  db: Kysely<Schema>,
  runs: readonly Pick<Run, "id">[],
): Promise<Map<string, Set<StreamName>>> {
  if (runs.length === 0) return new Map();
  const ids = runs.map(({ id }) => id);
  const rows = await db
    .selectFrom("pass")
    .select(["runId", "stream"])
    .where((eb) => eb("runId", "=", eb.fn.any(eb.val(ids))))
    .where("result", "=", "success")
    .execute();
  const byRun = Map.groupBy(rows, ({ runId }) => runId);
  return new Map([...byRun].map(([id, passes]) => [id, new Set(passes.map(({ stream }) => stream as StreamName))]));
}

/**
 * Passes of an account that nobody finished, whatever became of their run. Those of an integration's former account
 * ask a tenant that it no longer belongs to: they are closed.
 */
export async function orphanedPasses(db: Kysely<Schema>, accountKey: string, now: number): Promise<Pass[]> {
  const rows = await db
    .selectFrom("pass")
    .innerJoin("integration", "integration.id", "pass.integrationId")
    .selectAll("pass")
    .where("integration.accountKey", "=", accountKey)
    .where("pass.finishedAt", "is", null)
    .execute();
  const former = rows.filter((row) => row.accountKey !== accountKey);
  for (const { id } of former) await finishPass(db, id, { result: "cancelled", errorCode: null, error: null }, now);
  return rows.filter((row) => row.accountKey === accountKey) as Pass[];
}

/** Closes the passes of a run that a person cancelled. */
export async function cancelPasses(db: Kysely<Schema>, runId: string, now: number): Promise<void> {
  await db
    .updateTable("pass")
    .set({ finishedAt: new Date(now).toISOString(), result: "cancelled" })
    .where("runId", "=", runId)
    .where("finishedAt", "is", null)
    .execute();
}

/** A new run goes on with passes of interrupted ones. */
export async function adoptPasses(db: Kysely<Schema>, passIds: readonly string[], toRunId: string): Promise<void> {
  await db
    .updateTable("pass")
    .set({ runId: toRunId })
    .where((eb) => eb("id", "=", eb.fn.any(eb.val(passIds))))
    .execute();
}

export interface PassEnd {
  result: PassResult;
  errorCode: string | null;
  error: string | null;
  /** Records of the stream that Weir holds now; absent when the pass did not complete. */
  held?: number;
}

export async function finishPass(db: Kysely<Schema>, id: string, end: PassEnd, now: number): Promise<void> {
  await db
    .updateTable("pass")
    .set({ ...end, finishedAt: new Date(now).toISOString() })
    .where("id", "=", id)
    .where("finishedAt", "is", null)
    .execute();
}

/** What a complete full pass said of the records that it did not see. */
export async function saveReconciliation(
  db: Kysely<Schema>,
  passId: string,
  found: Partial<Pick<Pass, "missing" | "gone" | "goneNote">>,
): Promise<void> {
  await db.updateTable("pass").set(found).where("id", "=", passId).execute();
}

/** The newest full pass of a stream that came to its end. */
export async function lastCompleteFull(
  db: Kysely<Schema>,
  integrationId: string,
  stream: StreamName,
): Promise<Pass | undefined> {
  const row = await db
    .selectFrom("pass")
    .selectAll()
    .where("integrationId", "=", integrationId)
    .where("stream", "=", stream)
    .where("lane", "=", "full")
    .where("result", "=", "success")
    .orderBy("finishedAt", "desc")
    .limit(1)
    .executeTakeFirst();
  return row as Pass | undefined;
}

/** Slices of records that belong to what the source counts of a stream. */
export const isCounted = sql<boolean>`not coalesce((slice.spec ->> 'isExtra')::boolean, false)`;

/** What the source counted for a pass; `null` when it did not count all of it to the end. */
export async function readPassCount(db: Kysely<Schema>, passId: string): Promise<number | null> {
  const row = await db
    .selectFrom("slice")
    .select((eb) => [
      eb.fn.sum<string>("sourceCount").as("count"),
      sql<boolean>`bool_and(source_count is not null and not is_count_capped)`.as("isExact"),
    ])
    .where("passId", "=", passId)
    .where(isCounted)
    .executeTakeFirstOrThrow();
  return row.isExact ? Number(row.count) : null;
}

/** What a pass fetched beside what the source counts: such records are seen as well, and make up for none that lack. */
export async function countExtra(db: Kysely<Schema>, passId: string): Promise<number> {
  const row = await db
    .selectFrom("slice")
    .select((eb) => eb.fn.sum<string | null>("fetched").as("n"))
    .where("passId", "=", passId)
    .where(sql<boolean>`not ${isCounted}`)
    .executeTakeFirstOrThrow();
  return Number(row.n ?? 0);
}

/** A pass with the sums of its slices. */
export interface PassSummary extends Pass {
  /** What the source counted; `null` when it was not asked or is not counted yet. */
  sourceCount: number | null;
  fetched: number;
  written: number;
  unchanged: number;
  rejected: number;
  outOfScope: number;
}

export async function summarizePasses(db: Kysely<Schema>, runIds: readonly string[]): Promise<PassSummary[]> {
  if (runIds.length === 0) return [];
  const rows = await db
    .selectFrom("pass")
    .leftJoin("slice", "slice.passId", "pass.id")
    .selectAll("pass")
    .select([
      sql<number | null>`sum(slice.source_count)::bigint`.as("sourceCount"),
      sql<number>`coalesce(sum(slice.fetched), 0)::bigint`.as("fetched"),
      sql<number>`coalesce(sum(slice.written), 0)::bigint`.as("written"),
      sql<number>`coalesce(sum(slice.unchanged), 0)::bigint`.as("unchanged"),
      sql<number>`coalesce(sum(slice.rejected), 0)::bigint`.as("rejected"),
      sql<number>`coalesce(sum(slice.out_of_scope), 0)::bigint`.as("outOfScope"),
    ])
    .where((eb) => eb("pass.runId", "=", eb.fn.any(eb.val(runIds))))
    .groupBy("pass.id")
    .orderBy("pass.startedAt")
    .execute();
  return rows as PassSummary[];
}

export async function summarizePass(db: Kysely<Schema>, passId: string): Promise<PageCounts> {
  const row = await db
    .selectFrom("slice")
    .select((eb) => [
      eb.fn.coalesce(eb.fn.sum<number>("fetched"), eb.lit(0)).as("fetched"),
      eb.fn.coalesce(eb.fn.sum<number>("written"), eb.lit(0)).as("written"),
      eb.fn.coalesce(eb.fn.sum<number>("unchanged"), eb.lit(0)).as("unchanged"),
      eb.fn.coalesce(eb.fn.sum<number>("rejected"), eb.lit(0)).as("rejected"),
      eb.fn.coalesce(eb.fn.sum<number>("partialPages"), eb.lit(0)).as("partialPages"),
      eb.fn.coalesce(eb.fn.sum<number>("outOfScope"), eb.lit(0)).as("outOfScope"),
    ])
    .where("passId", "=", passId)
    .executeTakeFirstOrThrow();
  // A sum of bigints is a numeric, which arrives as text.
  return {
    fetched: Number(row.fetched),
    written: Number(row.written),
    unchanged: Number(row.unchanged),
    rejected: Number(row.rejected),
    partialPages: Number(row.partialPages),
    outOfScope: Number(row.outOfScope),
  };
}

export interface Reopening {
  integrationId: string;
  /** Of the integration's present service account. */
  accountKey: string;
  stream: StreamName;
  /** Passes that began before this are too old. */
  since: string;
  runId: string;
  epoch: number;
  /** Whether a pass that could see so much is of use now. */
  isUsable: (scope: string | null) => boolean;
}

/**
 * A full pass that failed or was cancelled is gone on with: its finished slices need not be fetched again.
 * @throws FencedError when the lease is lost
 */
export async function reopenFailedPass(db: Kysely<Schema>, reopening: Reopening): Promise<Pass | undefined> {
  const { integrationId, accountKey, stream, since, runId, epoch, isUsable } = reopening;
  return await db.transaction().execute(async (trx) => {
    await holdEpoch(trx, accountKey, epoch);
    const last = await trx
      .selectFrom("pass")
      .select(["id", "result", "scope"])
      .where("integrationId", "=", integrationId)
      .where("accountKey", "=", accountKey)
      .where("stream", "=", stream)
      .where("lane", "=", "full")
      .where("startedAt", ">=", since)
      .orderBy("startedAt", "desc")
      .limit(1)
      .executeTakeFirst();
    if (last === undefined || (last.result !== "failed" && last.result !== "cancelled")) return undefined;
    if (!isUsable(last.scope)) return undefined;
    await trx.updateTable("slice").set({ epoch, restarts: 0 }).where("passId", "=", last.id).execute();
    const reopened = await trx
      .updateTable("pass")
      .set({ runId, finishedAt: null, result: null, errorCode: null, error: null })
      .where("id", "=", last.id)
      .returningAll()
      .executeTakeFirst();
    return reopened as Pass | undefined;
  });
}
