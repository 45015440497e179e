import { createRoute, z } from "@hono/zod-openapi";
import { createToken, revokeToken, tokenLife } from "../../auth/tokens.ts";
import { ForbiddenError } from "../../errors.ts";
import { roles } from "../../model.ts";
import { listApiTokens } from "../../store/api-token.ts";
import { actorOf } from "../actor.ts";
import type { ApiDeps } from "../context.ts";
import { createRouter, errors, idParameter, json, jsonBody } from "../router.ts";

const tags = ["API tokens"];

const tokenSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    role: z.enum(roles).openapi({ description: "Never more than the owner's present role" }),
    userId: z.uuid(),
    email: z.string().openapi({ description: "Of the owner" }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .openapi("ApiToken");

const newTokenSchema = z
  .strictObject({
    name: z.string().max(200),
    role: z.enum(roles).optional().openapi({ description: "Not above one's own; else `viewer`" }),
    expiresInDays: z
      .number()
      .int()
      .min(1)
      .max(tokenLife.maxDays)
      .nullable()
      .optional()
      .openapi({ description: `Else ${tokenLife.defaultDays}; null (never) is for administrators` }),
  })
  .openapi("NewApiToken");

const list = createRoute({
  method: "get",
  path: "/tokens",
  operationId: "listTokens",
  summary: "One's own API tokens, or those of all",
  tags,
  request: {
    query: z.object({
      of: z.enum(["me", "all"]).default("me").openapi({ description: "`all` is for administrators" }),
    }),
  },
  responses: {
    200: json(z.object({ items: z.array(tokenSchema) }), "The tokens, newest first"),
    ...errors(400, 401, 403),
  },
});

const create = createRoute({
  method: "post",
  path: "/tokens",
  operationId: "createToken",
  summary: "Make an API token; its secret is in this answer and nowhere else",
  tags,
  request: { body: jsonBody(newTokenSchema) },
  responses: {
    201: json(tokenSchema.extend({ secret: z.string() }).openapi("CreatedApiToken"), "The token with its secret"),
    ...errors(400, 401, 403),
  },
});

const revoke = createRoute({
  method: "delete",
  path: "/tokens/{id}",
  operationId: "revokeToken",
  summary: "Revoke an API token of one's own, or as an administrator any",
  tags,
  request: { params: idParameter },
  responses: { 204: { description: "It is no good any more" }, ...errors(400, 401, 403, 404) },
});

/** Tokens for scripts, each with an owner. */
export function tokenRoutes(deps: Pick<ApiDeps, "db" | "now">) {
  const router = createRouter();
  router.openapi(list, async (c) => {
    const { principal } = c.var;
    const isAll = c.req.valid("query").of === "all";
    if (isAll && principal.role !== "admin") throw new ForbiddenError("Only administrators see everyone's tokens.");
    return c.json({ items: await listApiTokens(deps.db, isAll ? undefined : principal.userId) }, 200);
  });
  router.openapi(create, async (c) => {
    const { principal } = c.var;
    // Else a token that was revoked could live on in others that it made.
    if (principal.type !== "user") throw new ForbiddenError("An API token cannot make another: sign in.");
    const { token, secret } = await createToken(deps, principal, c.req.valid("json"), actorOf(c));
    return c.json({ ...token, secret }, 201, { "cache-control": "no-store" });
  });
  router.openapi(revoke, async (c) => {
    const { role, userId } = c.var.principal;
    const isAllowed = (token: { userId: string }) => role === "admin" || token.userId === userId;
    await revokeToken(deps, c.req.valid("param").id, isAllowed, actorOf(c));
    return c.body(null, 204);
  });
  return router;
}
