import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

/** A process that works for service accounts. */
export interface WorkerRow {
  id: string;
  /** Host and process, for people. */
  name: string;
  isPolling: boolean;
}

/** A worker that was not heard of for so long is dead or frozen. */
const silenceSeconds = 8;

/** The name of a worker's lease connection: while that is open the process exists. */
export function leaseConnectionName(workerId: string): string {
  return `weir lease ${workerId}`;
}

/** The name of a process's other connections, so that all of them can be ended when it is frozen. */
export function poolConnectionName(workerId: string): string {
  return `weir ${workerId}`;
}

export async function registerWorker(db: Kysely<Schema>, worker: WorkerRow): Promise<void> {
  const values = { ...worker, startedAt: sql<string>`now()`, heartbeatAt: sql<string>`now()` };
  await db
    .insertInto("worker")
    .values(values)
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ heartbeatAt: sql<string>`now()` }))
    .execute();
}

export async function forgetWorker(db: Kysely<Schema>, id: string): Promise<void> {
  await db.deleteFrom("worker").where("id", "=", id).execute();
}

/** Tells the others that we live. `false`: they have given us up. */
export async function beatHeart(db: Kysely<Schema>, id: string): Promise<boolean> {
  const result = await db
    .updateTable("worker")
    .set({ heartbeatAt: sql<string>`now()` })
    .where("id", "=", id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** How many processes poll by the clock just now; times are the database's, so no two clocks are compared. */
export async function countPollingWorkers(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from worker
    where is_polling and heartbeat_at > now() - make_interval(secs => ${silenceSeconds})
      and exists (select from pg_stat_activity
        where datname = current_database() and application_name = 'weir lease ' || worker.id)`.execute(db);
  return rows[0]?.n ?? 0;
}

/**
 * Ends every connection of the worker that holds an account's lease but is silent, so that its locks fall, and forgets
 * it. `null`: the holder is alive.
 */
export async function evictSilentHolder(db: Kysely<Schema>, accountKey: string): Promise<string | null> {
  const { rows } = await sql<{ id: string; name: string }>`
    delete from worker using lease
    where lease.worker_id = worker.id and lease.account_key = ${accountKey}
      and worker.heartbeat_at < now() - make_interval(secs => ${silenceSeconds})
    returning worker.id, worker.name`.execute(db);
  const silent = rows[0];
  if (silent === undefined) return null;
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database()
      and application_name in (${leaseConnectionName(silent.id)}, ${poolConnectionName(silent.id)})`.execute(db);
  return silent.name;
}
