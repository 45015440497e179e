import { createRoute, z } from "@hono/zod-openapi";
import { ConfigError } from "../../errors.ts";
import { assetScoreConstants } from "../../risk/constants.ts";
import { findIntegration, type IntegrationChanges, listIntegrations } from "../../store/integration.ts";
import { removeIntegration, unfinishedRemovals } from "../../store/remove-integration.ts";
import { removeUnchosen } from "../../store/remove-unchosen.ts";
import { createAssetCounts } from "../../sync/asset-counts.ts";
import { addIntegration, editIntegration } from "../../sync/edit.ts";
import { parseRules } from "../../sync/identification-form.ts";
import {
  changeConnection,
  parseAssetClasses,
  parseDescription,
  parseName,
  refuseTakenName,
  requireSecret,
} from "../../sync/integration-form.ts";
import { readReport } from "../../sync/integration-report.ts";
import { defaultStreams, editStreams } from "../../sync/stream-settings.ts";
import { actorOf } from "../actor.ts";
import type { ApiDeps } from "../context.ts";
import { waitAWhile } from "../lasting.ts";
import { createRouter, errors, json, jsonBody } from "../router.ts";
import {
  integrationEditsSchema,
  integrationParameter,
  integrationSchema,
  newIntegrationSchema,
} from "../schemas/integration.ts";

const tags = ["Integrations"];

const list = createRoute({
  method: "get",
  path: "/integrations",
  operationId: "listIntegrations",
  tags,
  summary: "The integrations, with their states and counts",
  responses: {
    200: json(
      z.object({
        items: z.array(integrationSchema),
        removals: z.array(z.object({ id: z.uuid(), name: z.string() })).openapi({
          description: "Integrations that are being removed; one that stays here was interrupted: remove it again.",
        }),
      }),
      "The integrations",
    ),
  },
});

const create = createRoute({
  method: "post",
  path: "/integrations",
  operationId: "createIntegration",
  tags,
  summary: "Connect a tenant",
  request: { body: jsonBody(newIntegrationSchema) },
  responses: {
    201: json(integrationSchema, "It is stored, and fetched from within 5 seconds"),
    ...errors(400, 404, 409),
  },
});

const read = createRoute({
  method: "get",
  path: "/integrations/{id}",
  operationId: "readIntegration",
  tags,
  summary: "An integration",
  request: { params: integrationParameter },
  responses: { 200: json(integrationSchema, "The integration"), ...errors(404) },
});

const update = createRoute({
  method: "patch",
  path: "/integrations/{id}",
  operationId: "updateIntegration",
  tags,
  summary: "Change an integration; what is left out stays as it is",
  description:
    "The client secret is needed again when the host of the API endpoint or of the token URL, or the client ID, is another one. " +
    "A client secret given here takes the place of the present one at once, untried; `PUT …/secret` rotates it without a gap.",
  request: { params: integrationParameter, body: jsonBody(integrationEditsSchema) },
  responses: { 200: json(integrationSchema, "It goes by it within 5 seconds"), ...errors(400, 404, 409) },
});

const removedSchema = z
  .object({
    name: z.string(),
    isDone: z.boolean().openapi({ description: "false: it is gone from the list, and its records are still going." }),
    removed: z
      .object({ findings: z.number().int(), assets: z.number().int(), signals: z.number().int() })
      .openapi({ description: "So far." }),
  })
  .openapi("Removal");

const removedUnchosenSchema = z
  .object({
    name: z.string(),
    isDone: z
      .boolean()
      .openapi({ description: "false: it goes on; `scopeNote` of the integration says what is left." }),
    removed: z.object({ findings: z.number().int(), assets: z.number().int() }).openapi({ description: "So far." }),
  })
  .openapi("UnchosenRemoval");

const confirmation = (what: string) => z.object({ confirm: z.string().optional().openapi({ description: what }) });

