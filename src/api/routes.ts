import type { OpenAPIHono } from "@hono/zod-openapi";
import { etag } from "hono/etag";
import { createMiddleware } from "hono/factory";
import type { ApiDeps, ApiEnv } from "./context.ts";
import { describeApi } from "./openapi.ts";
import { assetRoutes } from "./routes/assets.ts";
import { auditRoutes } from "./routes/audit.ts";
import { authRoutes } from "./routes/auth.ts";
import { clientSecretRoutes } from "./routes/client-secrets.ts";
import { connectionTestRoutes } from "./routes/connection-tests.ts";
import { connectorRoutes } from "./routes/connectors.ts";
import { dashboardRoutes } from "./routes/dashboard.ts";
import { dueDateRoutes } from "./routes/due-dates.ts";
import { endpointRoutes } from "./routes/endpoint.ts";
import { eventRoutes } from "./routes/events.ts";
import { exportRoutes } from "./routes/export.ts";
import { exportProgressRoutes } from "./routes/exports.ts";
import { feedRoutes } from "./routes/feeds.ts";
import { findingRoutes } from "./routes/findings.ts";
import { healthRoutes } from "./routes/health.ts";
import { identificationRoutes } from "./routes/identification.ts";
import { integrationLogRoutes } from "./routes/integration-log.ts";
import { integrationRoutes } from "./routes/integrations.ts";
import { paceRoutes } from "./routes/pace.ts";
import { preferenceRoutes } from "./routes/preferences.ts";
import { queryRoutes } from "./routes/query.ts";
import { queryCompletionRoutes } from "./routes/query-complete.ts";
import { rejectedRoutes } from "./routes/rejected.ts";
import { reviewRoutes } from "./routes/reviews.ts";
import { riskAcceptanceRoutes } from "./routes/risk-acceptances.ts";
import { runRoutes } from "./routes/runs.ts";
import { savedSearchRoutes } from "./routes/saved-searches.ts";
import { setupRoutes } from "./routes/setup.ts";
import { signalRoutes } from "./routes/signals.ts";
import { tagRoutes } from "./routes/tags.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { userRoutes } from "./routes/users.ts";

const base = "/api/v1";

/** What pages ask for again and again, mostly unchanged: a 304 then. (The cursors of a list are never the same.) */
const revalidated = ["findings/:id", "assets/:id", "signals/:id", "query/fields"];
const revalidate = createMiddleware<ApiEnv>(async (c, next) => {
  await next();
  c.header("cache-control", "private, no-cache");
});

/** Every room of routes, and the description of them all. */
export function mountRoutes(app: OpenAPIHono<ApiEnv>, deps: ApiDeps): void {
  app.route("/", healthRoutes(deps));
  app.route(base, setupRoutes(deps));
  app.route(base, authRoutes(deps));
  for (const path of revalidated) app.use(`${base}/${path}`, revalidate, etag({ weak: true }));
  app.route(base, dashboardRoutes(deps));
  app.route(base, feedRoutes(deps));
  app.route(base, findingRoutes(deps));
  app.route(base, assetRoutes(deps));
  app.route(base, signalRoutes(deps));
  app.route(base, queryRoutes(deps));
  app.route(base, queryCompletionRoutes());
  app.route(base, exportRoutes(deps));
  app.route(base, exportProgressRoutes(deps));
  app.route(base, savedSearchRoutes(deps));
  app.route(base, tagRoutes(deps));
  app.route(base, preferenceRoutes(deps));
  app.route(base, connectorRoutes());
  app.route(base, endpointRoutes(deps));
  app.route(base, integrationRoutes(deps));
  app.route(base, identificationRoutes(deps));
  app.route(base, connectionTestRoutes(deps));
  app.route(base, clientSecretRoutes(deps));
  app.route(base, integrationLogRoutes(deps));
  app.route(base, paceRoutes(deps));
  app.route(base, runRoutes(deps));
  app.route(base, reviewRoutes(deps));
  app.route(base, rejectedRoutes(deps));
  app.route(base, riskAcceptanceRoutes(deps));
  app.route(base, dueDateRoutes(deps));
  app.route(base, eventRoutes(deps));
  app.route(base, tokenRoutes(deps));
  app.route(base, userRoutes(deps));
  app.route(base, auditRoutes(deps));
  describeApi(app, `${base}/openapi.json`);
}
