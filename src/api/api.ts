import { randomUUID } from "node:crypto";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { etag } from "hono/etag";
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import { createAddressReader } from "./address.ts";
import { createAuthenticate } from "./authenticate.ts";
import { compress } from "./compress.ts";
import type { ApiDeps, ApiEnv } from "./context.ts";
import { RequestError, toErrorAnswer } from "./errors.ts";
import { type Authenticate, guard } from "./guard.ts";
import { describeApi } from "./openapi.ts";
import { createRouter } from "./router.ts";
import { assetRoutes } from "./routes/assets.ts";
import { auditRoutes } from "./routes/audit.ts";
import { authRoutes } from "./routes/auth.ts";
import { clientSecretRoutes } from "./routes/client-secrets.ts";
import { connectionTestRoutes } from "./routes/connection-tests.ts";
import { connectorRoutes } from "./routes/connectors.ts";
import { eventRoutes } from "./routes/events.ts";
import { exportRoutes } from "./routes/export.ts";
import { findingRoutes } from "./routes/findings.ts";
import { healthRoutes } from "./routes/health.ts";
import { integrationRoutes } from "./routes/integrations.ts";
import { queryRoutes } from "./routes/query.ts";
import { rejectedRoutes } from "./routes/rejected.ts";
import { reviewRoutes } from "./routes/reviews.ts";
import { runRoutes } from "./routes/runs.ts";
import { savedSearchRoutes } from "./routes/saved-searches.ts";
import { setupRoutes } from "./routes/setup.ts";
import { signalRoutes } from "./routes/signals.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { userRoutes } from "./routes/users.ts";

const maxBodyBytes = 1_000_000;
const base = "/api/v1";

/** What pages ask for again and again, mostly unchanged: a 304 then. (The cursors of a list are never the same.) */
const revalidated = ["findings/:id", "assets/:id", "signals/:id", "query/fields"];
const revalidate = createMiddleware<ApiEnv>(async (c, next) => {
  await next();
  c.header("cache-control", "private, no-cache");
});

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
  app.use(
    secureHeaders({
      xFrameOptions: "DENY",
      referrerPolicy: "same-origin",
      // For this host alone: its neighbours in the domain are not Weir's business. Browsers heed it over https only.
      strictTransportSecurity: "max-age=15552000",
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    }),
  );
  app.use(bodyLimit({ maxSize: maxBodyBytes, onError: () => tooLarge() }));
  app.use(guard(authenticate));
  app.route("/", healthRoutes(deps));
  app.route(base, setupRoutes(deps));
  app.route(base, authRoutes(deps));
  for (const path of revalidated) app.use(`${base}/${path}`, revalidate, etag({ weak: true }));
  app.route(base, findingRoutes(deps));
  app.route(base, assetRoutes(deps));
  app.route(base, signalRoutes(deps));
  app.route(base, queryRoutes(deps));
  app.route(base, exportRoutes(deps));
  app.route(base, savedSearchRoutes(deps));
  app.route(base, connectorRoutes());
  app.route(base, integrationRoutes(deps));
  app.route(base, connectionTestRoutes(deps));
  app.route(base, clientSecretRoutes(deps));
  app.route(base, runRoutes(deps));
  app.route(base, reviewRoutes(deps));
  app.route(base, rejectedRoutes(deps));
  app.route(base, eventRoutes(deps));
  app.route(base, tokenRoutes(deps));
  app.route(base, userRoutes(deps));
  app.route(base, auditRoutes(deps));
  describeApi(app, `${base}/openapi.json`);
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
