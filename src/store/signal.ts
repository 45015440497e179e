import { type Kysely, type Selectable, sql } from "kysely";
import { type BatchTable, writeBatch } from "./batch.ts";
import type { Schema, SignalTable } from "./schema.ts";

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

/** Appends to the change log. The partition of the day must be there (`ensureSignalPartition`). */
export async function writeSignals(db: Kysely<Schema>, rows: readonly SignalRow[]): Promise<void> {
  await writeBatch(db, signalBatch, rows, { do: "nothing" });
}

const dayMs = 86_400_000;

/** The days whose partition is known to be there, by database: asking for each page would take a round trip. */
const knownDays = new WeakMap<Kysely<Schema>, Set<string>>();

/** Makes the partition of the day (UTC) of `at`, unless it is there. */
export async function ensureSignalPartition(db: Kysely<Schema>, at: number): Promise<void> {
  const day = new Date(at).toISOString().slice(0, 10);
  const known = knownDays.get(db) ?? new Set();
  if (known.has(day)) return;
  await makePartition(db, day);
  knownDays.set(db, known.add(day));
}

async function makePartition(db: Kysely<Schema>, day: string): Promise<void> {
  const next = new Date(Date.parse(day) + dayMs).toISOString().slice(0, 10);
  const name = `signal_${day.replaceAll("-", "")}`;
  const { rows } = await sql<{ exists: boolean }>`select to_regclass(${name}) is not null as exists`.execute(db);
  if (rows[0]?.exists === true) return;
  await db.transaction().execute(async (trx) => {
    // Two processes may get here at once; the second then finds the partition made.
    await sql`select pg_advisory_xact_lock(hashtext('weir.signal_partition'))`.execute(trx);
    await sql
      .raw(
        `create table if not exists ${name} partition of signal for values from ('${day}T00:00:00Z') to ('${next}T00:00:00Z')`,
      )
      .execute(trx);
  });
}
