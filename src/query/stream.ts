import { type Kysely, sql } from "kysely";
import type { Schema } from "../store/schema.ts";
import { readQuery } from "./bind.ts";
import { compileCondition, tableOf } from "./compile.ts";
import type { Thing } from "./field.ts";
import { orderBy, type SortKey } from "./keyset.ts";
import { type FoundRecords, readIntegrationNames, toRecords } from "./read-records.ts";

export interface StreamOptions {
  query: string;
  /** What `now` means in the query, in ms; without it the clock. */
  now?: number;
  /** Rows in memory at a time. */
  batchSize?: number;
}

const byId: SortKey[] = [{ column: "id", type: "uuid", direction: "asc" }];
const orders: Record<Thing, SortKey[]> = {
  findings: byId,
  assets: byId,
  signals: [{ column: "at", type: "timestamptz", direction: "asc" }, ...byId],
};

/**
 * Everything a query finds, without a cap, in batches, as it was at one instant; by id, signals by time. Memory stays
 * the same however much there is. The connection is held until the caller has read all or leaves the loop.
 * @throws QueryError when the query cannot be understood
 */
export async function* streamRecords<T extends Thing>(
  db: Kysely<Schema>,
  thing: T,
  options: StreamOptions,
): AsyncGenerator<FoundRecords[T][], void, undefined> {
  const condition = readQuery(options.query, { thing, now: options.now ?? Date.now() });
  const table = tableOf[thing];
  const trx = await db.startTransaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute();
  try {
    const names = await readIntegrationNames(trx);
    const { where } = await compileCondition(trx, thing, condition);
    await sql`declare export_records no scroll cursor for
      select ${sql.table(table)}.* from ${sql.table(table)} where ${where} order by ${orderBy(orders[thing], table)}`.execute(
      trx,
    );
    const fetch = sql`fetch ${sql.raw(String(Math.trunc(options.batchSize ?? 1000)))} from export_records`;
    for (;;) {
      const { rows } = await fetch.execute(trx);
      if (rows.length === 0) return;
      yield await toRecords(trx, thing, rows, names);
    }
  } finally {
    await trx.rollback().execute();
  }
}
