import { createRoute, z } from "@hono/zod-openapi";
import { defaultRules, ruleInfos } from "../../identity/rules.ts";
import { findIntegration } from "../../store/integration.ts";
import { parseRules } from "../../sync/identification-form.ts";
import { dryRun } from "../../sync/identity-dry-run.ts";
import { neverMerge, splitAsset, undoSeparation } from "../../sync/separate-assets.ts";
import { actorOf } from "../actor.ts";
import type { ApiContext, ApiDeps } from "../context.ts";
import { createRouter, errors, idParameter, json, jsonBody } from "../router.ts";
import { chosenRules, integrationParameter } from "../schemas/integration.ts";

const tags = ["Identification"];

const ruleSchema = z
  .object({
    id: z.string().openapi({ example: "cloud_instance" }),
    position: z.number().int().openapi({ description: "Rules are tried in this order, which is fixed." }),
    title: z.string(),
    fields: z.array(z.string()).openapi({ description: "What must be equal, beside cloud and account." }),
    isOnByDefault: z.boolean(),
    isFixed: z.boolean().openapi({ description: "Always on." }),
    isWeak: z.boolean(),
    warning: z.string().nullable().openapi({ description: "What to consider before it is switched on." }),
    description: z.string(),
  })
  .openapi("IdentificationRule");

const listRules = createRoute({
  method: "get",
  path: "/identification/rules",
  operationId: "listIdentificationRules",
  tags,
  summary: "The rules by which records of machines are one asset, in their order",
  responses: { 200: json(z.object({ items: z.array(ruleSchema) }), "The rules") },
});

const triedSchema = z
  .object({
    rule: z.string().nullable().openapi({ description: "The rule that would join them, or that joins them now." }),
    values: z.array(z.string()),
    assets: z
      .array(
        z.object({
          id: z.uuid(),
          name: z.string(),
          sources: z.array(z.object({ id: z.uuid(), integration: z.string().nullable(), externalId: z.string() })),
        }),
      )
      .openapi({ description: "Those that would become one, or that one would become." }),
  })
  .openapi("TriedIdentification");

const trialSchema = z
  .object({
    sources: z.number().int().openapi({ description: "Records of machines, of all integrations." }),
    assets: z.object({ before: z.number().int(), after: z.number().int() }),
    merges: z.object({ count: z.number().int(), examples: z.array(triedSchema) }),
    splits: z.object({ count: z.number().int(), examples: z.array(triedSchema) }),
  })
  .openapi("IdentificationDryRun");

const tryRules = createRoute({
  method: "post",
  path: "/integrations/{id}/identification/dry-run",
  operationId: "tryIdentificationRules",
  tags,
  summary: "What the whole inventory would be with other rules for an integration; nothing is changed",
  description:
    "`merges` counts assets that would hold what several hold now, `splits` those that would become several; up to 20 " +
    "of each are shown. It looks at every machine, so it takes its time where there are many.",
  request: { params: integrationParameter, body: jsonBody(z.strictObject({ identificationRules: chosenRules })) },
  responses: { 200: json(trialSchema, "What would change"), ...errors(400, 404) },
});

const separatedSchema = z
  .object({
    separationId: z.uuid().openapi({ description: "By which it is undone." }),
    assetIds: z.array(z.uuid()).openapi({ description: "The assets of these sources, as they are now." }),
  })
  .openapi("Separated");

const split = createRoute({
  method: "post",
  path: "/assets/{id}/split",
  operationId: "splitAsset",
  tags,
  summary: "Take sources out of an asset: they are another machine",
  description:
    "Findings and history go with their sources. No rule brings them together again until it is undone. An asset has " +
    "the id of its oldest source, so the part without it has another id than before.",
  request: { params: idParameter, body: jsonBody(z.strictObject({ sourceIds: z.array(z.uuid()).min(1).max(1_000) })) },
  responses: { 200: json(separatedSchema, "It is split"), ...errors(400, 404, 409) },
});

const keepApart = createRoute({
  method: "post",
  path: "/assets/{id}/separations",
  operationId: "keepAssetsApart",
  tags,
  summary: "Never merge two assets, whatever rules say",
  request: { params: idParameter, body: jsonBody(z.strictObject({ assetId: z.uuid() })) },
  responses: { 200: json(separatedSchema, "They stay apart"), ...errors(400, 404, 409) },
});

const undo = createRoute({
  method: "delete",
  path: "/separations/{id}",
  operationId: "undoSeparation",
  tags,
  summary: "Undo a split or a “never merge”: the rules decide again",
  request: { params: idParameter },
  responses: {
    200: json(
      z.object({ assetIds: z.array(z.uuid()) }).openapi("Reunited"),
      "The assets of its sources, as they are now",
    ),
    ...errors(400, 404),
  },
});

/** Which records are one machine: the rules, what they would do, and what people say against them. */
export function identificationRoutes({ db, now, findConnector }: Pick<ApiDeps, "db" | "now" | "findConnector">) {
  const router = createRouter();
  const depsOf = (c: ApiContext) => ({ db, now, findConnector, by: actorOf(c) });

  router.openapi(listRules, (c) => c.json({ items: ruleInfos.map((rule) => ({ ...rule })) }, 200));

  router.openapi(tryRules, async (c) => {
    const { id } = await findIntegration(db, c.req.valid("param").id);
    const { identificationRules } = c.req.valid("json");
    const rules = (identificationRules === null ? null : parseRules(identificationRules)) ?? defaultRules;
    return c.json(await dryRun({ db, signal: c.req.raw.signal }, new Map([[id, rules]])), 200);
  });

  router.openapi(split, async (c) => {
    const { sourceIds } = c.req.valid("json");
    return c.json(await splitAsset(depsOf(c), c.req.valid("param").id, sourceIds), 200);
  });

  router.openapi(keepApart, async (c) => {
    const { assetId } = c.req.valid("json");
    return c.json(await neverMerge(depsOf(c), c.req.valid("param").id, assetId), 200);
  });

  router.openapi(undo, async (c) => c.json(await undoSeparation(depsOf(c), c.req.valid("param").id), 200));
  return router;
}
