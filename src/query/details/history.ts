import type { Kysely } from "kysely";
import type { Schema } from "../../store/schema.ts";
import { type FoundSignal, type IntegrationNames, toSignal } from "../records.ts";

/** Everything of a detail is read from one state of the database, in bounded time. */
export const detailTimeoutMs = 5_000;

/** Of the signals of one record. */
const historyLength = 50;

export interface History {
  /** Newest first. */
  items: FoundSignal[];
  hasMore: boolean;
}

/** What happened to a finding or an asset. */
export async function readHistory(db: Kysely<Schema>, subjectId: string, names: IntegrationNames): Promise<History> {
  const rows = await db
    .selectFrom("signal")
    .selectAll()
    .where("subjectId", "=", subjectId)
    .orderBy("at", "desc")
    .orderBy("id", "desc")
    .limit(historyLength + 1)
    .execute();
  return {
    items: rows.slice(0, historyLength).map((row) => toSignal(row, names)),
    hasMore: rows.length > historyLength,
  };
}
