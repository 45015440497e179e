import { randomUUID } from "node:crypto";
import type { Kysely, Selectable } from "kysely";
import type { Role } from "../model.ts";
import type { Schema } from "./schema.ts";
import type { SessionTable } from "./schema-users.ts";

/** A session as its owner may see it. */
export type Session = Omit<Selectable<SessionTable>, "secretHash">;

/** A session with what must be known about its user to let a request through. */
export interface SessionWithUser extends Session {
  email: string;
  name: string;
  role: Role;
  isDisabled: boolean;
}

const columns = [
  "session.id",
  "session.userId",
  "session.createdAt",
  "session.lastSeenAt",
  "session.address",
  "session.userAgent",
] as const;

export interface NewSession {
  userId: string;
  secretHash: Buffer;
  address: string | null;
  userAgent: string | null;
}

export async function insertSession(db: Kysely<Schema>, session: NewSession, now: number): Promise<string> {
  const id = randomUUID();
  const at = new Date(now).toISOString();
  await db
    .insertInto("session")
    .values({ id, ...session, createdAt: at, lastSeenAt: at })
    .execute();
  return id;
}

export async function findSession(db: Kysely<Schema>, secretHash: Buffer): Promise<SessionWithUser | undefined> {
  return await db
    .selectFrom("session")
    .innerJoin("appUser", "appUser.id", "session.userId")
    .select([...columns, "appUser.email", "appUser.name", "appUser.role", "appUser.isDisabled"])
    .where("session.secretHash", "=", secretHash)
    .executeTakeFirst();
}

export async function touchSession(db: Kysely<Schema>, id: string, now: number): Promise<void> {
  await db
    .updateTable("session")
    .set({ lastSeenAt: new Date(now).toISOString() })
    .where("id", "=", id)
    .execute();
}

/** Latest seen first. */
export async function listSessions(db: Kysely<Schema>, userId: string): Promise<Session[]> {
  return await db
    .selectFrom("session")
    .select(columns)
    .where("userId", "=", userId)
    .orderBy("lastSeenAt", "desc")
    .orderBy("id")
    .execute();
}

/** Whether there was such a session. With `userId` only a session of theirs. */
export async function deleteSession(db: Kysely<Schema>, id: string, userId?: string): Promise<boolean> {
  const result = await db
    .deleteFrom("session")
    .where("id", "=", id)
    .$if(userId !== undefined, (query) => query.where("userId", "=", userId ?? ""))
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Ends all sessions of a user, save one; answers with how many there were. */
export async function deleteSessionsOf(db: Kysely<Schema>, userId: string, except?: string): Promise<number> {
  const result = await db
    .deleteFrom("session")
    .where("userId", "=", userId)
    .$if(except !== undefined, (query) => query.where("id", "!=", except ?? ""))
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
