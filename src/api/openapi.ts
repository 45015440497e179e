import type { OpenAPIHono } from "@hono/zod-openapi";
import packageJson from "../../package.json" with { type: "json" };
import { access } from "./access.ts";
import type { ApiEnv } from "./context.ts";

type Document = ReturnType<OpenAPIHono<ApiEnv>["getOpenAPI31Document"]>;
interface Operation {
  responses: Record<string, unknown>;
  security?: Record<string, string[]>[];
  description?: string;
}

const info = {
  title: "Weir",
  version: packageJson.version,
  description: "Cloud security findings and assets: what is true now, and what changed.",
  license: { name: "Apache-2.0", identifier: "Apache-2.0" },
};

/** The description of the API, served at `path`. Who may use a route comes from the table of access. */
export function describeApi(app: OpenAPIHono<ApiEnv>, path: string): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "weir_session",
    description: "Who signed in on a page of Weir; over https its name is `__Host-weir_session`",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    description: "An API token",
  });
  let text: string | undefined;
  app.get(path, (c) => {
    text ??= JSON.stringify(withAccess(app.getOpenAPI31Document({ openapi: "3.1.0", info, servers: [{ url: "/" }] })));
    return c.body(text, 200, { "content-type": "application/json" });
  });
}

/** Adds to each operation who may use it, and the answers to those who may not. */
function withAccess(document: Document): Document {
  for (const [path, item] of Object.entries(document.paths ?? {}))
    for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
      const wanted = access[`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`];
      if (wanted === undefined || wanted === "public") {
        operation.security = [];
        continue;
      }
      operation.security = [{ session: [] }, { token: [] }];
      operation.description = [operation.description, `Takes the role ${wanted}.`].filter(Boolean).join(" ");
      operation.responses["401"] ??= failure("Nobody is signed in, or the token is not good");
      operation.responses["403"] ??= failure("The role does not allow it");
    }
  return document;
}

function failure(description: string) {
  return { description, content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } };
}
