import { createRoute, z } from "@hono/zod-openapi";
import { endSessionsOf, goodSessions } from "../../auth/sessions.ts";
import { addUser, editUser, existing, removeUser } from "../../auth/users.ts";
import { ForbiddenError } from "../../errors.ts";
import { roles } from "../../model.ts";
import { listUsers } from "../../store/user.ts";
import { actorOf } from "../actor.ts";
import type { ApiDeps } from "../context.ts";
import { createRouter, errors, idParameter, json, jsonBody } from "../router.ts";
import { passwordText, sessionSchema, userSchema } from "../user-schemas.ts";

const tags = ["Users"];

const newUserSchema = z
  .strictObject({
    email: z.string().max(300),
    name: z.string().max(200).optional().openapi({ description: "Else the e-mail address" }),
    role: z.enum(roles),
    password: passwordText,
  })
  .openapi("NewUser");

const userEditSchema = z
  .strictObject({
    email: z.string().max(300).optional(),
    name: z.string().max(200).optional(),
    role: z.enum(roles).optional(),
    isDisabled: z.boolean().optional(),
    password: passwordText.optional(),
  })
  .openapi("UserEdit");

const list = createRoute({
  method: "get",
  path: "/users",
  operationId: "listUsers",
  summary: "All users, by e-mail address",
  tags,
  responses: { 200: json(z.object({ items: z.array(userSchema) }), "The users"), ...errors(401, 403) },
});

const create = createRoute({
  method: "post",
  path: "/users",
  operationId: "createUser",
  summary: "Add a user",
  tags,
  request: { body: jsonBody(newUserSchema) },
  responses: { 201: json(userSchema, "The user"), ...errors(400, 401, 403, 409) },
});

const read = createRoute({
  method: "get",
  path: "/users/{id}",
  operationId: "getUser",
  summary: "A user",
  tags,
  request: { params: idParameter },
  responses: { 200: json(userSchema, "The user"), ...errors(400, 401, 403, 404) },
});

const edit = createRoute({
  method: "patch",
  path: "/users/{id}",
  operationId: "editUser",
  summary: "Change a user; another role, a new password or being disabled ends their sessions",
  tags,
  request: { params: idParameter, body: jsonBody(userEditSchema) },
  responses: { 200: json(userSchema, "The user, changed"), ...errors(400, 401, 403, 404, 409) },
});

const remove = createRoute({
  method: "delete",
  path: "/users/{id}",
  operationId: "removeUser",
  summary: "Remove a user with their sessions and API tokens",
  tags,
  request: { params: idParameter },
  responses: { 204: { description: "Removed" }, ...errors(400, 401, 403, 404, 409) },
});

const sessions = createRoute({
  method: "get",
  path: "/users/{id}/sessions",
  operationId: "listUserSessions",
  summary: "Where a user is signed in",
  tags,
  request: { params: idParameter },
  responses: { 200: json(z.object({ items: z.array(sessionSchema) }), "The sessions"), ...errors(400, 401, 403, 404) },
});

const endSessions = createRoute({
  method: "delete",
  path: "/users/{id}/sessions",
  operationId: "endUserSessions",
  summary: "End all sessions of a user",
  tags,
  request: { params: idParameter },
  responses: { 204: { description: "They have ended" }, ...errors(400, 401, 403, 404) },
});

/** Who may use Weir, for administrators. */
export function userRoutes(deps: Pick<ApiDeps, "db" | "now" | "passwords">) {
  const router = createRouter();
  router.openapi(list, async (c) => c.json({ items: await listUsers(deps.db) }, 200));
  router.openapi(create, async (c) => c.json(await addUser(deps, c.req.valid("json"), actorOf(c)), 201));
  router.openapi(read, async (c) => c.json(await existing(deps.db, c.req.valid("param").id), 200));
  router.openapi(edit, async (c) => {
    const { id } = c.req.valid("param");
    const values = c.req.valid("json");
    // Whoever finds an open browser shall not be able to take the account over.
    if (values.password !== undefined && id === c.var.principal.userId)
      throw new ForbiddenError("Your own password is changed at POST /api/v1/auth/password, with the present one.");
    return c.json(await editUser(deps, id, values, actorOf(c)), 200);
  });
  router.openapi(remove, async (c) => {
    await removeUser(deps, c.req.valid("param").id, actorOf(c));
    return c.body(null, 204);
  });
  router.openapi(sessions, async (c) => {
    const { id } = await existing(deps.db, c.req.valid("param").id);
    const { principal } = c.var;
    const current = principal.type === "user" ? principal.sessionId : null;
    const items = (await goodSessions(deps, id)).map((session) => ({ ...session, isCurrent: session.id === current }));
    return c.json({ items }, 200);
  });
  router.openapi(endSessions, async (c) => {
    await endSessionsOf(deps, await existing(deps.db, c.req.valid("param").id), actorOf(c));
    return c.body(null, 204);
  });
  return router;
}
