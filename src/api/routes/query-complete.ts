import { createRoute, z } from "@hono/zod-openapi";
import { complete } from "../../query/complete.ts";
import { things } from "../../query/field.ts";
import { createRouter, errors, json, jsonBody } from "../router.ts";

const completeQuery = createRoute({
  method: "post",
  path: "/query/complete",
  operationId: "completeQuery",
  summary: "What can stand at the caret of a query that is being written",
  tags: ["The query language"],
  request: {
    body: jsonBody(
      z.object({
        query: z.string().max(100_000),
        caret: z.number().int().min(0).openapi({ description: "Where the caret stands, counted from 0", example: 5 }),
        on: z.enum(things).default("findings").openapi({ description: "What is searched" }),
      }),
    ),
  },
  responses: {
    200: json(
      z
        .object({
          from: z.number().int().openapi({ description: "A suggestion replaces the text from here" }),
          to: z.number().int().openapi({ description: "up to here" }),
          field: z.string().nullable().openapi({ description: "The field whose value stands there" }),
          facet: z.object({ by: z.string(), q: z.string() }).nullable().openapi({
            description:
              "Where its values are to be had: `GET /{on}/facets` with this `by` and `q`, which finds those that begin with the first word written. null: there are none beside the suggestions",
          }),
          suggestions: z.array(
            z.object({
              kind: z.enum(["field", "operator", "value", "word"]),
              text: z.string(),
              description: z.string(),
            }),
          ),
        })
        .openapi("Completion"),
      "The nearest first; none where nothing fits",
    ),
    ...errors(400),
  },
});

/** For editors of queries. */
export function queryCompletionRoutes() {
  const router = createRouter();
  router.openapi(completeQuery, (c) => {
    const { query, caret, on } = c.req.valid("json");
    return c.json(complete(query, caret, on), 200);
  });
  return router;
}
