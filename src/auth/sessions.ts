import type { Kysely } from "kysely";
import { NotFoundError } from "../errors.ts";
import { type By, recordAudit } from "../store/audit.ts";
import type { Schema } from "../store/schema.ts";
import { deleteSession, deleteSessionsOf, insertSession, listSessions, type Session } from "../store/session.ts";
import { isSessionGood } from "../store/session-limits.ts";
import type { AccountDeps, Client } from "./account.ts";
import { hashSecret, newSecret } from "./secret-token.ts";

export interface NewSession {
  id: string;
  /** For the cookie; kept nowhere. */
  secret: string;
}

/** In the transaction that found the user to be who they say. */
export async function startSession(
  trx: Kysely<Schema>,
  userId: string,
  client: Client,
  now: number,
): Promise<NewSession> {
  const secret = newSecret();
  const userAgent = client.userAgent?.slice(0, 300) ?? null;
  const entry = { userId, secretHash: hashSecret(secret), address: client.address, userAgent };
  return { id: await insertSession(trx, entry, now), secret };
}

/** The sessions of a user that are still good, latest seen first. */
export async function goodSessions({ db, now }: AccountDeps, userId: string): Promise<Session[]> {
  return (await listSessions(db, userId)).filter((session) => isSessionGood(session, now()));
}

export async function signOut(deps: AccountDeps, sessionId: string, by: By): Promise<void> {
  await endOne(deps, "session.logout", { id: sessionId }, by);
}

/** @throws NotFoundError when it is no session of this user */
export async function endSession(deps: AccountDeps, of: { id: string; userId: string }, by: By): Promise<void> {
  if (!(await endOne(deps, "session.revoke", of, by)))
    throw new NotFoundError("There is no such session of yours: it ended already.");
}

async function endOne(
  { db, now }: AccountDeps,
  action: string,
  { id, userId }: { id: string; userId?: string },
  by: By,
): Promise<boolean> {
  return await db.transaction().execute(async (trx) => {
    const isEnded = await deleteSession(trx, id, userId);
    if (isEnded) await recordAudit(trx, { ...by, action, subject: { type: "session", id, name: null } }, now());
    return isEnded;
  });
}

/** Ends all sessions of a user; answers with how many there were. */
export async function endSessionsOf(
  { db, now }: AccountDeps,
  user: { id: string; email: string },
  by: By,
): Promise<number> {
  return await db.transaction().execute(async (trx) => {
    const sessions = await deleteSessionsOf(trx, user.id);
    const subject = { type: "user", id: user.id, name: user.email };
    await recordAudit(trx, { ...by, action: "session.revoke_all", subject, details: { sessions } }, now());
    return sessions;
  });
}
