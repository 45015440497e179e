import type { Role } from "../model.ts";

/** Who may use a route: everyone, or whoever has at least this role. */
export type Access = "public" | Role;

/**
 * Every route of the API with who may use it. A route without an entry is refused, and a test walks all of them. A
 * path stands here as it is registered, parameters in braces or with a colon alike.
 */
export const access: Readonly<Record<string, Access>> = {
  "GET /healthz": "public",
  "GET /readyz": "public",
  "GET /metrics": "public",
  "GET /api/v1/openapi.json": "public",
  "GET /api/v1/auth/me": "viewer",
  "POST /api/v1/auth/logout": "viewer",
  "GET /api/v1/auth/sessions": "viewer",
  "DELETE /api/v1/auth/sessions/:id": "viewer",
  "GET /api/v1/findings": "viewer",
  "GET /api/v1/findings/facets": "viewer",
  "GET /api/v1/findings/:id": "viewer",
  "GET /api/v1/assets": "viewer",
  "GET /api/v1/assets/facets": "viewer",
  "GET /api/v1/assets/:id": "viewer",
  "GET /api/v1/signals": "viewer",
  "GET /api/v1/signals/facets": "viewer",
  "GET /api/v1/signals/:id": "viewer",
  "GET /api/v1/query/fields": "viewer",
  "POST /api/v1/query/validate": "viewer",
  "GET /api/v1/export/:thing": "viewer",
  // To share one takes more: see src/api/saved-searches.ts.
  "GET /api/v1/saved-searches": "viewer",
  "POST /api/v1/saved-searches": "viewer",
  "GET /api/v1/saved-searches/:id": "viewer",
  "PATCH /api/v1/saved-searches/:id": "viewer",
  "DELETE /api/v1/saved-searches/:id": "viewer",
  "GET /api/v1/connectors": "viewer",
  "GET /api/v1/integrations": "viewer",
  "POST /api/v1/integrations": "admin",
  "GET /api/v1/integrations/:id": "viewer",
  "PATCH /api/v1/integrations/:id": "admin",
  "DELETE /api/v1/integrations/:id": "admin",
  "POST /api/v1/integrations/test": "admin",
  "POST /api/v1/integrations/:id/test": "analyst",
  "PUT /api/v1/integrations/:id/secret": "admin",
  "DELETE /api/v1/integrations/:id/secret/pending": "admin",
  "POST /api/v1/integrations/:id/sync": "analyst",
  "POST /api/v1/integrations/:id/cancel": "analyst",
  "GET /api/v1/integrations/:id/runs": "viewer",
  "GET /api/v1/runs/:id": "viewer",
  "GET /api/v1/integrations/:id/reviews": "viewer",
  "POST /api/v1/reviews/:id/approve": "analyst",
  "POST /api/v1/reviews/:id/reject": "analyst",
  "GET /api/v1/integrations/:id/rejected": "viewer",
  "POST /api/v1/integrations/:id/rejected/retry": "analyst",
  "GET /api/v1/events": "viewer",
};
