import { createRoute, z } from "@hono/zod-openapi";
import { AddressError } from "../../errors.ts";
import type { ApiDeps } from "../context.ts";
import { createRouter, errors, json, jsonBody } from "../router.ts";

export const understoodSchema = z
  .object({
    ok: z.literal(true),
    apiEndpoint: z.string().openapi({ example: "https://api.us17.app.wiz.io/graphql" }),
    tokenUrl: z.string().openapi({ example: "https://auth.app.wiz.io/oauth/token" }),
    dataCentre: z.string().nullable().openapi({ description: "null: not a host of the vendor." }),
    environment: z.string().nullable(),
    note: z.string().nullable().openapi({ description: "What was guessed, or is unusual." }),
  })
  .openapi("EndpointUnderstood");

export const refusedSchema = z
  .object({
    ok: z.literal(false),
    field: z.enum(["text", "tokenUrl"]).openapi({ description: "Which of the two is wrong." }),
    message: z.string(),
    hint: z.string(),
    suggestion: z.string().nullable().openapi({ description: "What was probably meant, to take its place." }),
  })
  .openapi("EndpointRefused");

const read = createRoute({
  method: "post",
  path: "/connectors/{id}/endpoint",
  operationId: "readEndpoint",
  tags: ["Integrations"],
  summary: "What a typed or pasted endpoint is understood as",
  description: "For a form, while one types: nothing is called or stored, and what is not understood is no error.",
  request: {
    params: z.object({
      id: z.string().openapi({
        param: { name: "id", in: "path" },
        description: "Id or short name of the connector.",
        example: "wiz",
      }),
    }),
    body: jsonBody(
      z
        .strictObject({
          text: z.string().openapi({ description: "A URL, a host, a data centre, a region.", example: "us17" }),
          tokenUrl: z.string().nullish().openapi({ description: "Left out: it follows from the endpoint." }),
        })
        .openapi("EndpointText"),
    ),
  },
  responses: { 200: json(z.union([understoodSchema, refusedSchema]), "What it is"), ...errors(400, 404) },
});

/** Addresses, read as connectors read them. */
export function endpointRoutes(deps: Pick<ApiDeps, "findConnector" | "allowedHosts">) {
  const router = createRouter();
  router.openapi(read, (c) => {
    const connector = deps.findConnector(c.req.valid("param").id);
    const { text, tokenUrl } = c.req.valid("json");
    try {
      const form = { apiEndpoint: text, tokenUrl: tokenUrl ?? undefined };
      return c.json({ ok: true as const, ...connector.readEndpoint(form, deps) }, 200);
    } catch (error) {
      if (!(error instanceof AddressError)) throw error;
      return c.json(refused(error), 200);
    }
  });
  return router;
}

function refused({ problem, hint, field, meant }: AddressError): z.infer<typeof refusedSchema> {
  const message = problem;
  return { ok: false, field: field === "tokenUrl" ? "tokenUrl" : "text", message, hint, suggestion: meant ?? null };
}
