import { type Kysely, sql } from "kysely";
import { QueryError } from "../errors.ts";
import type { Schema } from "../store/schema.ts";
import { cancelOnAbort } from "./cancel-on-abort.ts";

export interface ReadLimits {
  /** For each statement. */
  timeoutMs: number;
  /** Ends it at once, also while the database is still looking. */
  signal?: AbortSignal | undefined;
}

/**
 * Everything in it is read from one state of the database, and no statement takes longer than the time given.
 * @throws QueryError when one does; the signal's reason once that is given
 */
export async function inReadTransaction<R>(
  db: Kysely<Schema>,
  { timeoutMs, signal }: ReadLimits,
  read: (trx: Kysely<Schema>) => Promise<R>,
): Promise<R> {
  signal?.throwIfAborted();
  try {
    return await db
      .transaction()
      .setIsolationLevel("repeatable read")
      .setAccessMode("read only")
      .execute(async (transaction) => {
        const { trx, done } = await cancelOnAbort(db, transaction, signal);
        try {
          await setStatementTimeout(trx, timeoutMs);
          return await read(trx);
        } finally {
          await done();
        }
      });
  } catch (error) {
    signal?.throwIfAborted();
    if (!isTimeout(error)) throw error;
    throw new QueryError(
      `The search took longer than ${timeoutMs / 1000} s: narrow it down, for example by severity, status, a CVE, an account, a project, a tag or a shorter time`,
      0,
      { cause: error },
    );
  }
}

/** What `read` answers, or `null` when a statement in it takes longer than the time given. */
export async function withinTime<R>(
  db: Kysely<Schema>,
  { limitMs, timeoutMs }: { limitMs: number; timeoutMs: number },
  read: () => Promise<R>,
): Promise<R | null> {
  await sql`savepoint attempt`.execute(db);
  await setStatementTimeout(db, Math.max(1, Math.ceil(Math.min(limitMs, timeoutMs))));
  try {
    const result = await read();
    await setStatementTimeout(db, timeoutMs);
    return result;
  } catch (error) {
    if (!isTimeout(error)) throw error;
    // Takes the time limit back too.
    await sql`rollback to savepoint attempt`.execute(db);
    return null;
  }
}

export async function setStatementTimeout(db: Kysely<Schema>, timeoutMs: number): Promise<void> {
  await sql`select set_config('statement_timeout', ${String(timeoutMs)}, true)`.execute(db);
}

/** Whether PostgreSQL ended a statement because its time was up. */
function isTimeout(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === "57014";
}
