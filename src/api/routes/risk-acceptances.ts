import { createRoute, z } from "@hono/zod-openapi";
import {
  changeAcceptance,
  createAcceptance,
  endAcceptance,
  longestAcceptanceDays,
  previewAcceptance,
} from "../../lifecycle/acceptances.ts";
import { severities } from "../../model.ts";
import {
  acceptanceState,
  countAccepted,
  findAcceptance,
  listAcceptances,
  type RiskAcceptance,
} from "../../store/risk-acceptance.ts";
import { actorOf } from "../actor.ts";
import type { ApiDeps } from "../context.ts";
import { createRouter, errors, idParameter, json, jsonBody } from "../router.ts";
import { time } from "../schemas/records.ts";

const tags = ["Risk acceptances"];

const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(most)
    .regex(/^[^\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]*$/u, "must not hold control characters");
const scope = z.string().max(4_096).openapi({
  description: "Which findings, in the query language. It is held against what their source says of them.",
  example: "cve:CVE-2021-44228 AND tags:env:test",
});
const content = {
  owner: line(200).openapi({ description: "Who answers for it: a name, an e-mail address, a team" }),
  reason: line(1_000).openapi({ description: "Why the findings may stay as they are" }),
  scope,
  expiresAt: z.iso
    .datetime({ offset: true })
    .openapi({ description: `At most ${longestAcceptanceDays} days ahead`, example: "2026-12-01T00:00:00Z" }),
};
const newSchema = z.strictObject(content).openapi("NewRiskAcceptance");
const changeSchema = z.strictObject(content).partial().openapi("RiskAcceptanceChange");

const acceptanceSchema = z
  .object({
    id: z.uuid(),
    state: z.enum(["active", "lapsed", "withdrawn"]),
    owner: z.string(),
    reason: z.string(),
    scope: z.string(),
    expiresAt: time,
    findings: z.number().int().openapi({ description: "How many it covers just now" }),
    query: z.string().openapi({ description: "Finds them" }),
    createdAt: time,
    createdBy: z.string(),
    changedAt: time,
    changedBy: z.string(),
    withdrawnAt: time.nullable(),
    withdrawnBy: z.string().nullable(),
    progress: z
      .object({ done: z.number().int(), total: z.number().int().nullable() })
      .nullable()
      .openapi({ description: "How many findings follow the last change already; null: all do" }),
    problem: z
      .string()
      .nullable()
      .openapi({ description: "Why it covers nothing: its scope is not understood any more" }),
  })
  .openapi("RiskAcceptance");

const severityCounts = z.object({
  critical: z.number().int(),
  high: z.number().int(),
  medium: z.number().int(),
  low: z.number().int(),
  informational: z.number().int(),
});
const previewSchema = z
  .object({
    count: z.number().int().openapi({ description: "Open findings that it would cover now" }),
    bySeverity: severityCounts,
    alreadyAccepted: z.number().int().openapi({ description: "Of these, covered by an acceptance already" }),
    examples: z
      .array(
        z.object({
          id: z.uuid(),
          title: z.string(),
          severity: z.enum(severities).nullable(),
          status: z.string(),
          asset: z.string().nullable(),
        }),
      )
      .openapi({ description: "The worst of them" }),
  })
  .openapi("RiskAcceptancePreview");

const list = createRoute({
  method: "get",
  path: "/risk-acceptances",
  operationId: "listRiskAcceptances",
  summary: "All risk acceptances, also those that have ended; what expires first stands first",
  tags,
  responses: { 200: json(z.object({ items: z.array(acceptanceSchema) }), "The acceptances"), ...errors(503) },
});
const create = createRoute({
  method: "post",
  path: "/risk-acceptances",
  operationId: "createRiskAcceptance",
  summary: "Accept a risk; its findings follow in the background",
  tags,
  request: { body: jsonBody(newSchema) },
  responses: { 201: json(acceptanceSchema, "It is accepted"), ...errors(400, 409) },
});
const preview = createRoute({
  method: "post",
  path: "/risk-acceptances/preview",
  operationId: "previewRiskAcceptance",
  summary: "What a scope would cover now",
  tags,
  request: { body: jsonBody(z.strictObject({ scope })) },
  responses: { 200: json(previewSchema, "How many, and some of them"), ...errors(400) },
});
const get = createRoute({
  method: "get",
  path: "/risk-acceptances/{id}",
  operationId: "getRiskAcceptance",
  summary: "One risk acceptance",
  tags,
  request: { params: idParameter },
  responses: { 200: json(acceptanceSchema, "The acceptance"), ...errors(400, 404) },
});
const change = createRoute({
  method: "patch",
  path: "/risk-acceptances/{id}",
  operationId: "changeRiskAcceptance",
  summary: "Change a risk acceptance that holds; what is left out stays",
  tags,
  request: { params: idParameter, body: jsonBody(changeSchema) },
  responses: { 200: json(acceptanceSchema, "As it is now"), ...errors(400, 404, 409) },
});
const withdraw = createRoute({
  method: "delete",
  path: "/risk-acceptances/{id}",
  operationId: "withdrawRiskAcceptance",
  summary: "End a risk acceptance before its time; it stays in the list",
  tags,
  request: { params: idParameter },
  responses: { 200: json(acceptanceSchema, "As it is now"), ...errors(400, 404, 409) },
});

/** Risks that someone answers for. */
export function riskAcceptanceRoutes(deps: Pick<ApiDeps, "db" | "now">) {
  const { db, now } = deps;
  const router = createRouter();
  const answer = async (id: string) => {
    const [row, counts] = [await findAcceptance(db, id), await countAccepted(db)];
    return toAnswer(row, counts.get(id) ?? 0, now());
  };
  router.openapi(list, async (c) => {
    const [rows, counts] = await Promise.all([listAcceptances(db), countAccepted(db)]);
    return c.json({ items: rows.map((row) => toAnswer(row, counts.get(row.id) ?? 0, now())) }, 200);
  });
  router.openapi(preview, async (c) => c.json(await previewAcceptance(deps, c.req.valid("json").scope), 200));
  router.openapi(create, async (c) => {
    const id = await createAcceptance(deps, actorOf(c), c.req.valid("json"));
    return c.json(await answer(id), 201);
  });
  router.openapi(get, async (c) => c.json(await answer(c.req.valid("param").id), 200));
  router.openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    const given = Object.entries(c.req.valid("json")).filter(([, value]) => value !== undefined);
    await changeAcceptance(deps, actorOf(c), id, Object.fromEntries(given));
    return c.json(await answer(id), 200);
  });
  router.openapi(withdraw, async (c) => {
    const { id } = c.req.valid("param");
    await endAcceptance(deps, actorOf(c), id);
    return c.json(await answer(id), 200);
  });
  return router;
}

function toAnswer(row: RiskAcceptance, findings: number, now: number) {
  const { revision, appliedRevision, done, total, lapsedAt, ...shown } = row;
  const state = acceptanceState(row, now);
  const isSettled = revision === appliedRevision && (state !== "lapsed" || lapsedAt !== null);
  return {
    ...shown,
    state,
    findings,
    query: `acceptance.id:${row.id}`,
    progress: isSettled ? null : { done, total },
  };
}
