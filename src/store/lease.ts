import { type Kysely, sql } from "kysely";
import type { SourceState } from "../connectors/connector.ts";
import { FencedError } from "../errors.ts";
import type { Schema } from "./schema.ts";

export interface LeaseHolder {
  workerId: string;
  /** Host and process, for people. */
  name: string;
}

/**
 * Every lease has an epoch, one more than the last. A page is stored only under the epoch that fetched it, so a
 * process that lost its lease without noticing cannot write any more.
 */
export async function nextEpoch(
  db: Kysely<Schema>,
  accountKey: string,
  holder: LeaseHolder,
  now: number,
): Promise<number> {
  const { workerId, name } = holder;
  const row = await db
    .insertInto("lease")
    .values({ accountKey, epoch: 1, holder: name, workerId, acquiredAt: new Date(now).toISOString() })
    .onConflict((conflict) =>
      conflict.column("accountKey").doUpdateSet({
        epoch: sql`lease.epoch + 1`,
        holder: (eb) => eb.ref("excluded.holder"),
        workerId: (eb) => eb.ref("excluded.workerId"),
        acquiredAt: (eb) => eb.ref("excluded.acquiredAt"),
        sourceState: null,
      }),
    )
    .returning("epoch")
    .executeTakeFirstOrThrow();
  return row.epoch;
}

/**
 * Holds the lease as it is until the transaction ends: whoever wants the next epoch waits.
 * @throws FencedError when the lease has another epoch
 */
export async function holdEpoch(trx: Kysely<Schema>, accountKey: string, epoch: number): Promise<void> {
  const row = await trx
    .selectFrom("lease")
    .select("epoch")
    .where("accountKey", "=", accountKey)
    .forShare()
    .executeTakeFirst();
  if (row?.epoch !== epoch) throw new FencedError("Another process works for this service account now");
}

/** What the governor of an account is doing, for whoever asks from another process. */
export interface SourceReport {
  accountKey: string;
  /** Host and process that works for the account. */
  holder: string;
  state: SourceState;
  at: string;
}

export async function saveSourceState(
  db: Kysely<Schema>,
  accountKey: string,
  epoch: number,
  state: SourceState,
): Promise<void> {
  await db
    .updateTable("lease")
    .set({ sourceState: JSON.stringify(state), sourceStateAt: sql<string>`now()` })
    .where("accountKey", "=", accountKey)
    .where("epoch", "=", epoch)
    .execute();
}

const freshSeconds = 10;

/** The accounts that a living process works for. */
export async function readSourceReports(db: Kysely<Schema>): Promise<SourceReport[]> {
  const rows = await db
    .selectFrom("lease")
    .select(["accountKey", "holder", "sourceState as state", "sourceStateAt as at"])
    .where("sourceState", "is not", null)
    .where("sourceStateAt", ">", sql<string>`now() - make_interval(secs => ${freshSeconds})`)
    .orderBy("accountKey")
    .execute();
  return rows as SourceReport[];
}
