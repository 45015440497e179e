import { randomUUID } from "node:crypto";
import type { Kysely, Selectable } from "kysely";
import type { Role } from "../model.ts";
import type { Schema } from "./schema.ts";
import type { ApiTokenTable } from "./schema-users.ts";

/** An API token with its owner, as both it and administrators may see it: without its secret. */
export interface ApiToken extends Omit<Selectable<ApiTokenTable>, "secretHash"> {
  email: string;
}

/** A token with what must be known about its owner to let a request through. */
export interface ApiTokenWithOwner extends ApiToken {
  ownerRole: Role;
  isOwnerDisabled: boolean;
}

export interface NewApiToken {
  userId: string;
  secretHash: Buffer;
  name: string;
  role: Role;
  expiresAt: string | null;
}

export async function insertApiToken(db: Kysely<Schema>, token: NewApiToken, now: number): Promise<string> {
  const id = randomUUID();
  await db
    .insertInto("apiToken")
    .values({ id, ...token, createdAt: new Date(now).toISOString(), lastUsedAt: null })
    .execute();
  return id;
}

const withOwner = (db: Kysely<Schema>) =>
  db
    .selectFrom("apiToken")
    .innerJoin("appUser", "appUser.id", "apiToken.userId")
    .select([
      "apiToken.id",
      "apiToken.userId",
      "apiToken.name",
      "apiToken.role",
      "apiToken.createdAt",
      "apiToken.expiresAt",
      "apiToken.lastUsedAt",
      "appUser.email",
    ]);

export async function findApiToken(db: Kysely<Schema>, secretHash: Buffer): Promise<ApiTokenWithOwner | undefined> {
  return await withOwner(db)
    .select(["appUser.role as ownerRole", "appUser.isDisabled as isOwnerDisabled"])
    .where("apiToken.secretHash", "=", secretHash)
    .executeTakeFirst();
}

export async function touchApiToken(db: Kysely<Schema>, id: string, now: number): Promise<void> {
  await db
    .updateTable("apiToken")
    .set({ lastUsedAt: new Date(now).toISOString() })
    .where("id", "=", id)
    .execute();
}

/** Those of a user, or all; newest first. */
export async function listApiTokens(db: Kysely<Schema>, userId?: string): Promise<ApiToken[]> {
  return await withOwner(db)
    .$if(userId !== undefined, (query) => query.where("apiToken.userId", "=", userId ?? ""))
    .orderBy("apiToken.createdAt", "desc")
    .orderBy("apiToken.id")
    .execute();
}

export async function readApiToken(db: Kysely<Schema>, id: string): Promise<ApiToken | undefined> {
  return await withOwner(db).where("apiToken.id", "=", id).executeTakeFirst();
}

export async function deleteApiToken(db: Kysely<Schema>, id: string): Promise<boolean> {
  const result = await db.deleteFrom("apiToken").where("id", "=", id).executeTakeFirst();
  return result.numDeletedRows > 0n;
}
