import { createRoute, z } from "@hono/zod-openapi";
import { endSession, goodSessions, signOut } from "../../auth/sessions.ts";
import { roles } from "../../model.ts";
import { actorOf } from "../actor.ts";
import type { ApiDeps } from "../context.ts";
import { createRouter, errors, idParameter, json } from "../router.ts";
import { clearSessionCookie } from "../session-cookie.ts";

const tags = ["Signing in"];

const principalSchema = z
  .object({
    type: z.enum(["user", "token"]).openapi({ description: "A person who signed in, or an API token" }),
    userId: z.uuid().openapi({ description: "The user, or the owner of the token" }),
    email: z.string(),
    name: z.string().openapi({ description: "Of the user, or of the token" }),
    role: z.enum(roles),
  })
  .openapi("Principal");

const sessionSchema = z
  .object({
    id: z.uuid(),
    createdAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime(),
    address: z.string().nullable(),
    userAgent: z.string().nullable(),
    isCurrent: z.boolean().openapi({ description: "The session of this request" }),
  })
  .openapi("Session");

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

/** Who is signed in, and where else. */
export function authRoutes(deps: Pick<ApiDeps, "db" | "now">) {
  const router = createRouter();
  router.openapi(me, (c) => {
    const { type, userId, email, name, role } = c.var.principal;
    return c.json({ type, userId, email, name, role }, 200);
  });
  router.openapi(logout, async (c) => {
    const { principal } = c.var;
    if (principal.type === "user") await signOut(deps, principal.sessionId, actorOf(c));
    clearSessionCookie(c);
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
