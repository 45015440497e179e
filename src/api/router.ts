import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { ApiEnv } from "./context.ts";
import { fromZod } from "./errors.ts";

/** A room of routes. A request that does not fit its route's schema fails as every other error does. */
export function createRouter(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw fromZod(result.error);
    },
  });
}

const errorSchema = z
  .object({
    error: z.object({
      code: z.string().openapi({ example: "invalid_request" }),
      message: z.string(),
      field: z.string().optional(),
      position: z.number().int().optional(),
      suggestion: z.string().optional(),
      example: z.string().optional(),
      requestId: z.string().optional(),
    }),
  })
  .openapi("Error");

/** An answer in JSON, for the `responses` of a route. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { "application/json": { schema } } };
}

const failures = {
  400: "The request is wrong",
  401: "Nobody is signed in",
  403: "The role does not allow it",
  404: "There is no such thing",
  409: "It collides with what is there",
  413: "The body is too large",
  429: "Too many requests",
  503: "The database does not answer",
} as const;

/** The failures that a route can answer with, for its `responses`; 401 and 403 come with every guarded route. */
export function errors(...statuses: (keyof typeof failures)[]) {
  return Object.fromEntries(statuses.map((status) => [status, json(errorSchema, failures[status])])) as {
    [S in keyof typeof failures]?: ReturnType<typeof json<typeof errorSchema>>;
  };
}

/** The body of a request, as JSON. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true, content: { "application/json": { schema } } };
}

/** A body that may be left out; then none of its fields is there. */
export function optionalJsonBody<T extends z.ZodType>(schema: T) {
  return { required: false, content: { "application/json": { schema } } };
}

export const idParameter = z.object({
  id: z
    .uuid("must be a UUID")
    .openapi({ param: { name: "id", in: "path" }, example: "0b9f1c1e-8a55-5f0e-9a43-6a1f4f0a7d11" }),
});
