import { randomUUID } from "node:crypto";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { createAddressReader } from "./address.ts";
import { createAuthenticate } from "./authenticate.ts";
import { compress } from "./compress.ts";
import type { ApiDeps, ApiEnv } from "./context.ts";
import { RequestError, toErrorAnswer } from "./errors.ts";
import { type Authenticate, guard } from "./guard.ts";
import { isFile } from "./origin.ts";
import { createRouter } from "./router.ts";
import { mountRoutes } from "./routes.ts";
import { securityHeaders } from "./security-headers.ts";
import { servePages } from "./ui.ts";

const maxBodyBytes = 1_000_000;

/** The HTTP application, a function from request to answer. */
export function createApi(deps: ApiDeps, authenticate: Authenticate = createAuthenticate(deps)): OpenAPIHono<ApiEnv> {
  const app = createRouter();
  const addressOf = createAddressReader(deps);
  app.use(async (c, next) => {
    c.set("requestId", randomUUID());
    c.header("x-request-id", c.var.requestId);
    c.set("address", addressOf(c));
    await next();
  });
  app.use(compress());
  app.use(securityHeaders());
  const limit = bodyLimit({ maxSize: maxBodyBytes, onError: () => tooLarge() });
  // A file is read as it comes, and has limits of its own.
  app.use(async (c, next) => await (isFile(c) ? next() : limit(c, next)));
  if (deps.pagesDir !== undefined) app.use(servePages(deps.pagesDir));
  app.use(guard(authenticate));
  mountRoutes(app, deps);
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
