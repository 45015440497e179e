import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Kysely } from "kysely";
import { countMatches } from "../query/count.ts";
import { readFacets } from "../query/facets.ts";
import type { Thing } from "../query/field.ts";
import { sorts } from "../query/keyset.ts";
import type { FoundRecords } from "../query/read-records.ts";
import { searchAssets, searchFindings, searchSignals } from "../query/search.ts";
import type { Schema } from "../store/schema.ts";
import { clientSignal } from "./client-signal.ts";
import type { ApiEnv } from "./context.ts";
import { RequestError } from "./errors.ts";
import { errors, json } from "./router.ts";

const total = z.object({
  value: z.number().int(),
  capped: z.boolean().openapi({ description: "There are at least that many; nobody waits for the rest of the count" }),
});
const q = z.string().default("").openapi({
  description: "A query, see the query language; everything when left out",
  example: "severity:critical AND status:open",
});
const cursor = z.string().nullable();

const facetsSchema = z
  .object({
    facets: z.array(
      z.object({
        by: z.string(),
        values: z.array(
          z.object({ value: z.union([z.string(), z.number(), z.boolean()]).nullable(), count: z.number().int() }),
        ),
        isPartial: z.boolean().openapi({ description: "There are too many matches to count all: a part was counted" }),
      }),
    ),
    total,
  })
  .openapi("Facets");

const countSchema = z
  .object({
    value: z.number().int(),
    isExact: z.boolean().openapi({ description: "If not, there are at least that many: counting all took too long" }),
  })
  .openapi("Count");

const mostFacets = 20;

const searches = { findings: searchFindings, assets: searchAssets, signals: searchSignals };

interface RecordKind<T extends Thing> {
  thing: T;
  schema: z.ZodType<FoundRecords[T]>;
  /** What such records are called, for operation ids: `Findings`. */
  name: string;
  tags: string[];
}

/** Adds what can be asked of every kind of record: a page of what a query finds, its facets, how many there are. */
export function addSearchRoutes<T extends Thing>(
  router: OpenAPIHono<ApiEnv>,
  { db }: { db: Kysely<Schema> },
  { thing, schema, name, tags }: RecordKind<T>,
): void {
  const list = createRoute({
    method: "get",
    path: `/${thing}`,
    operationId: `list${name}`,
    summary: `A page of what a query finds among the ${thing}`,
    description: "Further pages have the same `q` and `sort`, and the cursor that a page before gave.",
    tags,
    request: {
      query: z.object({
        q,
        sort: z
          .string()
          .optional()
          .openapi({
            description: `One of ${Object.keys(sorts[thing]).join(", ")}; \`:asc\` or \`:desc\` behind it turns it round`,
            example: Object.keys(sorts[thing])[0],
          }),
        limit: z.coerce.number().int().min(1).max(1000).default(50).openapi({ description: "Records per page" }),
        cursor: z.string().optional().openapi({ description: "`nextCursor` or `prevCursor` of another page" }),
      }),
    },
    responses: {
      200: json(
        z.object({ items: z.array(schema), nextCursor: cursor, prevCursor: cursor, total }).openapi(`${name}Page`),
        "The page",
      ),
      ...errors(400, 503),
    },
  });
  const facets = createRoute({
    method: "get",
    path: `/${thing}/facets`,
    operationId: `facet${name}`,
    summary: `How many of the ${thing} that a query finds have which values`,
    tags,
    request: {
      query: z.object({
        q,
        by: z.string().min(1).openapi({ description: "Fields, separated by commas", example: facetExample[thing] }),
        limit: z.coerce.number().int().min(1).max(1000).default(20).openapi({ description: "Values of each field" }),
      }),
    },
    responses: { 200: json(facetsSchema, "The values of each field, most frequent first"), ...errors(400, 503) },
  });
  const count = createRoute({
    method: "get",
    path: `/${thing}/count`,
    operationId: `count${name}`,
    summary: `How many of the ${thing} a query finds, for whoever is about to export them`,
    description: "Unlike the total of a list it is counted to its end, which may take some seconds.",
    tags,
    request: { query: z.object({ q }) },
    responses: { 200: json(countSchema, "The number"), ...errors(400, 503) },
  });
  router.openapi(list, async (c) => {
    const { q: query, sort, limit, cursor: from } = c.req.valid("query");
    const page = await searches[thing](db, { query, sort, limit, cursor: from, signal: clientSignal(c) });
    return c.json(page as never, 200);
  });
  router.openapi(facets, async (c) => {
    const { q: query, by, limit } = c.req.valid("query");
    const names = [...new Set(by.split(",").map((name) => name.trim()))];
    if (names.length > mostFacets) throw new RequestError(`by: at most ${mostFacets} fields at once`, { field: "by" });
    return c.json(await readFacets(db, thing, { query, by: names, limit, signal: clientSignal(c) }), 200);
  });
  router.openapi(count, async (c) => {
    const { q: query } = c.req.valid("query");
    return c.json(await countMatches(db, thing, { query, signal: clientSignal(c) }), 200);
  });
}

const facetExample: Record<Thing, string> = {
  findings: "severity,status",
  assets: "class,cloud",
  signals: "change,stream",
};
