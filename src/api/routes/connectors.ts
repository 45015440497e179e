import { createRoute, z } from "@hono/zod-openapi";
import type { StreamInfo } from "../../connectors/catalogue.ts";
import type { Connector } from "../../connectors/connector.ts";
import { connectors } from "../../connectors/registry.ts";
import { assetClasses, findingKinds, recordKindOf, streamNames } from "../../model.ts";
import { intervalLimits } from "../../sync/stream-settings.ts";
import { createRouter, json } from "../router.ts";

const texts = z.array(z.string());

const choice = {
  name: z.string().openapi({ description: "As in searches and settings." }),
  title: z.string(),
  stream: z.enum(streamNames).openapi({ description: "The stream that brings it." }),
  scopes: texts.openapi({ description: "Permissions at the vendor, of which it needs at least one." }),
};

export const connectorSchema = z
  .object({
    id: z.string(),
    shortName: z.string().openapi({ description: "Accepted wherever the id is." }),
    title: z.string(),
    summary: z.string(),
    category: z.string(),
    tags: texts,
    vendor: z.string(),
    product: z.string(),
    productCategory: z.string(),
    authentication: z.string(),
    facts: z.array(z.object({ title: z.string(), text: z.string() })).openapi({ description: "More, as a table." }),
    assetClasses: texts,
    findingKinds: texts,
    choices: z
      .object({
        assetClasses: z.array(z.object({ ...choice, name: z.enum(assetClasses) })),
        findingKinds: z.array(z.object({ ...choice, name: z.enum(findingKinds) })),
      })
      .openapi({ description: "The same with their names, and which permission each needs." }),
    documentationUrl: z.string(),
    links: z.array(z.object({ title: z.string(), url: z.string() })),
    prerequisites: texts,
    serviceAccountSteps: z
      .array(z.object({ title: z.string(), text: z.string(), url: z.string().nullable() }))
      .openapi({ description: "How to get credentials at the vendor, in the order of its screens." }),
    endpoint: z.object({
      format: z.string(),
      whereToFindIt: texts,
      regions: z.array(z.object({ title: z.string(), apiEndpoint: z.string(), tokenUrl: z.string() })),
      environments: z.array(z.object({ domain: z.string(), title: z.string(), tokenUrl: z.string() })),
    }),
    streams: z.array(
      z.object({
        name: z.enum(streamNames),
        title: z.string(),
        brings: z.string().openapi({ description: "What its records are." }),
        scopes: choice.scopes,
        licence: z.string().nullable().openapi({ description: "What else must be licensed at the vendor." }),
        defaultIntervalMinutes: z.number().int(),
        recommendedIntervalMinutes: z.number().int(),
        intervalAdvice: z.string(),
        intervalLimits: z.object({ shortestMinutes: z.number().int(), longestMinutes: z.number().int() }),
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
  const { tags, assetClasses, endpoint, ...plain } = catalogue;
  const infos = streamNames.map((name) => streams[name]);
  const choicesOfFindings = infos.flatMap(({ name: stream, title, scopes }) => {
    const name = recordKindOf[stream];
    return name === "asset" ? [] : [{ name, title, stream, scopes: [...scopes] }];
  });
  return {
    ...plain,
    tags: [...tags],
    facts: [...plain.facts],
    assetClasses: assetClasses.map(({ title }) => title),
    findingKinds: choicesOfFindings.map(({ title }) => title),
    choices: {
      assetClasses: assetClasses.map((one) => ({ ...one, stream: "assets", scopes: [...streams.assets.scopes] })),
      findingKinds: choicesOfFindings,
    },
    links: [...plain.links],
    prerequisites: [...plain.prerequisites],
    serviceAccountSteps: plain.serviceAccountSteps.map((step) => ({ ...step, url: step.url ?? null })),
    endpoint: {
      format: endpoint.format,
      whereToFindIt: [...endpoint.whereToFindIt],
      regions: [...endpoint.regions],
      environments: [...endpoint.environments],
    },
    streams: infos.map(streamOf),
  };
}

function streamOf({ name, title, brings, scopes, licence, defaultIntervalMinutes, intervalAdvice }: StreamInfo) {
  return {
    name,
    title,
    brings,
    scopes: [...scopes],
    licence: licence ?? null,
    defaultIntervalMinutes,
    recommendedIntervalMinutes: defaultIntervalMinutes,
    intervalAdvice,
    intervalLimits,
  };
}
