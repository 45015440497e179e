import { createRoute, z } from "@hono/zod-openapi";
import { setUp } from "../../auth/setup.ts";
import { hasUsers } from "../../store/user.ts";
import type { ApiDeps } from "../context.ts";
import { createRouter, errors, json, jsonBody } from "../router.ts";
import { clientOf, greet } from "../signed-in.ts";
import { passwordText, principalSchema } from "../user-schemas.ts";

const tags = ["First start"];

const state = createRoute({
  method: "get",
  path: "/setup",
  operationId: "getSetup",
  summary: "Whether the first administrator is still to be made",
  tags,
  responses: {
    200: json(z.object({ needed: z.boolean() }).openapi("SetupState"), "Whether there is no user yet"),
    ...errors(413),
  },
});

const setupSchema = z
  .strictObject({
    token: z.string().max(200).openapi({ description: "The one-time token from the log of `weir serve`" }),
    email: z.string().max(300),
    password: passwordText,
    name: z.string().max(200).optional(),
  })
  .openapi("Setup");

const make = createRoute({
  method: "post",
  path: "/setup",
  operationId: "setUp",
  summary: "Make the first administrator, who is signed in at once",
  tags,
  request: { body: jsonBody(setupSchema) },
  responses: { 201: json(principalSchema, "The administrator"), ...errors(400, 403, 409, 429) },
});

/** The first start: while there is no user, whoever reads the log makes the first. */
export function setupRoutes(deps: Pick<ApiDeps, "db" | "now" | "box" | "passwords">) {
  const router = createRouter();
  router.openapi(state, async (c) => c.json({ needed: !(await hasUsers(deps.db)) }, 200));
  router.openapi(make, async (c) => {
    const signedIn = await setUp(deps, c.req.valid("json"), clientOf(c));
    return c.json(greet(c, deps.box, signedIn), 201);
  });
  return router;
}
