import { createRoute } from "@hono/zod-openapi";
import { findIntegration } from "../../store/integration.ts";
import { readReport } from "../../sync/integration-report.ts";
import { offerSecret, tryPendingSecret, withdrawSecret } from "../../sync/rotate-secret.ts";
import { actorOf } from "../actor.ts";
import type { ApiDeps } from "../context.ts";
import { createRouter, errors, json, jsonBody } from "../router.ts";
import { integrationParameter, integrationSchema, newSecretSchema } from "../schemas/integration.ts";

const tags = ["Integrations"];

const rotate = createRoute({
  method: "put",
  path: "/integrations/{id}/secret",
  operationId: "rotateSecret",
  tags,
  summary: "Rotate the client secret without a gap",
  description:
    "The new secret is laid beside the present one and tried. It takes over once it works; until then the present one " +
    "serves, `pendingSecret` says why the new one does not yet, and Weir tries it again every minute, after an hour every " +
    "quarter of an hour.",
  request: { params: integrationParameter, body: jsonBody(newSecretSchema) },
  responses: {
    200: json(integrationSchema, "The integration; with `pendingSecret` null the new secret has taken over"),
    ...errors(400, 404, 409),
  },
});

const withdraw = createRoute({
  method: "delete",
  path: "/integrations/{id}/secret/pending",
  operationId: "withdrawSecret",
  tags,
  summary: "Withdraw a new client secret that waits",
  request: { params: integrationParameter },
  responses: { 200: json(integrationSchema, "The integration, with its present secret"), ...errors(404) },
});

const longestTrialMs = 60_000;

/** Client secrets and their rotation. */
export function clientSecretRoutes(deps: ApiDeps) {
  const { db, now } = deps;
  const router = createRouter();

  router.openapi(rotate, async (c) => {
    const integration = await findIntegration(db, c.req.valid("param").id);
    const by = actorOf(c);
    await offerSecret(deps, integration, c.req.valid("json"), by);
    await tryPendingSecret(deps, integration.id, by, AbortSignal.timeout(longestTrialMs));
    return c.json(await readReport(db, await findIntegration(db, integration.id), now()), 200);
  });

  router.openapi(withdraw, async (c) => {
    const integration = await findIntegration(db, c.req.valid("param").id);
    await withdrawSecret(deps, integration, actorOf(c));
    return c.json(await readReport(db, await findIntegration(db, integration.id), now()), 200);
  });
  return router;
}