const removeOfOtherClasses = createRoute({
  method: "delete",
  path: "/integrations/{id}/unchosen",
  operationId: "removeUnchosen",
  tags,
  summary: "Remove what an integration holds of asset classes that are no longer chosen",
  description: "They would stay as they were, and nothing keeps them current. It is in the audit log.",
  request: {
    params: integrationParameter,
    query: confirmation("The name of the integration, so that nothing is removed by mistake."),
  },
  responses: {
    200: json(removedUnchosenSchema, "They are removed"),
    202: json(removedUnchosenSchema, "They are being removed"),
    ...errors(400, 404, 409),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/integrations/{id}",
  operationId: "removeIntegration",
  tags,
  summary: "Remove an integration and everything that only it brought",
  request: {
    params: integrationParameter,
    query: confirmation("The name of the integration, so that none is removed by mistake."),
  },
  responses: {
    200: json(removedSchema, "It is removed"),
    202: json(removedSchema, "It is gone from the list; its records follow"),
    ...errors(400, 404),
  },
});

type IntegrationDeps = Pick<ApiDeps, "db" | "box" | "now" | "log" | "findConnector" | "allowedHosts">;

/** What is connected, and its settings. */
export function integrationRoutes(deps: IntegrationDeps) {
  const { db, box, now, log, findConnector } = deps;
  const router = createRouter();
  const assetCounts = createAssetCounts(deps);
  const report = async (id: string) => await readReport(db, await findIntegration(db, id), now(), assetCounts);

  router.openapi(list, async (c) => {
    const integrations = await listIntegrations(db);
    const items = await Promise.all(integrations.map((integration) => readReport(db, integration, now(), assetCounts)));
    return c.json({ items, removals: await unfinishedRemovals(db) }, 200);
  });

  router.openapi(create, async (c) => {
    const { streams, assetClasses, identificationRules: rules, ...form } = c.req.valid("json");
    const connector = findConnector(form.connector);
    const name = parseName(form.name);
    refuseTakenName(name, await listIntegrations(db));
    const entry = {
      name,
      connector: connector.catalogue.id,
      description: parseDescription(form.description ?? ""),
      isEnabled: form.enabled,
      streams: editStreams(defaultStreams(connector), streams ?? {}),
      assetClasses: assetClasses == null ? null : parseAssetClasses(assetClasses),
      identificationRules: rules == null ? null : parseRules(rules),
      connection: connector.parseConnection({ ...form, tokenUrl: form.tokenUrl ?? undefined }, deps),
    };
    const added = await addIntegration({ db, box, now, by: actorOf(c) }, entry);
    return c.json(await report(added.id), 201);
  });

  router.openapi(read, async (c) => c.json(await report(c.req.valid("param").id), 200));

  router.openapi(update, async (c) => {
    const before = await findIntegration(db, c.req.valid("param").id);
    const edits = c.req.valid("json");
    const { name, description, enabled, streams, assetClasses, identificationRules: rules, ...connection } = edits;
    const plan = changeConnection(findConnector(before.connector), before, connection, deps);
    const changes: IntegrationChanges = {
      ...(name !== undefined && { name: parseName(name) }),
      ...(description !== undefined && { description: parseDescription(description ?? "") }),
      ...(enabled !== undefined && { isEnabled: enabled }),
      ...(streams !== undefined && { streams: editStreams(before.streams, streams) }),
      ...(assetClasses !== undefined && {
        assetClasses: assetClasses === null ? null : parseAssetClasses(assetClasses),
      }),
      ...(rules !== undefined && { identificationRules: rules === null ? null : parseRules(rules) }),
      ...(plan !== null && { connection: requireSecret(plan) }),
    };
    if (changes.name !== undefined)
      refuseTakenName(
        changes.name,
        (await listIntegrations(db)).filter(({ id }) => id !== before.id),
      );
    await editIntegration({ db, box, now, by: actorOf(c) }, before, changes);
    return c.json(await report(before.id), 200);
  });

  router.openapi(remove, async (c) => {
    const { id, name } = await findRemovable(deps, c.req.valid("param").id);
    requireName(name, c.req.valid("query").confirm, `"${name}" with all its findings, assets and signals`);
    let removed = { findings: 0, assets: 0, signals: 0 };
    const work = removeIntegration({ db, now, score: assetScoreConstants, by: actorOf(c) }, id, (sofar) => {
      removed = { ...sofar };
    });
    const { isDone } = await waitAWhile(log, `removing the integration "${name}"`, work);
    return c.json({ name, isDone, removed }, isDone ? 200 : 202);
  });

  router.openapi(removeOfOtherClasses, async (c) => {
    const integration = await findIntegration(db, c.req.valid("param").id);
    const { name } = integration;
    const what = `what "${name}" holds of asset classes that are no longer chosen`;
    requireName(name, c.req.valid("query").confirm, what);
    let removed = { findings: 0, assets: 0 };
    const work = removeUnchosen({ db, now, score: assetScoreConstants, by: actorOf(c) }, integration, (sofar) => {
      removed = { ...sofar };
    });
    const { isDone } = await waitAWhile(log, `removing ${what}`, work);
    return c.json({ name, isDone, removed }, isDone ? 200 : 202);
  });
  return router;
}

/** @throws ConfigError unless the name was repeated */
function requireName(name: string, given: string | undefined, what: string): void {
  if (given === name) return;
  throw new ConfigError(
    `This removes ${what}. If that is what you want, repeat its name: ?confirm=${encodeURIComponent(name)}`,
    { field: "confirm" },
  );
}

/** An integration, or one whose removal was interrupted. @throws NotFoundError */
async function findRemovable({ db }: IntegrationDeps, nameOrId: string): Promise<{ id: string; name: string }> {
  const unfinished = (await unfinishedRemovals(db)).find(
    ({ id, name }) => id === nameOrId.toLowerCase() || name.toLowerCase() === nameOrId.toLowerCase(),
  );
  try {
    return await findIntegration(db, nameOrId);
  } catch (error) {
    if (unfinished === undefined) throw error;
    return unfinished;
  }
}
