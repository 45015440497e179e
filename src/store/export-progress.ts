import type { Kysely, Selectable } from "kysely";
import type { Schema } from "./schema.ts";
import type { ExportProgressTable } from "./schema-users.ts";

export type ExportProgressRow = Selectable<ExportProgressTable>;

type Begun = Pick<ExportProgressRow, "id" | "userId" | "thing" | "query" | "format">;

/** `false`: there is one with this id. */
export async function insertExportProgress(db: Kysely<Schema>, begun: Begun, now: number): Promise<boolean> {
  const at = new Date(now).toISOString();
  const inserted = await db
    .insertInto("exportProgress")
    .values({ ...begun, startedAt: at, notedAt: at, finishedAt: null, result: null, sha256: null, error: null })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returning("id")
    .executeTakeFirst();
  return inserted !== undefined;
}

/** How far it is, and how it ended if it has. */
export type ExportNote = Pick<ExportProgressRow, "rows" | "bytes"> &
  Partial<Pick<ExportProgressRow, "result" | "sha256" | "error">>;

export async function noteExportProgress(db: Kysely<Schema>, id: string, note: ExportNote, now: number): Promise<void> {
  const at = new Date(now).toISOString();
  const finished = note.result === undefined ? {} : { finishedAt: at };
  await db
    .updateTable("exportProgress")
    .set({ ...note, ...finished, notedAt: at })
    .where("id", "=", id)
    .execute();
}

/** `undefined` when there is none, or it is another's; the two look the same. */
export async function findExportProgress(
  db: Kysely<Schema>,
  id: string,
  userId: string,
): Promise<ExportProgressRow | undefined> {
  return await db
    .selectFrom("exportProgress")
    .selectAll()
    .where("id", "=", id)
    .where("userId", "=", userId)
    .executeTakeFirst();
}

/** Forgets exports of which nothing was heard since a time. */
export async function pruneExportProgress(db: Kysely<Schema>, before: string): Promise<void> {
  await db.deleteFrom("exportProgress").where("notedAt", "<", before).execute();
}
