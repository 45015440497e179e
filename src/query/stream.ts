import { type Kysely, sql } from "kysely";
import type { Schema } from "../store/schema.ts";
import { readQuery } from "./bind.ts";
import { compileCondition, tableOf } from "./compile.ts";
import type { Thing } from "./field.ts";
import { orderBy, type SortKey } from "./keyset.ts";
import { type FoundRecords, readIntegrationNames, toRecords } from "./read-records.ts";
import type { IntegrationNames } from "./records.ts";

export interface StreamOptions {
  query: string;
  /** What `now` means in the query, in ms; without it the clock. */
  now?: number;
  /** Rows in memory at a time. */
  batchSize?: number;
  /** Ends it at once, also while the database is still looking. */
  signal?: AbortSignal | undefined;
}

const byId: SortKey[] = [{ column: "id", type: "uuid", direction: "asc" }];
const orders: Record<Thing, SortKey[]> = {
  findings: byId,
  assets: byId,
  signals: [{ column: "at", type: "timestamptz", direction: "asc" }, ...byId],
};

/** Makes records of rows; what else it needs it reads in the same state of the database. */
export type ReadBatch<R> = (db: Kysely<Schema>, rows: readonly unknown[], names: IntegrationNames) => Promise<R[]>;

/** Everything a query finds, as the records that users see; see `streamBatches`. */
export function streamRecords<T extends Thing>(
  db: Kysely<Schema>,
  thing: T,
  options: StreamOptions,
): AsyncGenerator<FoundRecords[T][], void, undefined> {
  return streamBatches(db, thing, options, (trx, rows, names) => toRecords(trx, thing, rows, names));
}

/**
 * Everything a query finds, without a cap, in batches, as it was at one instant; by id, signals by time. Memory stays
 * the same however much there is. The connection is held until the caller has read all or leaves the loop.
 * @throws QueryError when the query cannot be understood
 */
export async function* streamBatches<R>(
  db: Kysely<Schema>,
  thing: Thing,
  options: StreamOptions,
  read: ReadBatch<R>,
): AsyncGenerator<R[], void, undefined> {
  const condition = readQuery(options.query, { thing, now: options.now ?? Date.now() });
  const { signal } = options;
  const table = tableOf[thing];
  signal?.throwIfAborted();
  const trx = await db.startTransaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute();
  const canceller = cancelOnAbort(db, trx, signal);
  try {
    await canceller.ready;
    const names = await readIntegrationNames(trx);
    const { where } = await compileCondition(trx, thing, condition);
    await sql`declare export_records no scroll cursor for
      select ${sql.table(table)}.* from ${sql.table(table)} where ${where} order by ${orderBy(orders[thing], table)}`.execute(
      trx,
    );
    const fetch = sql`fetch ${sql.raw(String(Math.trunc(options.batchSize ?? 1000)))} from export_records`;
    for (;;) {
      const { rows } = await fetch.execute(trx);
      signal?.throwIfAborted();
      if (rows.length === 0) return;
      yield await read(trx, rows, names);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await canceller.done();
    await trx.rollback().execute();
  }
}

/** A statement that finds nothing for minutes does not notice that nobody waits for it any more. */
function cancelOnAbort(db: Kysely<Schema>, trx: Kysely<Schema>, signal: AbortSignal | undefined) {
  if (signal === undefined) return { ready: undefined, done: async () => undefined };
  let pid: number | undefined;
  let cancelling: Promise<unknown> | undefined;
  const cancel = () => {
    if (pid === undefined) return;
    // When it cannot be cancelled it goes on to its end, and is rolled back then.
    cancelling = sql`select pg_cancel_backend(${pid})`.execute(db).catch(() => undefined);
  };
  signal.addEventListener("abort", cancel, { once: true });
  return {
    ready: sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx).then(({ rows }) => {
      pid = rows[0]?.pid;
      signal.throwIfAborted();
    }),
    // The connection goes back only after the cancelling, which would otherwise hit its next user.
    async done() {
      signal.removeEventListener("abort", cancel);
      pid = undefined;
      await cancelling;
    },
  };
}
