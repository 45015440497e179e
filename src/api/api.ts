import { randomUUID } from "node:crypto";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import packageJson from "../../package.json" with { type: "json" };
import { createAuthenticate } from "./authenticate.ts";
import type { ApiDeps, ApiEnv } from "./context.ts";
import { RequestError, toErrorAnswer } from "./errors.ts";
import { type Authenticate, guard } from "./guard.ts";
import { createRouter } from "./router.ts";
import { authRoutes } from "./routes/auth.ts";
import { healthRoutes } from "./routes/health.ts";

const maxBodyBytes = 1_000_000;
const base = "/api/v1";

/** The HTTP application, a function from request to answer. */
export function createApi(deps: ApiDeps, authenticate: Authenticate = createAuthenticate(deps)): OpenAPIHono<ApiEnv> {
  const app = createRouter();
  app.use(async (c, next) => {
    c.set("requestId", randomUUID());
    c.header("x-request-id", c.var.requestId);
    await next();
  });
  app.use(secureHeaders({ xFrameOptions: "DENY", referrerPolicy: "same-origin" }));
  app.use(bodyLimit({ maxSize: maxBodyBytes, onError: () => tooLarge() }));
  app.use(guard(authenticate));
  app.route("/", healthRoutes(deps));
  app.route(base, authRoutes(deps));
  app.doc31(`${base}/openapi.json`, {
    openapi: "3.1.0",
    info: { title: "Weir", version: packageJson.version, description: "Cloud security findings and assets." },
  });
  app.notFound((c) => c.json({ error: { code: "not_found", message: `There is nothing at ${c.req.path}` } }, 404));
  app.onError((error, c) => {
    const requestId = c.get("requestId") ?? "";
    const { status, body, headers, isInternal } = toErrorAnswer(fromHono(error), requestId);
    if (isInternal) deps.log.error({ err: error, requestId }, `${c.req.method} ${c.req.path} failed`);
    return c.json(body, status, headers);
  });
  return app;
}

function tooLarge(): never {
  throw new RequestError(`The body is larger than ${maxBodyBytes / 1_000_000} MB.`, { status: 413 });
}

/** What Hono itself refuses, such as a body that is no JSON, is the caller's mistake. */
function fromHono(error: unknown): unknown {
  if (!(error instanceof HTTPException) || error.status >= 500) return error;
  return new RequestError(error.message === "" ? "The request cannot be read." : error.message, {
    status: error.status,
  });
}
