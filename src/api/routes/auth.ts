import { createRoute, z } from "@hono/zod-openapi";
import { login } from "../../auth/login.ts";
import { changeOwnPassword } from "../../auth/own-password.ts";
import { endSession, goodSessions, signOut } from "../../auth/sessions.ts";
import { createTurns } from "../../auth/turns.ts";
import { ForbiddenError } from "../../errors.ts";
import { actorOf } from "../actor.ts";
import type { ApiDeps } from "../context.ts";
import { clearCookie, readCookie } from "../cookies.ts";
import { createRouter, errors, idParameter, json, jsonBody } from "../router.ts";
import { clientOf, greet } from "../signed-in.ts";
import { passwordText, principalSchema, sessionSchema } from "../user-schemas.ts";

const tags = ["Signing in"];

const signIn = createRoute({
  method: "post",
  path: "/auth/login",
  operationId: "login",
  summary: "Sign in: the answer sets the cookie of the session",
  tags,
  request: { body: jsonBody(z.strictObject({ email: z.string().max(300), password: passwordText }).openapi("Login")) },
  responses: { 200: json(principalSchema, "Who is signed in"), ...errors(400, 401, 403, 429) },
});

const password = createRoute({
  method: "post",
  path: "/auth/password",
  operationId: "changeOwnPassword",
  summary: "Change one's own password; ends one's other sessions",
  tags,
  request: {
    body: jsonBody(
      z.strictObject({ currentPassword: passwordText, newPassword: passwordText }).openapi("PasswordChange"),
    ),
  },
  responses: { 204: { description: "Changed" }, ...errors(400, 401, 403, 429) },
});

const me = createRoute({
  method: "get",
  path: "/auth/me",
  operationId: "getMe",
  summary: "Who this is",
  tags,
  responses: { 200: json(principalSchema, "Whoever sent the request"), ...errors(401) },
});

const logout = createRoute({
  method: "post",
  path: "/auth/logout",
  operationId: "logout",
  summary: "Sign out: end the session of this request",
  tags,
  responses: { 204: { description: "Signed out" }, ...errors(401, 403) },
});

const list = createRoute({
  method: "get",
  path: "/auth/sessions",
  operationId: "listSessions",
  summary: "One's own sessions, latest seen first",
  tags,
  responses: { 200: json(z.object({ items: z.array(sessionSchema) }), "The sessions"), ...errors(401) },
});

const end = createRoute({
  method: "delete",
  path: "/auth/sessions/{id}",
  operationId: "endSession",
  summary: "End one of one's own sessions",
  tags,
  request: { params: idParameter },
  responses: { 204: { description: "It has ended" }, ...errors(400, 401, 403, 404) },
});

/** However many try to sign in, the others get their connections to the database. */
const loginsAtOnce = { atOnce: 4, waiting: 50 };

/** Signing in and out, who is signed in, and where else. */
export function authRoutes(deps: Pick<ApiDeps, "db" | "now" | "box" | "passwords">) {
  const router = createRouter();
  const inTurn = createTurns(loginsAtOnce);
  router.openapi(signIn, async (c) => {
    const attempt = { ...c.req.valid("json"), ...clientOf(c), deviceMark: readCookie(c, "device") };
    return c.json(greet(c, deps.box, await inTurn(() => login(deps, attempt))), 200);
  });
  router.openapi(password, async (c) => {
    const { principal } = c.var;
    if (principal.type !== "user") throw new ForbiddenError("An API token cannot change a password: sign in.");
    await changeOwnPassword(deps, principal, c.req.valid("json"), actorOf(c));
    return c.body(null, 204);
  });
  router.openapi(me, (c) => {
    const { type, userId, email, name, role } = c.var.principal;
    return c.json({ type, userId, email, name, role }, 200);
  });
  router.openapi(logout, async (c) => {
    const { principal } = c.var;
    if (principal.type === "user") await signOut(deps, principal.sessionId, actorOf(c));
    clearCookie(c, "session");
    return c.body(null, 204);
  });
  router.openapi(list, async (c) => {
    const { principal } = c.var;
    const current = principal.type === "user" ? principal.sessionId : null;
    const items = (await goodSessions(deps, principal.userId)).map(({ userId: _, ...session }) => ({
      ...session,
      isCurrent: session.id === current,
    }));
    return c.json({ items }, 200);
  });
  router.openapi(end, async (c) => {
    await endSession(deps, { id: c.req.valid("param").id, userId: c.var.principal.userId }, actorOf(c));
    return c.body(null, 204);
  });
  return router;
}
