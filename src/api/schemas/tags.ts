import { z } from "@hono/zod-openapi";
import { time } from "./records.ts";

// A name stands in lists and among other tags: nothing that breaks a line or turns the direction of writing around.
const name = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]*$/u, "must not hold control characters");
const criticality = z
  .number()
  .int()
  .min(1)
  .max(5)
  .nullable()
  .openapi({ description: "How much its assets matter, 1 to 5; null: it says nothing of that" });
const description = z.string().trim().max(2_000).nullable();
export const tagQuery = z.string().max(4_096);

export const newTagSchema = z
  .strictObject({
    name,
    kind: z.enum(["static", "dynamic"]).openapi({ description: "On chosen assets, or on those that its query finds" }),
    query: tagQuery.nullable().default(null).openapi({ description: "Of a dynamic tag: a query over assets" }),
    criticality: criticality.default(null),
    description: description.default(null),
  })
  .openapi("NewTag");

export const tagChangeSchema = z
  .strictObject({ name, query: tagQuery, criticality, description })
  .partial()
  .openapi("TagChange");

const bulkSchema = z.object({
  action: z.enum(["add", "remove"]),
  query: z.string(),
  total: z.number().int().openapi({ description: "How many assets it found when it was asked for" }),
  done: z.number().int(),
});

export const tagSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kind: z.enum(["static", "dynamic"]),
    query: z.string().nullable(),
    criticality,
    description: z.string().nullable(),
    assets: z.number().int().openapi({ description: "How many assets have it" }),
    pending: z.number().int().openapi({
      description: "How many of them are still to be brought up to date: tags, criticality, findings, score",
    }),
    isEvaluating: z.boolean().openapi({ description: "Its query is new and still to be put to all assets" }),
    evaluatedAt: time.nullable().openapi({ description: "When the query was last put to all assets" }),
    problem: z.string().nullable().openapi({ description: "Why that could not be done; the assets stay as they were" }),
    bulk: z.array(bulkSchema).openapi({ description: "What is asked for by query and not done yet" }),
    createdAt: time,
    updatedAt: time,
  })
  .openapi("Tag");

export const tagDetailSchema = tagSchema
  .extend({
    decides: z.number().int().openapi({
      description: "On how many assets it alone gives the criticality: theirs changes when it goes",
    }),
  })
  .openapi("TagDetail");

const someIds = z.array(z.uuid()).max(10_000);

export const tagAssetsSchema = z
  .union([
    z.strictObject({ add: someIds.default([]), remove: someIds.default([]) }),
    z.strictObject({
      query: tagQuery.openapi({ description: "All assets that it finds" }),
      action: z.enum(["add", "remove"]).default("add"),
    }),
  ])
  .openapi("TagAssets");

export const tagPreviewSchema = z
  .object({
    total: z.number().int(),
    examples: z.array(
      z.object({
        id: z.uuid(),
        name: z.string(),
        class: z.string(),
        cloud: z.string().nullable(),
        criticality: z.number(),
      }),
    ),
    adds: z.number().int().nullable().openapi({ description: "With a tag: how many assets would get it" }),
    removes: z.number().int().nullable().openapi({ description: "With a tag: how many would lose it" }),
  })
  .openapi("TagPreview");
