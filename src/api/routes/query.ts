import { createRoute, z } from "@hono/zod-openapi";
import { QueryError } from "../../errors.ts";
import { readQuery } from "../../query/bind.ts";
import { facetFieldNames } from "../../query/facet-fields.ts";
import { type Field, type Thing, things } from "../../query/field.ts";
import { fields } from "../../query/fields.ts";
import { sorts } from "../../query/keyset.ts";
import { parseQuery } from "../../query/parser.ts";
import { printQuery } from "../../query/print.ts";
import { mainWords } from "../../query/values.ts";
import type { ApiDeps } from "../context.ts";
import { createRouter, errors, json, jsonBody } from "../router.ts";

const tags = ["The query language"];
const on = z.enum(things).default("findings").openapi({ description: "What is searched" });

const fieldSchema = z
  .object({
    name: z.string(),
    aliases: z.array(z.string()).openapi({ description: "Other names; case does not matter" }),
    type: z.enum(["text", "words", "keyword", "enum", "integer", "number", "date", "boolean", "list", "id"]),
    description: z.string(),
    example: z.string(),
    words: z.array(z.string()).nullable().openapi({ description: "Of an enum: the words that it takes" }),
    isOrdered: z.boolean().openapi({ description: "It can be compared with <, <=, > and >=, and takes ranges" }),
    isSortable: z.boolean().openapi({ description: "Lists can be sorted by it, under its name or one of the others" }),
    isFacetable: z.boolean().openapi({ description: "Its values can be counted as facets" }),
  })
  .openapi("Field");

const listFields = createRoute({
  method: "get",
  path: "/query/fields",
  operationId: "listQueryFields",
  summary: "The fields of the query language",
  tags,
  request: { query: z.object({ on }) },
  responses: {
    200: json(
      z.object({ on: z.enum(things), fields: z.array(fieldSchema), sorts: z.array(z.string()) }),
      "The fields and the orders of lists, the default first",
    ),
    ...errors(400),
  },
});

const validate = createRoute({
  method: "post",
  path: "/query/validate",
  operationId: "validateQuery",
  summary: "Whether a query can be understood, and where not",
  tags,
  request: { body: jsonBody(z.object({ query: z.string().max(100_000), on })) },
  responses: {
    200: json(
      z
        .object({
          valid: z.boolean(),
          normalized: z.string().optional().openapi({ description: "The same query in one canonical form" }),
          error: z
            .object({
              message: z.string().openapi({ description: "What is wrong, what was probably meant, an example" }),
              position: z.number().int().openapi({ description: "Where in the query, counted from 0" }),
              suggestion: z.string().optional().openapi({ description: "What was probably meant, to stand there" }),
              example: z.string().optional().openapi({ description: "Something like it that is right" }),
            })
            .optional(),
        })
        .openapi("Validation"),
      "Either way",
    ),
    ...errors(400),
  },
});

/** For whoever helps people write queries. */
export function queryRoutes({ now }: Pick<ApiDeps, "now">) {
  const router = createRouter();
  router.openapi(listFields, (c) => {
    const { on: thing } = c.req.valid("query");
    return c.json(
      { on: thing, fields: fields[thing].map((field) => describe(thing, field)), sorts: Object.keys(sorts[thing]) },
      200,
    );
  });
  router.openapi(validate, (c) => {
    const { query, on: thing } = c.req.valid("json");
    try {
      readQuery(query, { thing, now: now() });
      return c.json({ valid: true, normalized: printQuery(parseQuery(query)) }, 200);
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      const { message, position, suggestion, example } = error;
      return c.json({ valid: false, error: { message, position, suggestion, example } }, 200);
    }
  });
  return router;
}

function describe(thing: Thing, field: Field) {
  const { name, aliases, type, description, example } = field;
  return {
    name,
    aliases: [...aliases],
    type,
    description,
    example,
    words: type === "enum" ? mainWords(field) : null,
    isOrdered: ["integer", "number", "date"].includes(type) || field.isOrdered === true,
    isSortable: [name, ...aliases].some((one) => Object.hasOwn(sorts[thing], one)),
    isFacetable: facetFieldNames(thing).includes(name),
  };
}
