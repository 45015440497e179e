import { createRoute } from "@hono/zod-openapi";
import { NotFoundError } from "../../errors.ts";
import { readFindingDetail } from "../../query/details/finding.ts";
import type { ApiDeps } from "../context.ts";
import { historyLink, recordLink } from "../links.ts";
import { addSearchRoutes } from "../record-routes.ts";
import { createRouter, errors, idParameter, json } from "../router.ts";
import { findingDetailSchema, findingSchema } from "../schemas/records.ts";

const tags = ["Findings"];

const get = createRoute({
  method: "get",
  path: "/findings/{id}",
  operationId: "getFinding",
  summary: "All that is known of a finding",
  tags,
  request: { params: idParameter },
  responses: { 200: json(findingDetailSchema, "The finding"), ...errors(400, 404, 503) },
});

/** What is wrong in the clouds: lists, facets, and one with all that is known of it. */
export function findingRoutes({ db }: Pick<ApiDeps, "db">) {
  const router = createRouter();
  addSearchRoutes(router, { db }, { thing: "findings", schema: findingSchema, name: "Findings", tags });
  router.openapi(get, async (c) => {
    const { id } = c.req.valid("param");
    const finding = await readFindingDetail(db, id);
    if (finding === null) throw new NotFoundError(`There is no finding ${id}.`);
    const asset = finding.asset === null ? null : recordLink("assets", finding.asset.id);
    return c.json({ ...finding, links: { asset, history: historyLink(id) } }, 200);
  });
  return router;
}
