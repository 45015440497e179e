import { createRoute, z } from "@hono/zod-openapi";
import { NotFoundError } from "../../errors.ts";
import { things } from "../../query/field.ts";
import {
  findSavedSearch,
  listSavedSearches,
  type SavedSearchContent,
  type SavedSearchRow,
} from "../../store/saved-search.ts";
import { actorOf } from "../actor.ts";
import type { ApiContext, ApiDeps, Principal } from "../context.ts";
import { createRouter, errors, idParameter, json, jsonBody } from "../router.ts";
import { type Asker, changeSavedSearch, createSavedSearch, mayChange, removeSavedSearch } from "../saved-searches.ts";
import { time } from "../schemas/records.ts";

const tags = ["Saved searches"];

// A name is shown in lists and menus: nothing that breaks a line or turns the direction of writing around.
const name = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]*$/u, "must not hold control characters");
const content = {
  name,
  on: z.enum(things),
  query: z.string().max(4_096),
  sort: z.string().max(100).nullable(),
  columns: z.array(z.string().min(1).max(100)).max(100).nullable(),
  shared: z.boolean().openapi({ description: "Everyone may read it; to share takes the role analyst" }),
};
const newSchema = z
  .strictObject({
    ...content,
    sort: content.sort.default(null),
    columns: content.columns.default(null),
    shared: content.shared.default(false),
  })
  .openapi("NewSavedSearch");
const changeSchema = z.strictObject(content).partial().openapi("SavedSearchChange");

const savedSearchSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    on: z.string().openapi({ enum: [...things] }),
    query: z.string(),
    sort: z.string().nullable(),
    columns: z.array(z.string()).nullable(),
    shared: z.boolean(),
    owner: z
      .object({ id: z.uuid(), name: z.string() })
      .nullable()
      .openapi({ description: "null: whoever made it is no longer a user" }),
    mayChange: z.boolean().openapi({ description: "Whether whoever asks may change and delete it" }),
    createdAt: time,
    updatedAt: time,
  })
  .openapi("SavedSearch");

const list = createRoute({
  method: "get",
  path: "/saved-searches",
  operationId: "listSavedSearches",
  summary: "One's own saved searches and the shared ones, by name",
  tags,
  responses: { 200: json(z.object({ items: z.array(savedSearchSchema) }), "The searches"), ...errors(503) },
});
const create = createRoute({
  method: "post",
  path: "/saved-searches",
  operationId: "createSavedSearch",
  summary: "Save a search",
  tags,
  request: { body: jsonBody(newSchema) },
  responses: { 201: json(savedSearchSchema, "It is saved"), ...errors(400, 409) },
});
const get = createRoute({
  method: "get",
  path: "/saved-searches/{id}",
  operationId: "getSavedSearch",
  summary: "One saved search",
  tags,
  request: { params: idParameter },
  responses: { 200: json(savedSearchSchema, "The search"), ...errors(400, 404) },
});
const change = createRoute({
  method: "patch",
  path: "/saved-searches/{id}",
  operationId: "changeSavedSearch",
  summary: "Change a saved search; what is left out stays",
  tags,
  request: { params: idParameter, body: jsonBody(changeSchema) },
  responses: { 200: json(savedSearchSchema, "As it is now"), ...errors(400, 404, 409) },
});
const remove = createRoute({
  method: "delete",
  path: "/saved-searches/{id}",
  operationId: "deleteSavedSearch",
  summary: "Delete a saved search",
  tags,
  request: { params: idParameter },
  responses: { 204: { description: "It is deleted" }, ...errors(400, 404) },
});

/** Searches that people keep, for themselves or for all. */
export function savedSearchRoutes(deps: Pick<ApiDeps, "db" | "now">) {
  const router = createRouter();
  const read = async (principal: Principal, id: string) => {
    const row = await findSavedSearch(deps.db, id, principal.userId);
    if (row === undefined) throw new NotFoundError(`There is no saved search ${id}.`);
    return toAnswer(row, principal);
  };
  router.openapi(list, async (c) => {
    const { principal } = c.var;
    const rows = await listSavedSearches(deps.db, principal.userId);
    return c.json({ items: rows.map((row) => toAnswer(row, principal)) }, 200);
  });
  router.openapi(create, async (c) => {
    const { on: thing, shared: isShared, ...rest } = c.req.valid("json");
    const id = await createSavedSearch(deps, byOf(c), { ...rest, thing, isShared });
    return c.json(await read(c.var.principal, id), 201);
  });
  router.openapi(get, async (c) => c.json(await read(c.var.principal, c.req.valid("param").id), 200));
  router.openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    await changeSavedSearch(deps, byOf(c), id, toChanges(c.req.valid("json")));
    return c.json(await read(c.var.principal, id), 200);
  });
  router.openapi(remove, async (c) => {
    await removeSavedSearch(deps, byOf(c), c.req.valid("param").id);
    return c.body(null, 204);
  });
  return router;
}

function byOf(c: ApiContext): Asker {
  return { principal: c.var.principal, audit: actorOf(c) };
}

function toChanges({ on, shared, ...rest }: z.infer<typeof changeSchema>): Partial<SavedSearchContent> {
  const given = { ...rest, thing: on, isShared: shared };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function toAnswer(row: SavedSearchRow, principal: Principal) {
  const { id, name, thing, query, sort, columns, isShared, ownerId, ownerName, createdAt, updatedAt } = row;
  const answer = { id, name, on: thing, query, sort, columns, shared: isShared, createdAt, updatedAt };
  return {
    ...answer,
    owner: ownerId === null ? null : { id: ownerId, name: ownerName ?? "" },
    mayChange: mayChange(principal, row),
  };
}
