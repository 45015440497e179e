import { createRoute, z } from "@hono/zod-openapi";
import type { Connector } from "../../connectors/connector.ts";
import { connectors } from "../../connectors/registry.ts";
import { streamNames } from "../../model.ts";
import { createRouter, json } from "../router.ts";

const texts = z.array(z.string());

const connectorSchema = z
  .object({
    id: z.string(),
    shortName: z.string().openapi({ description: "Accepted wherever the id is." }),
    title: z.string(),
    category: z.string(),
    tags: texts,
    vendor: z.string(),
    product: z.string(),
    productCategory: z.string(),
    authentication: z.string(),
    assetClasses: texts,
    findingKinds: texts,
    documentationUrl: z.string(),
    prerequisites: texts,
    endpoint: z.object({
      format: z.string(),
      whereToFindIt: texts,
      regions: z.array(z.object({ title: z.string(), apiEndpoint: z.string(), tokenUrl: z.string() })),
      environments: z.array(z.object({ domain: z.string(), title: z.string(), tokenUrl: z.string() })),
    }),
    streams: z.array(
      z.object({
        name: z.enum(streamNames),
        scopes: texts.openapi({ description: "Permissions at the vendor, of which it needs at least one." }),
        defaultIntervalMinutes: z.number().int(),
      }),
    ),
  })
  .openapi("Connector");

const list = createRoute({
  method: "get",
  path: "/connectors",
  operationId: "listConnectors",
  tags: ["Integrations"],
  summary: "The catalogue: the kinds of sources there are",
  request: {
    query: z.object({
      tag: z.string().optional().openapi({ description: "Only those with this tag.", example: "cloud" }),
    }),
  },
  responses: { 200: json(z.object({ items: z.array(connectorSchema) }), "The connectors") },
});

/** The catalogue of connectors. */
export function connectorRoutes() {
  const router = createRouter();
  router.openapi(list, (c) => {
    const tag = c.req.valid("query").tag?.toLowerCase();
    const items = connectors.filter(({ catalogue }) => tag === undefined || catalogue.tags.includes(tag));
    return c.json({ items: items.map(entryOf) }, 200);
  });
  return router;
}

function entryOf({ catalogue, streams }: Connector): z.infer<typeof connectorSchema> {
  const { tags, assetClasses, findingKinds, prerequisites, endpoint, ...plain } = catalogue;
  return {
    ...plain,
    tags: [...tags],
    assetClasses: [...assetClasses],
    findingKinds: [...findingKinds],
    prerequisites: [...prerequisites],
    endpoint: {
      format: endpoint.format,
      whereToFindIt: [...endpoint.whereToFindIt],
      regions: [...endpoint.regions],
      environments: [...endpoint.environments],
    },
    streams: streamNames.map((name) => {
      const { scopes, defaultIntervalMinutes } = streams[name];
      return { name, scopes: [...scopes], defaultIntervalMinutes };
    }),
  };
}
