import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

/**
 * Every lease has an epoch, one more than the last. A page is stored only under the epoch that fetched it, so a
 * process that lost its lease without noticing cannot write any more.
 */
export async function nextEpoch(db: Kysely<Schema>, accountKey: string, holder: string, now: number): Promise<number> {
  const row = await db
    .insertInto("lease")
    .values({ accountKey, epoch: 1, holder, acquiredAt: new Date(now).toISOString() })
    .onConflict((conflict) =>
      conflict.column("accountKey").doUpdateSet({
        epoch: sql`lease.epoch + 1`,
        holder: (eb) => eb.ref("excluded.holder"),
        acquiredAt: (eb) => eb.ref("excluded.acquiredAt"),
      }),
    )
    .returning("epoch")
    .executeTakeFirstOrThrow();
  return row.epoch;
}
