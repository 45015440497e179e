import { randomUUID } from "node:crypto";
import type { Kysely } from "kysely";
import { ConfigError, ConflictError, ForbiddenError, NotFoundError } from "../errors.ts";
import { mayActAs } from "../model.ts";
import { readQuery } from "../query/bind.ts";
import type { Thing } from "../query/field.ts";
import { findSort } from "../query/keyset.ts";
import { type By, recordAudit } from "../store/audit.ts";
import {
  countSavedSearches,
  deleteSavedSearch,
  findSavedSearch,
  insertSavedSearch,
  type SavedSearchContent,
  type SavedSearchRow,
  updateSavedSearch,
} from "../store/saved-search.ts";
import type { Schema } from "../store/schema.ts";
import type { Principal } from "./context.ts";

/** A person keeps some dozens; this stops a program that makes one a minute. */
const mostPerOwner = 500;

export interface SavedSearchDeps {
  db: Kysely<Schema>;
  now: () => number;
}

/** Who asks for it. */
export interface Asker {
  principal: Principal;
  audit: By;
}

/**
 * @throws QueryError, ConfigError when it could not be searched for
 * @throws ForbiddenError when it is shared by a viewer; ConflictError when the name is taken
 */
export async function createSavedSearch(
  deps: SavedSearchDeps,
  by: Asker,
  content: SavedSearchContent,
): Promise<string> {
  const { db, now } = deps;
  check(content, now());
  if (content.isShared) mayShare(by);
  const id = randomUUID();
  await db.transaction().execute(async (trx) => {
    if ((await countSavedSearches(trx, by.principal.userId)) >= mostPerOwner)
      throw new ConflictError(`You have ${mostPerOwner} saved searches already: delete some first.`);
    await insertSavedSearch(trx, { ...content, id, ownerId: by.principal.userId }, now());
    await told(trx, by, "saved_search.create", { id, content, now: now() });
  });
  return id;
}

/** The same as when it is made; what is left out stays. @throws NotFoundError when there is none that they may read */
export async function changeSavedSearch(
  deps: SavedSearchDeps,
  by: Asker,
  id: string,
  changes: Partial<SavedSearchContent>,
): Promise<void> {
  const { db, now } = deps;
  await db.transaction().execute(async (trx) => {
    const row = await toChange(trx, by, id);
    const content = { ...contentOf(row), ...changes };
    check(content, now());
    if (content.isShared) mayShare(by);
    await updateSavedSearch(trx, id, content, now());
    await told(trx, by, "saved_search.update", { id, content, now: now() });
  });
}

/** @throws NotFoundError when there is none that they may read, ForbiddenError when it is someone else's */
export async function removeSavedSearch({ db, now }: SavedSearchDeps, by: Asker, id: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const row = await toChange(trx, by, id);
    await deleteSavedSearch(trx, id);
    await told(trx, by, "saved_search.delete", { id, content: contentOf(row), now: now() });
  });
}

async function toChange(trx: Kysely<Schema>, { principal }: Asker, id: string): Promise<SavedSearchRow> {
  const row = await findSavedSearch(trx, id, principal.userId, { toChange: true });
  if (row === undefined) throw new NotFoundError(`There is no saved search ${id}.`);
  if (!mayChange(principal, row))
    throw new ForbiddenError("It is someone else's: only its owner or an administrator may change it.");
  return row;
}

export function mayChange(principal: Principal, { ownerId }: Pick<SavedSearchRow, "ownerId">): boolean {
  return ownerId === principal.userId || mayActAs(principal.role, "admin");
}

function mayShare({ principal }: Asker): void {
  if (!mayActAs(principal.role, "analyst"))
    throw new ForbiddenError(`To share a search takes the role analyst; yours is ${principal.role}.`);
}

function check({ thing, query, sort, columns }: SavedSearchContent, now: number): void {
  readQuery(query, { thing: thing as Thing, now });
  findSort(thing as Thing, sort ?? undefined);
  if (columns !== null && new Set(columns).size !== columns.length)
    throw new ConfigError("Each column stands only once.", { field: "columns" });
}

function contentOf({ name, thing, query, sort, columns, isShared }: SavedSearchRow): SavedSearchContent {
  return { name, thing, query, sort, columns, isShared };
}

async function told(
  trx: Kysely<Schema>,
  { audit }: Asker,
  action: string,
  { id, content, now }: { id: string; content: SavedSearchContent; now: number },
): Promise<void> {
  const { name, thing, query, sort, isShared } = content;
  const details = { on: thing, query, sort, shared: isShared };
  await recordAudit(trx, { ...audit, action, subject: { type: "saved_search", id, name }, details }, now);
}
