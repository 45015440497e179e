import { type Kysely, type Selectable, sql } from "kysely";
import { ConflictError } from "../errors.ts";
import type { Schema } from "./schema.ts";
import type { TagTable } from "./schema-tags.ts";

export type TagRow = Selectable<TagTable>;

/** What people can say of a tag. */
export type TagContent = Pick<TagRow, "name" | "description" | "criticality" | "query">;

export interface CountedTag extends TagRow {
  assets: number;
  /** Assets that have it, and whose row and findings do not say so yet. */
  pending: number;
}

/** All of them, by name. */
export async function listTags(db: Kysely<Schema>, id?: string): Promise<CountedTag[]> {
  const only = id === undefined ? sql`true` : sql`tag.id = ${id}`;
  const { rows } = await sql<CountedTag>`
    select tag.*, coalesce(counted.n, 0) as assets, coalesce(due.n, 0) as pending
    from tag
    left join (select tag_id, count(*) as n from asset_tag group by 1) as counted on counted.tag_id = tag.id
    left join (
      select tag_id, count(*) as n from asset_tag_due join asset_tag using (asset_id) group by 1) as due on due.tag_id = tag.id
    where ${only} order by lower(tag.name)`.execute(db);
  return rows;
}

export async function findTag(
  db: Kysely<Schema>,
  id: string,
  options: { toChange?: boolean } = {},
): Promise<TagRow | undefined> {
  const found = db.selectFrom("tag").selectAll().where("id", "=", id);
  return await (options.toChange === true ? found.forUpdate() : found).executeTakeFirst();
}

export async function dynamicTags(db: Kysely<Schema>): Promise<TagRow[]> {
  return await db.selectFrom("tag").selectAll().where("kind", "=", "dynamic").orderBy("id").execute();
}

export async function countTags(db: Kysely<Schema>): Promise<number> {
  const { n } = await db
    .selectFrom("tag")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .executeTakeFirstOrThrow();
  return n;
}

/** @throws ConflictError when the name is taken */
export async function insertTag(
  db: Kysely<Schema>,
  row: TagContent & { id: string; kind: TagRow["kind"] },
  now: number,
): Promise<void> {
  const at = new Date(now).toISOString();
  const times = { createdAt: at, updatedAt: at, dueAt: row.kind === "dynamic" ? at : null };
  await named(row.name, () =>
    db
      .insertInto("tag")
      .values({ ...row, ...times })
      .execute(),
  );
}

/** With another query it is due to be put to all assets. @throws ConflictError when the name is taken */
export async function updateTag(
  db: Kysely<Schema>,
  before: TagRow,
  { name, description, criticality, query }: TagContent,
  now: number,
): Promise<void> {
  const at = new Date(now).toISOString();
  const due = query === before.query ? {} : { dueAt: at, problem: null };
  const changes = { name, description, criticality, query, updatedAt: at, ...due };
  await named(name, () => db.updateTable("tag").set(changes).where("id", "=", before.id).execute());
}

export async function deleteTag(db: Kysely<Schema>, id: string): Promise<void> {
  await db.deleteFrom("tag").where("id", "=", id).execute();
}

/** That a dynamic tag's query was put to all assets, or could not be: unless it was changed meanwhile. */
export async function noteEvaluation(
  db: Kysely<Schema>,
  { id, dueAt }: Pick<TagRow, "id" | "dueAt">,
  done: Pick<TagRow, "evaluatedAt" | "evaluatedMs" | "problem">,
): Promise<void> {
  await db
    .updateTable("tag")
    .set({ ...done, dueAt: null })
    .where("id", "=", id)
    .where((eb) => eb("dueAt", "is not distinct from", dueAt))
    .execute();
}

async function named(name: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if ((error as { code?: string }).code !== "23505") throw error;
    throw new ConflictError(`There is a tag "${name}" already: choose another name.`, { field: "name" });
  }
}
