import { type Kysely, type Selectable, sql } from "kysely";
import { type BatchTable, insertBatch, writeTogether } from "./batch.ts";
import type { Schema, SignalTable } from "./schema.ts";
import { signalCubeWrite } from "./signal-cube.ts";

export type SignalRow = Selectable<SignalTable>;

const signalBatch: BatchTable<SignalRow> = {
  name: "signal",
  key: ["id", "at"],
  columns: {
    id: "uuid",
    at: "timestamptz",
    integrationId: "uuid",
    stream: "text",
    change: "text",
    subjectKind: "text",
    subjectId: "uuid",
    externalId: "text",
    severity: "smallint",
    title: "text",
    assetName: "text",
    fields: "jsonb",
  },
};

/** Appends to the change log and counts, as the last of a transaction. See `appendSignals`. */
export async function writeSignals(db: Kysely<Schema>, rows: readonly SignalRow[]): Promise<void> {
  await appendSignals(db, rows);
  await writeTogether(db, [signalCubeWrite(rows)]);
}

/**
 * Appends to the change log; to count them (`signalCubeWrite`) is left to the caller. The partition of the day must be
 * there (`ensureSignalPartition`).
 */
export async function appendSignals(db: Kysely<Schema>, rows: readonly SignalRow[]): Promise<void> {
  await insertBatch(db, signalBatch, rows, { do: "nothing" });
}

const dayMs = 86_400_000;

/** When the partition of a day was last seen, by database: asking for each page would take a round trip. */
const seenDays = new WeakMap<Kysely<Schema>, Map<string, number>>();

/** A partition may be dropped by a process whose clock is ahead of ours; then signals can be stored again so soon. */
const trustedMs = 60_000;

/** Makes the partition of the day (UTC) of `at`, unless it is there. */
export async function ensureSignalPartition(db: Kysely<Schema>, at: number): Promise<void> {
  const day = new Date(at).toISOString().slice(0, 10);
  const seen = seenDays.get(db) ?? new Map<string, number>();
  const moment = performance.now();
  if (moment - (seen.get(day) ?? Number.NEGATIVE_INFINITY) < trustedMs) return;
  await makePartition(db, day);
  seenDays.set(db, seen.set(day, moment));
}

async function makePartition(db: Kysely<Schema>, day: string): Promise<void> {
  const next = new Date(Date.parse(day) + dayMs).toISOString().slice(0, 10);
  const name = `signal_${day.replaceAll("-", "")}`;
  const { rows } = await sql<{ exists: boolean }>`select to_regclass(${name}) is not null as exists`.execute(db);
  if (rows[0]?.exists === true) return;
  await db.transaction().execute(async (trx) => {
    // Two processes may get here at once; the second then finds the partition made.
    await sql`select pg_advisory_xact_lock(hashtext('weir.signal_partition'))`.execute(trx);
    // Not to_regclass: it may answer from a cache that the wait for the lock has made stale.
    const again = await sql<{ exists: boolean }>`select exists (select from pg_class
      where relname = ${name} and relnamespace = current_schema()::regnamespace) as exists`.execute(trx);
    if (again.rows[0]?.exists === true) return;
    // In two steps: `create table … partition of` waits until nobody reads signals, and an export may read for hours.
    await sql.raw(`create table ${name} (like signal including defaults)`).execute(trx);
    await sql
      .raw(`alter table signal attach partition ${name} for values from ('${day}T00:00:00Z') to ('${next}T00:00:00Z')`)
      .execute(trx);
  });
}
