import type { Kysely } from "kysely";
import type { Schema } from "../../store/schema.ts";
import { readIntegrationNames } from "../read-records.ts";
import { inReadTransaction } from "../read-transaction.ts";
import { type FoundSignal, toSignal } from "../records.ts";
import { detailTimeoutMs } from "./history.ts";

export interface SignalDetail extends FoundSignal {
  /** Whether what changed is still in the inventory. */
  isSubjectHere: boolean;
}

/** One signal; `null` when there is none of that id (any more: signals are kept for some time). */
export async function readSignalDetail(db: Kysely<Schema>, id: string): Promise<SignalDetail | null> {
  return await inReadTransaction(db, { timeoutMs: detailTimeoutMs }, (trx) => read(trx, id));
}

async function read(db: Kysely<Schema>, id: string): Promise<SignalDetail | null> {
  const row = await db.selectFrom("signal").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) return null;
  const subject = await db
    .selectFrom(row.subjectKind === "asset" ? "asset" : "finding")
    .select("id")
    .where("id", "=", row.subjectId)
    .executeTakeFirst();
  return { ...toSignal(row, await readIntegrationNames(db)), isSubjectHere: subject !== undefined };
}
