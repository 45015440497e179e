import { createRoute, z } from "@hono/zod-openapi";
import { ForbiddenError } from "../../errors.ts";
import { deletePreference, listPreferences, putPreference } from "../../store/preference.ts";
import type { ApiContext, ApiDeps } from "../context.ts";
import { RequestError } from "../errors.ts";
import { createRouter, errors, json, jsonBody } from "../router.ts";

const tags = ["Preferences"];
const mostKeys = 100;
const mostBytes = 16_384;
/** More than any page needs, and less than what reading it again could stumble over. */
const mostLevels = 20;

const keyParameter = z.object({
  key: z
    .string()
    .regex(/^[a-z][a-z0-9.-]{0,63}$/, "must be 1 to 64 of a-z, 0-9, dot and hyphen, a letter first")
    .openapi({ param: { name: "key", in: "path" }, example: "findings.columns" }),
});

const list = createRoute({
  method: "get",
  path: "/preferences",
  operationId: "listPreferences",
  summary: "What one chose for oneself: columns, density, theme",
  description: "People have preferences; an API token has none.",
  tags,
  responses: {
    200: json(
      z
        .object({ preferences: z.record(z.string(), z.unknown()).openapi({ description: "The values by their keys" }) })
        .openapi("PreferenceValues"),
      "All of them",
    ),
    ...errors(503),
  },
});
const put = createRoute({
  method: "put",
  path: "/preferences/{key}",
  operationId: "putPreference",
  summary: "Choose something for oneself",
  description: `Any JSON, of ${mostBytes / 1024} KB at most; ${mostKeys} keys at most.`,
  tags,
  request: { params: keyParameter, body: jsonBody(z.unknown()) },
  responses: { 204: { description: "It is kept" }, ...errors(400, 409, 413) },
});
const remove = createRoute({
  method: "delete",
  path: "/preferences/{key}",
  operationId: "deletePreference",
  summary: "Take back what one chose, if one did",
  tags,
  request: { params: keyParameter },
  responses: { 204: { description: "There is none of that key" }, ...errors(400) },
});

/** What people choose on the pages of Weir, the same wherever they sign in. It is nobody else's business: no audit. */
export function preferenceRoutes({ db, now }: Pick<ApiDeps, "db" | "now">) {
  const router = createRouter();
  router.openapi(list, async (c) => {
    const rows = await listPreferences(db, personOf(c));
    const preferences = Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value) as unknown]));
    return c.json({ preferences }, 200);
  });
  router.openapi(put, async (c) => {
    const userId = personOf(c);
    const json = c.req.valid("json");
    if (isDeeper(json, mostLevels)) throw new RequestError(`A preference has ${mostLevels} levels at most.`);
    const value = JSON.stringify(json);
    if (Buffer.byteLength(value) > mostBytes)
      throw new RequestError(`A preference has ${mostBytes / 1024} KB at most.`, { status: 413 });
    await putPreference(db, { userId, key: c.req.valid("param").key, value }, { now: now(), most: mostKeys });
    return c.body(null, 204);
  });
  router.openapi(remove, async (c) => {
    await deletePreference(db, personOf(c), c.req.valid("param").key);
    return c.body(null, 204);
  });
  return router;
}

function isDeeper(json: unknown, levels: number): boolean {
  if (typeof json !== "object" || json === null) return false;
  return levels === 0 || Object.values(json).some((part) => isDeeper(part, levels - 1));
}

/** A script that changed the columns on its owner's screen would surprise them. */
function personOf({ var: { principal } }: ApiContext): string {
  if (principal.type !== "user")
    throw new ForbiddenError("An API token has no preferences: they belong to people who sign in.");
  return principal.userId;
}
