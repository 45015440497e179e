import { type Kysely, sql } from "kysely";
import type { Schema } from "../store/schema.ts";
import { readQuery } from "./bind.ts";
import { type Canceller, cancelOnAbort } from "./cancel-on-abort.ts";
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
  const transaction = await db
    .startTransaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute();
  let canceller: Canceller | undefined;
  try {
    canceller = await cancelOnAbort(db, transaction, signal);
    const { trx } = canceller;
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
    await canceller?.done();
    await transaction.rollback().execute();
  }
}
