import { randomUUID } from "node:crypto";
import { type Kysely, type Selectable, sql } from "kysely";
import { ConflictError } from "../errors.ts";
import type { Role } from "../model.ts";
import { lockKeys, lockSpace } from "./lock-keys.ts";
import type { Schema } from "./schema.ts";
import type { AppUserTable } from "./schema-users.ts";

/** A user as administrators see them. */
export type User = Omit<Selectable<AppUserTable>, "passwordHash">;

export type UserWithHash = Selectable<AppUserTable>;

export interface NewUser {
  email: string;
  name: string;
  role: Role;
  passwordHash: string;
}

const columns = ["id", "email", "name", "role", "isDisabled", "createdAt", "updatedAt", "lastLoginAt"] as const;

/**
 * Until the transaction ends nobody else changes who there is, so what holds for all users together (one administrator
 * at least, one first user) can be checked.
 */
export async function lockUsers(trx: Kysely<Schema>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.lit(lockSpace)}, ${sql.lit(lockKeys.users)})`.execute(trx);
}

export async function hasUsers(db: Kysely<Schema>): Promise<boolean> {
  return (await db.selectFrom("appUser").select("id").limit(1).executeTakeFirst()) !== undefined;
}

/** @throws ConflictError when the e-mail address is taken */
export async function insertUser(db: Kysely<Schema>, user: NewUser, now: number): Promise<User> {
  const at = new Date(now).toISOString();
  return await refuseDoubleEmail(user.email, () =>
    db
      .insertInto("appUser")
      .values({ id: randomUUID(), ...user, createdAt: at, updatedAt: at })
      .returning(columns)
      .executeTakeFirstOrThrow(),
  );
}

export interface UserValues {
  email?: string;
  name?: string;
  role?: Role;
  isDisabled?: boolean;
  passwordHash?: string;
}

/** @throws ConflictError when the e-mail address is taken */
export async function updateUser(db: Kysely<Schema>, id: string, values: UserValues, now: number): Promise<User> {
  return await refuseDoubleEmail(values.email ?? "", () =>
    db
      .updateTable("appUser")
      .set({ ...values, updatedAt: new Date(now).toISOString() })
      .where("id", "=", id)
      .returning(columns)
      .executeTakeFirstOrThrow(),
  );
}

async function refuseDoubleEmail<T>(email: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if ((error as { code?: string }).code !== "23505") throw error;
    throw new ConflictError(`${email} is a user already: choose another address, or edit that user.`, {
      field: "email",
    });
  }
}

/** Notes a login, and the new hash where it was made anew. */
export async function noteLogin(db: Kysely<Schema>, id: string, passwordHash: string, now: number): Promise<void> {
  const lastLoginAt = new Date(now).toISOString();
  await db.updateTable("appUser").set({ lastLoginAt, passwordHash }).where("id", "=", id).execute();
}

export async function deleteUser(db: Kysely<Schema>, id: string): Promise<void> {
  await db.deleteFrom("appUser").where("id", "=", id).execute();
}

/** By e-mail address. */
export async function listUsers(db: Kysely<Schema>): Promise<User[]> {
  return await db.selectFrom("appUser").select(columns).orderBy("email").execute();
}

export async function readUser(db: Kysely<Schema>, id: string): Promise<User | undefined> {
  return await db.selectFrom("appUser").select(columns).where("id", "=", id).executeTakeFirst();
}

/** With the hash of the password; in a transaction the row stays as it is until that ends. */
export async function readUserWithHash(
  db: Kysely<Schema>,
  by: { id: string } | { email: string },
): Promise<UserWithHash | undefined> {
  return await db
    .selectFrom("appUser")
    .selectAll()
    .where((eb) => ("id" in by ? eb("id", "=", by.id) : eb("email", "=", by.email)))
    .$if(db.isTransaction, (query) => query.forUpdate())
    .executeTakeFirst();
}

/** Administrators who can sign in, beside one. */
export async function hasOtherAdmin(db: Kysely<Schema>, id: string): Promise<boolean> {
  const other = await db
    .selectFrom("appUser")
    .select("id")
    .where("role", "=", "admin")
    .where("isDisabled", "=", false)
    .where("id", "!=", id)
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}
