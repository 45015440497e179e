import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import { AppError } from "../errors.ts";
import type { Logger } from "../log.ts";
import { readQuery } from "../query/bind.ts";
import { compileCondition } from "../query/compile.ts";
import { tagFound, untagFound } from "../store/asset-tag.ts";
import { repeatOnConflict } from "../store/conflict.ts";
import type { Schema } from "../store/schema.ts";
import { findTag, noteEvaluation, type TagRow } from "../store/tag.ts";

export interface TaggingDeps {
  db: Kysely<Schema>;
  now: () => number;
  log: Logger;
}

/** Assets that come to a tag, or leave it, in one transaction. */
const batchSize = 5_000;

/**
 * Puts a dynamic tag's query to all assets, or to some: on what it finds the tag comes, from what it does not find it
 * goes. What stays the same is not written, so the difference is its own place to go on from after a crash.
 */
export async function evaluateTag(deps: TaggingDeps, tag: TagRow, among?: RawBuilder<unknown>): Promise<void> {
  const begun = deps.now();
  const problem = await settle(deps, tag, among);
  if (problem !== null) deps.log.warn(`the tag "${tag.name}" stays as it is: ${problem}`);
  if (among !== undefined && problem === null) return;
  const evaluatedAt = new Date(begun).toISOString();
  await noteEvaluation(deps.db, tag, { evaluatedAt, evaluatedMs: deps.now() - begun, problem });
}

/** What is wrong with the query itself, which was right when it was saved; `null` when all is done. */
async function settle(deps: TaggingDeps, tag: TagRow, among: RawBuilder<unknown> | undefined): Promise<string | null> {
  try {
    while ((await settleBatch(deps, tag, among)) >= batchSize);
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

async function settleBatch(deps: TaggingDeps, tag: TagRow, among: RawBuilder<unknown> | undefined): Promise<number> {
  const { db, now } = deps;
  const at = new Date(now()).toISOString();
  return await repeatOnConflict(() =>
    db.transaction().execute(async (trx) => {
      if (!(await isSame(trx, tag))) return 0;
      const { where } = await compileCondition(
        trx,
        "assets",
        readQuery(tag.query ?? "", { thing: "assets", now: now() }),
      );
      const some = among === undefined ? undefined : sql<SqlBool>`asset.id in (${among})`;
      const found = some === undefined ? where : sql<SqlBool>`${some} and ${where}`;
      const added = await tagFound(trx, { tagId: tag.id, how: "query", at }, { where: found, limit: batchSize });
      const removed = await untagFound(trx, tag.id, { where, not: true, limit: batchSize, among: some });
      return Math.max(added, removed);
    }),
  );
}

/** While this looks, nobody removes the tag or gives it another query. */
async function isSame(trx: Kysely<Schema>, tag: TagRow): Promise<boolean> {
  await sql`select from tag where id = ${tag.id} for share`.execute(trx);
  return (await findTag(trx, tag.id))?.query === tag.query;
}
