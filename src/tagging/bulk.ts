import { randomUUID } from "node:crypto";
import { type Kysely, type Selectable, sql } from "kysely";
import { readQuery } from "../query/bind.ts";
import { compileCondition } from "../query/compile.ts";
import { tagFound, untagFound } from "../store/asset-tag.ts";
import { repeatOnConflict } from "../store/conflict.ts";
import type { Schema } from "../store/schema.ts";
import type { TagBulkTable } from "../store/schema-tags.ts";
import type { TaggingDeps } from "./evaluate.ts";

export type TagBulk = Selectable<TagBulkTable>;

const batchSize = 5_000;

/** What is asked for: a static tag comes to all that a query finds, or goes from them. */
export type BulkRequest = Pick<TagBulk, "tagId" | "action" | "query" | "total">;

export async function requestBulk(trx: Kysely<Schema>, request: BulkRequest, now: number): Promise<void> {
  await trx
    .insertInto("tagBulk")
    .values({ id: randomUUID(), ...request, requestedAt: new Date(now).toISOString() })
    .execute();
}

/** What is still to be done, in the order in which it was asked for. */
export async function listBulks(db: Kysely<Schema>, tagId?: string): Promise<TagBulk[]> {
  return await db
    .selectFrom("tagBulk")
    .selectAll()
    .$if(tagId !== undefined, (query) => query.where("tagId", "=", tagId ?? ""))
    .orderBy("requestedAt")
    .orderBy("id")
    .execute();
}

/** Does it in batches, each with its count: after a crash it goes on with what is left. */
export async function runBulk({ db, now }: TaggingDeps, bulk: TagBulk): Promise<void> {
  const batch = () =>
    repeatOnConflict(() =>
      db.transaction().execute(async (trx) => {
        await sql`select from tag where id = ${bulk.tagId} for share`.execute(trx);
        const changed = await runBatch(trx, bulk, new Date(now()).toISOString());
        const done = trx.updateTable("tagBulk").set((eb) => ({ done: eb("done", "+", changed) }));
        if (changed >= batchSize) await done.where("id", "=", bulk.id).execute();
        else await trx.deleteFrom("tagBulk").where("id", "=", bulk.id).execute();
        return changed;
      }),
    );
  while ((await batch()) >= batchSize);
}

async function runBatch(trx: Kysely<Schema>, { id, tagId, action, query, requestedAt }: TagBulk, at: string) {
  // The tag was removed meanwhile, and this with it.
  const isThere = await trx.selectFrom("tagBulk").select("id").where("id", "=", id).forUpdate().executeTakeFirst();
  if (isThere === undefined) return 0;
  const condition = readQuery(query, { thing: "assets", now: Date.parse(requestedAt) });
  const { where } = await compileCondition(trx, "assets", condition);
  return action === "add"
    ? await tagFound(trx, { tagId, how: "chosen", at }, { where, limit: batchSize })
    : await untagFound(trx, tagId, { where, limit: batchSize });
}
