import { type Kysely, type Selectable, sql } from "kysely";
import { ConflictError } from "../errors.ts";
import type { Schema } from "./schema.ts";
import type { SavedSearchTable } from "./schema-users.ts";

export type SavedSearchRow = Selectable<SavedSearchTable> & { ownerName: string | null };

/** What can be changed of a saved search. */
export type SavedSearchContent = Pick<SavedSearchRow, "name" | "thing" | "query" | "sort" | "columns" | "isShared">;

const withOwner = (db: Kysely<Schema>) =>
  db
    .selectFrom("savedSearch")
    .leftJoin("appUser", "appUser.id", "savedSearch.ownerId")
    .selectAll("savedSearch")
    .select("appUser.name as ownerName");

/** Those that a user may read: their own, and the shared ones. By name. */
export async function listSavedSearches(db: Kysely<Schema>, userId: string): Promise<SavedSearchRow[]> {
  return await withOwner(db)
    .where((eb) => eb.or([eb("savedSearch.ownerId", "=", userId), eb("savedSearch.isShared", "=", true)]))
    .orderBy(sql`lower(saved_search.name)`)
    .orderBy("savedSearch.id")
    .execute();
}

/** `undefined` when there is none, or the user may not read it; the two look the same. */
export async function findSavedSearch(
  db: Kysely<Schema>,
  id: string,
  userId: string,
  options: { toChange?: boolean } = {},
): Promise<SavedSearchRow | undefined> {
  const found = withOwner(db)
    .where("savedSearch.id", "=", id)
    .where((eb) => eb.or([eb("savedSearch.ownerId", "=", userId), eb("savedSearch.isShared", "=", true)]));
  return await (options.toChange === true ? found.forUpdate("savedSearch") : found).executeTakeFirst();
}

/** The private ones go with their owner; the shared ones stay, without an owner. */
export async function deletePrivateSearches(db: Kysely<Schema>, ownerId: string): Promise<void> {
  await db.deleteFrom("savedSearch").where("ownerId", "=", ownerId).where("isShared", "=", false).execute();
}

export async function countSavedSearches(db: Kysely<Schema>, userId: string): Promise<number> {
  const { n } = await db
    .selectFrom("savedSearch")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .where("ownerId", "=", userId)
    .executeTakeFirstOrThrow();
  return n;
}

/** @throws ConflictError when the owner has another of that name */
export async function insertSavedSearch(
  db: Kysely<Schema>,
  row: SavedSearchContent & { id: string; ownerId: string },
  now: number,
): Promise<void> {
  const at = new Date(now).toISOString();
  await named(row.name, () =>
    db
      .insertInto("savedSearch")
      .values({ ...row, createdAt: at, updatedAt: at })
      .execute(),
  );
}

/** @throws ConflictError when the owner has another of that name */
export async function updateSavedSearch(
  db: Kysely<Schema>,
  id: string,
  content: SavedSearchContent,
  now: number,
): Promise<void> {
  const { name, thing, query, sort, columns, isShared } = content;
  const changes = { name, thing, query, sort, columns, isShared, updatedAt: new Date(now).toISOString() };
  await named(name, () => db.updateTable("savedSearch").set(changes).where("id", "=", id).execute());
}

export async function deleteSavedSearch(db: Kysely<Schema>, id: string): Promise<void> {
  await db.deleteFrom("savedSearch").where("id", "=", id).execute();
}

async function named(name: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if ((error as { code?: string }).code !== "23505") throw error;
    throw new ConflictError(`There is a saved search "${name}" already: choose another name.`, { field: "name" });
  }
}
