import { type Kysely, sql } from "kysely";
import type pg from "pg";
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

/** Joins the workers; those that have been silent for very long are forgotten. */
export async function registerWorker(db: Kysely<Schema>, worker: WorkerRow): Promise<void> {
  await sql`delete from worker where heartbeat_at < now() - interval '1 hour'`.execute(db);
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

/**
 * Tells the others that we live, over our own lease connection: pages may keep the pool busy. `false`: they have given
 * us up.
 */
export async function beatHeart(session: pg.Client, id: string): Promise<boolean> {
  const { rowCount } = await session.query("update worker set heartbeat_at = now() where id = $1", [id]);
  return rowCount === 1;
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
 * it. Returns its name; `null`: the holder is alive.
 */
export async function evictSilentHolder(db: Kysely<Schema>, accountKey: string): Promise<string | null> {
  const { rows } = await sql<{ id: string; name: string }>`
    select lease.worker_id as id, lease.holder as name from lease left join worker on worker.id = lease.worker_id
    where lease.account_key = ${accountKey} and lease.worker_id is not null
      and (worker.id is null or worker.heartbeat_at < now() - make_interval(secs => ${silenceSeconds}))`.execute(db);
  const silent = rows[0];
  if (silent === undefined) return null;
  await forgetWorker(db, silent.id);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database()
      and application_name in (${leaseConnectionName(silent.id)}, ${poolConnectionName(silent.id)})`.execute(db);
  return silent.name;
}
