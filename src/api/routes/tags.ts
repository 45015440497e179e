import { createRoute, z } from "@hono/zod-openapi";
import { NotFoundError } from "../../errors.ts";
import { assetScoreConstants } from "../../risk/constants.ts";
import { countDueAssets } from "../../store/apply-tags.ts";
import { countDecided } from "../../store/asset-tag.ts";
import { type CountedTag, listTags } from "../../store/tag.ts";
import { listBulks, type TagBulk } from "../../tagging/bulk.ts";
import { changeTag, createTag, editTagAssets, removeTag, tagByQuery } from "../../tagging/edit.ts";
import { previewTag } from "../../tagging/preview.ts";
import { actorOf } from "../actor.ts";
import type { ApiDeps } from "../context.ts";
import { createRouter, errors, idParameter, json, jsonBody } from "../router.ts";
import {
  newTagSchema,
  tagAssetsSchema,
  tagChangeSchema,
  tagDetailSchema,
  tagPreviewSchema,
  tagQuery,
  tagSchema,
} from "../schemas/tags.ts";

const tags = ["Tags"];

const list = createRoute({
  method: "get",
  path: "/tags",
  operationId: "listTags",
  summary: "People's own tags, by name",
  tags,
  responses: {
    200: json(
      z.object({
        items: z.array(tagSchema),
        pending: z.number().int().openapi({
          description: "Assets that are still to be brought up to date after tags changed, also after one was deleted",
        }),
      }),
      "The tags",
    ),
    ...errors(503),
  },
});
const create = createRoute({
  method: "post",
  path: "/tags",
  operationId: "createTag",
  summary: "Make a tag; a dynamic one comes to what its query finds before long",
  tags,
  request: { body: jsonBody(newTagSchema) },
  responses: { 201: json(tagDetailSchema, "It is made"), ...errors(400, 409) },
});
const get = createRoute({
  method: "get",
  path: "/tags/{id}",
  operationId: "getTag",
  summary: "One tag, and what it decides",
  tags,
  request: { params: idParameter },
  responses: { 200: json(tagDetailSchema, "The tag"), ...errors(400, 404) },
});
const change = createRoute({
  method: "patch",
  path: "/tags/{id}",
  operationId: "changeTag",
  summary: "Change a tag; what is left out stays, and so does its kind",
  tags,
  request: { params: idParameter, body: jsonBody(tagChangeSchema) },
  responses: { 200: json(tagDetailSchema, "As it is now"), ...errors(400, 404, 409) },
});
const remove = createRoute({
  method: "delete",
  path: "/tags/{id}",
  operationId: "deleteTag",
  summary: "Delete a tag: it goes from all its assets, and what it said of their criticality with it",
  tags,
  request: { params: idParameter },
  responses: { 204: { description: "It is deleted" }, ...errors(400, 404) },
});
const assets = createRoute({
  method: "post",
  path: "/tags/{id}/assets",
  operationId: "editTagAssets",
  summary: "Put a static tag on assets and take it from others, by their ids or all that a query finds",
  description:
    "What a query finds is tagged in the background: the answer says how many it finds, `bulk` of the tag how far it is.",
  tags,
  request: { params: idParameter, body: jsonBody(tagAssetsSchema) },
  responses: {
    200: json(
      z.object({ added: z.number().int(), removed: z.number().int() }),
      "By ids: on how many it came, and from how many it went",
    ),
    202: json(z.object({ total: z.number().int() }), "By query: how many assets it finds"),
    ...errors(400, 404, 409, 503),
  },
});
const preview = createRoute({
  method: "post",
  path: "/tags/preview",
  operationId: "previewTag",
  summary: "Which assets a dynamic tag with this query would be on",
  tags,
  request: {
    body: jsonBody(
      z.strictObject({
        query: tagQuery,
        tag: z.uuid().optional().openapi({ description: "A tag that there is: what would change for it" }),
      }),
    ),
  },
  responses: { 200: json(tagPreviewSchema, "How many, with examples"), ...errors(400, 503) },
});

/** Tags of people's own: which there are, on what, and how much that matters. */
export function tagRoutes(deps: Pick<ApiDeps, "db" | "now">) {
  const { db, now } = deps;
  const router = createRouter();
  const read = async (id: string) => {
    const [tag] = await listTags(db, id);
    if (tag === undefined) throw new NotFoundError(`There is no tag ${id}.`);
    const decides = await countDecided(db, id, assetScoreConstants.defaultCriticality);
    return { ...toAnswer(tag, await listBulks(db, id)), decides };
  };
  router.openapi(list, async (c) => {
    const bulks = await listBulks(db);
    const items = (await listTags(db)).map((tag) => toAnswer(tag, bulks));
    return c.json({ items, pending: await countDueAssets(db) }, 200);
  });
  router.openapi(preview, async (c) => {
    const { query, tag: tagId } = c.req.valid("json");
    return c.json(await previewTag(db, { query, tagId, now: now() }), 200);
  });
  router.openapi(create, async (c) => {
    const id = await createTag(deps, actorOf(c), c.req.valid("json"));
    return c.json(await read(id), 201);
  });
  router.openapi(get, async (c) => c.json(await read(c.req.valid("param").id), 200));
  router.openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    const given = Object.entries(c.req.valid("json")).filter(([, value]) => value !== undefined);
    await changeTag(deps, actorOf(c), id, Object.fromEntries(given));
    return c.json(await read(id), 200);
  });
  router.openapi(remove, async (c) => {
    await removeTag(deps, actorOf(c), c.req.valid("param").id);
    return c.body(null, 204);
  });
  router.openapi(assets, async (c) => {
    const { id } = c.req.valid("param");
    const body = c.req.valid("json");
    if ("query" in body) return c.json({ total: await tagByQuery(deps, actorOf(c), id, body) }, 202);
    return c.json(await editTagAssets(deps, actorOf(c), id, body), 200);
  });
  return router;
}

function toAnswer(tag: CountedTag, bulks: readonly TagBulk[]) {
  const { id, name, kind, query, criticality, description, assets: n, pending, createdAt, updatedAt } = tag;
  const { dueAt, evaluatedAt, problem } = tag;
  return {
    ...{ id, name, kind, query, criticality, description, assets: n, pending },
    ...{ isEvaluating: dueAt !== null, evaluatedAt, problem },
    bulk: bulks
      .filter(({ tagId }) => tagId === id)
      .map(({ action, query: asked, total, done }) => ({ action, query: asked, total, done })),
    ...{ createdAt, updatedAt },
  };
}
