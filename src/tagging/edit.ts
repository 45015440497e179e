import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { connectors } from "../connectors/registry.ts";
import { ConfigError, ConflictError, NotFoundError } from "../errors.ts";
import { readQuery } from "../query/bind.ts";
import { compileCondition } from "../query/compile.ts";
import { inReadTransaction } from "../query/read-transaction.ts";
import { noteAllDue, tagAssets, untagAssets } from "../store/asset-tag.ts";
import { type By, recordAudit } from "../store/audit.ts";
import type { Schema } from "../store/schema.ts";
import { countTags, deleteTag, findTag, insertTag, type TagContent, type TagRow, updateTag } from "../store/tag.ts";
import { listBulks, requestBulk, type TagBulk } from "./bulk.ts";
import { checkTagQuery } from "./tag-query.ts";

/** Dozens are usual; this stops a program that makes one a minute. */
const mostTags = 1_000;
/** Requests "tag all that this query finds" that wait for one tag. */
const mostBulks = 20;
const countTimeoutMs = 30_000;

export interface EditDeps {
  db: Kysely<Schema>;
  now: () => number;
}

/** What a new tag is. */
export type NewTag = TagContent & Pick<TagRow, "kind">;

/** @throws ConflictError when the name is taken; QueryError, ConfigError when its query may not be */
export async function createTag({ db, now }: EditDeps, by: By, tag: NewTag): Promise<string> {
  check(tag, tag.kind, now());
  const id = randomUUID();
  await db.transaction().execute(async (trx) => {
    if ((await countTags(trx)) >= mostTags)
      throw new ConflictError(`There are ${mostTags} tags already: delete some first.`);
    await insertTag(trx, { ...tag, id }, now());
    await tell(trx, by, { action: "tag.create", tag: { id, name: tag.name }, details: detailsOf(tag), now: now() });
  });
  return id;
}

/** What is left out stays. @throws the same as when it is made, and NotFoundError */
export async function changeTag(
  { db, now }: EditDeps,
  by: By,
  id: string,
  changes: Partial<TagContent>,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const before = await toChange(trx, id);
    const tag = { ...contentOf(before), ...changes };
    check(tag, before.kind, now());
    await updateTag(trx, before, tag, now());
    if (tag.name !== before.name || tag.criticality !== before.criticality) await noteAllDue(trx, id);
    const details = changesOf(contentOf(before), tag);
    await tell(trx, by, { action: "tag.update", tag: { id, name: tag.name }, details, now: now() });
  });
}

/** It goes from all its assets. @throws NotFoundError */
export async function removeTag({ db, now }: EditDeps, by: By, id: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const tag = await toChange(trx, id);
    const assets = await noteAllDue(trx, id);
    await deleteTag(trx, id);
    await tell(trx, by, { action: "tag.delete", tag, details: { ...detailsOf(tag), assets }, now: now() });
  });
}

/** Puts a static tag on chosen assets and takes it from others. @throws NotFoundError, ConfigError */
export async function editTagAssets(
  { db, now }: EditDeps,
  by: By,
  id: string,
  { add, remove }: { add: readonly string[]; remove: readonly string[] },
): Promise<{ added: number; removed: number }> {
  return await db.transaction().execute(async (trx) => {
    const tag = await staticTag(trx, id);
    const at = new Date(now()).toISOString();
    const added = await tagAssets(trx, { tagId: id, how: "chosen", at }, add);
    const removed = await untagAssets(trx, id, remove);
    if (added + removed > 0)
      await tell(trx, by, {
        action: "tag.assets",
        tag,
        details: { added, removed, add: some(add), remove: some(remove) },
        now: now(),
      });
    return { added, removed };
  });
}

/**
 * The same for all that a query finds: noted, and done in the background. Answers how many it finds now.
 * @throws NotFoundError, ConfigError, ConflictError, QueryError
 */
export async function tagByQuery(
  { db, now }: EditDeps,
  by: By,
  id: string,
  { query, action }: Pick<TagBulk, "query" | "action">,
): Promise<number> {
  const at = now();
  await staticTag(db, id);
  const total = await countAssets(db, query, at);
  await db.transaction().execute(async (trx) => {
    const tag = await staticTag(trx, id);
    if ((await listBulks(trx, id)).length >= mostBulks)
      throw new ConflictError(`${mostBulks} such requests wait for this tag already: try again when they are done.`);
    await requestBulk(trx, { tagId: id, action, query, total }, at);
    await tell(trx, by, { action: "tag.assets", tag, details: { [`${action}ByQuery`]: query, total }, now: at });
  });
  return total;
}

/** All of them, counted to the end. @throws QueryError when it cannot be understood or takes too long */
export async function countAssets(db: Kysely<Schema>, query: string, now: number): Promise<number> {
  const condition = readQuery(query, { thing: "assets", now });
  return await inReadTransaction(db, { timeoutMs: countTimeoutMs }, async (trx) => {
    const { where } = await compileCondition(trx, "assets", condition);
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from asset where ${where}`.execute(trx);
    return rows[0]?.n ?? 0;
  });
}

async function toChange(trx: Kysely<Schema>, id: string): Promise<TagRow> {
  const tag = await findTag(trx, id, { toChange: trx.isTransaction });
  if (tag === undefined) throw new NotFoundError(`There is no tag ${id}.`);
  return tag;
}

async function staticTag(db: Kysely<Schema>, id: string): Promise<TagRow> {
  const tag = await toChange(db, id);
  if (tag.kind === "dynamic")
    throw new ConfigError(`The query of "${tag.name}" decides which assets have it: change the query instead.`, {
      field: "id",
    });
  return tag;
}

const longestName = 200;
/** What would break a line, or turn the direction of writing around, in lists and among other tags. */
const unfitForNames = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

function check({ name, query }: TagContent, kind: TagRow["kind"], now: number): void {
  if (name === "" || name.length > longestName || unfitForNames.test(name))
    throw new ConfigError(`A name has 1 to ${longestName} characters, none of them for control.`, { field: "name" });
  const vendor = connectors.find(({ catalogue }) => catalogue.vendor.toLowerCase() === name.toLowerCase());
  if (vendor !== undefined)
    throw new ConflictError(
      `"${vendor.catalogue.vendor}" is on everything from ${vendor.catalogue.vendor} by itself: choose another name.`,
      { field: "name" },
    );
  if (kind === "static" && query !== null)
    throw new ConfigError("A static tag has no query: it is on assets that you choose.", { field: "query" });
  if (kind === "dynamic") {
    if (query === null)
      throw new ConfigError("A dynamic tag needs a query that says which assets.", { field: "query" });
    checkTagQuery(query, now);
  }
}

function contentOf({ name, description, criticality, query }: TagRow): TagContent {
  return { name, description, criticality, query };
}

function detailsOf({ kind, criticality, query }: NewTag) {
  return { kind, criticality, query };
}

function changesOf(before: TagContent, after: TagContent): Record<string, unknown> {
  const names = Object.keys(after) as (keyof TagContent)[];
  const changed = names.filter((name) => before[name] !== after[name]);
  return Object.fromEntries(changed.map((name) => [name, { from: before[name], to: after[name] }]));
}

/** Enough to see what was meant. */
function some(ids: readonly string[]): readonly string[] {
  return ids.slice(0, 20);
}

async function tell(
  trx: Kysely<Schema>,
  by: By,
  {
    action,
    tag,
    details,
    now,
  }: { action: string; tag: { id: string; name: string }; details: Record<string, unknown>; now: number },
): Promise<void> {
  await recordAudit(trx, { ...by, action, subject: { type: "tag", id: tag.id, name: tag.name }, details }, now);
}
