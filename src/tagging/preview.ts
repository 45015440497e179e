import { type Kysely, sql } from "kysely";
import { readQuery } from "../query/bind.ts";
import { compileCondition } from "../query/compile.ts";
import { inReadTransaction } from "../query/read-transaction.ts";
import type { Schema } from "../store/schema.ts";
import { checkTagQuery } from "./tag-query.ts";

const timeoutMs = 10_000;
const examplesShown = 5;

export interface TagPreview {
  total: number;
  examples: { id: string; name: string; class: string; cloud: string | null; criticality: number }[];
  adds: number | null;
  removes: number | null;
}

/**
 * Which assets a query would give a tag to: how many, the riskiest of them, and what changes for a tag that there is.
 * @throws QueryError when a dynamic tag may not have it, or it takes too long
 */
export async function previewTag(
  db: Kysely<Schema>,
  { query, tagId, now }: { query: string; tagId: string | undefined; now: number },
): Promise<TagPreview> {
  checkTagQuery(query, now);
  const condition = readQuery(query, { thing: "assets", now });
  return await inReadTransaction(db, { timeoutMs }, async (trx) => {
    const { where } = await compileCondition(trx, "assets", condition);
    const counted = await sql<{ total: number; kept: number }>`
      select count(*)::int as total, (count(has.asset_id))::int as kept
      from asset left join asset_tag has on has.asset_id = asset.id and has.tag_id = ${tagId ?? null}::uuid
      where ${where}`.execute(trx);
    const { total = 0, kept = 0 } = counted.rows[0] ?? {};
    const examples = await sql<TagPreview["examples"][number]>`
      select id, name, class, cloud, criticality from asset where ${where}
      order by risk_score desc, id limit ${examplesShown}`.execute(trx);
    const has = tagId === undefined ? null : await countMembers(trx, tagId);
    const change = has === null ? { adds: null, removes: null } : { adds: total - kept, removes: has - kept };
    return { total, examples: examples.rows, ...change };
  });
}

async function countMembers(db: Kysely<Schema>, tagId: string): Promise<number> {
  const { n } = await db
    .selectFrom("assetTag")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .where("tagId", "=", tagId)
    .executeTakeFirstOrThrow();
  return n;
}
