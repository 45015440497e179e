import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

export interface Pruned {
  passes: number;
  runs: number;
}

/** Complete full passes that are kept of each stream, whatever their age: the last count, and what gone is judged by. */
const keptFullPasses = 3;

/** Rows per transaction: nobody waits for long. */
const batchSize = 2_000;

/**
 * Forgets passes (with their slices) and runs that ended before a time. What anything still reads stays: per stream the
 * newest pass of each lane and the last complete full ones, per integration the newest run, and whatever is unfinished.
 */
export async function pruneRuns(db: Kysely<Schema>, before: string): Promise<Pruned> {
  const passes = await inBatches(() => prunePasses(db, before));
  return { passes, runs: await inBatches(() => pruneEmptyRuns(db, before)) };
}

async function inBatches(remove: () => Promise<number>): Promise<number> {
  for (let total = 0; ; ) {
    const n = await remove();
    total += n;
    if (n < batchSize) return total;
  }
}

async function prunePasses(db: Kysely<Schema>, before: string): Promise<number> {
  const result = await sql`
    with kept as (
      select id from (
        select id, result,
          row_number() over (partition by integration_id, stream, lane order by started_at desc) as nth,
          row_number() over (partition by integration_id, stream, lane, result order by finished_at desc) as nth_result,
          lane
        from pass
      ) ranked
      where nth = 1 or (lane = 'full' and result = 'success' and nth_result <= ${keptFullPasses})
    )
    delete from pass where id in (
      select id from pass where finished_at < ${before} and id not in (select id from kept) limit ${batchSize}
    )`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

async function pruneEmptyRuns(db: Kysely<Schema>, before: string): Promise<number> {
  const result = await sql`
    delete from run where id in (
      select id from run old
      where finished_at < ${before} and not exists (select from pass where run_id = old.id)
        and id not in (
          select distinct on (integration_id) id from run where started_at is not null
          order by integration_id, requested_at desc
        )
      limit ${batchSize}
    )`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

/**
 * Forgets records that could not be read and were last seen before a time, if a complete full pass has been there since:
 * what it did not meet is not in Wiz any more. Returns how many there were.
 */
export async function pruneRejected(db: Kysely<Schema>, before: string): Promise<number> {
  const result = await sql`
    delete from rejected_record old where last_at < ${before} and exists (
      select from pass where integration_id = old.integration_id and stream = old.stream
        and lane = 'full' and result = 'success' and started_at > old.last_at
    )`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

/**
 * Forgets processes that were not heard of for a day. One that still holds an account is left: whoever wants the account
 * must know whom to end. Times are the database's, as heartbeats are.
 */
export async function forgetDeadWorkers(db: Kysely<Schema>): Promise<void> {
  await sql`delete from worker where heartbeat_at < now() - interval '1 day'
    and not exists (select from lease where lease.worker_id = worker.id)`.execute(db);
}
