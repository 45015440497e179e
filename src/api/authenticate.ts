import type { Kysely } from "kysely";
import { hashSecret } from "../auth/secret-token.ts";
import { lowerRole } from "../model.ts";
import { findApiToken, touchApiToken } from "../store/api-token.ts";
import type { Schema } from "../store/schema.ts";
import { findSession, touchSession } from "../store/session.ts";
import { isSeenStale, isSessionGood } from "../store/session-limits.ts";
import { bearerToken } from "./bearer-token.ts";
import type { Principal } from "./context.ts";
import { readCookie } from "./cookies.ts";
import type { Authenticate } from "./guard.ts";

interface AuthenticateDeps {
  db: Kysely<Schema>;
  now: () => number;
}

/**
 * Whoever sent the request: by its API token, else by the session of its cookie. Without `isUse` it only looks whether
 * they are still good, which keeps no idle session alive.
 */
export function createAuthenticate({ db, now }: AuthenticateDeps, { isUse = true } = {}): Authenticate {
  return async (c) => {
    const token = bearerToken(c);
    if (token !== null) return await byToken(db, token, now(), isUse);
    const secret = readCookie(c, "session");
    return secret === undefined ? null : await bySession(db, secret, now(), isUse);
  };
}

async function byToken(db: Kysely<Schema>, secret: string, now: number, isUse: boolean): Promise<Principal | null> {
  const token = await findApiToken(db, hashSecret(secret));
  if (token === undefined || token.isOwnerDisabled) return null;
  if (token.expiresAt !== null && now >= Date.parse(token.expiresAt)) return null;
  if (isUse && isSeenStale(token.lastUsedAt, now)) await touchApiToken(db, token.id, now);
  const { id, userId, email, name } = token;
  return { type: "token", id, userId, email, name, role: lowerRole(token.role, token.ownerRole) };
}

async function bySession(db: Kysely<Schema>, secret: string, now: number, isUse: boolean): Promise<Principal | null> {
  const session = await findSession(db, hashSecret(secret));
  if (session === undefined || session.isDisabled || !isSessionGood(session, now)) return null;
  if (isUse && isSeenStale(session.lastSeenAt, now)) await touchSession(db, session.id, now);
  const { id: sessionId, userId, email, name, role } = session;
  return { type: "user", id: userId, userId, email, name, role, sessionId };
}
