import { createRoute } from "@hono/zod-openapi";
import { NotFoundError } from "../../errors.ts";
import { readAssetDetail } from "../../query/details/asset.ts";
import type { ApiDeps } from "../context.ts";
import { historyLink, searchLink } from "../links.ts";
import { addSearchRoutes } from "../record-routes.ts";
import { createRouter, errors, idParameter, json } from "../router.ts";
import { assetDetailSchema, assetSchema } from "../schemas/records.ts";

const tags = ["Assets"];

const get = createRoute({
  method: "get",
  path: "/assets/{id}",
  operationId: "getAsset",
  summary: "All that is known of an asset",
  tags,
  request: { params: idParameter },
  responses: { 200: json(assetDetailSchema, "The asset"), ...errors(400, 404, 503) },
});

/** The things in the clouds: lists, facets, and one with all that is known of it. */
export function assetRoutes({ db }: Pick<ApiDeps, "db">) {
  const router = createRouter();
  addSearchRoutes(router, { db }, { thing: "assets", schema: assetSchema, name: "Assets", tags });
  router.openapi(get, async (c) => {
    const { id } = c.req.valid("param");
    const asset = await readAssetDetail(db, id);
    if (asset === null) throw new NotFoundError(`There is no asset ${id}.`);
    const links = { findings: searchLink("findings", `asset.id:${id}`), history: historyLink(id) };
    return c.json({ ...asset, links }, 200);
  });
  return router;
}
