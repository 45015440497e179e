import { createRoute, z } from "@hono/zod-openapi";
import { streamNames } from "../../model.ts";
import { recordAudit } from "../../store/audit.ts";
import { findIntegration } from "../../store/integration.ts";
import { groupRejected, listRejected } from "../../store/rejected-list.ts";
import { auditSubject } from "../../sync/edit.ts";
import { retryRejected } from "../../sync/retry-rejected.ts";
import { actorOf } from "../actor.ts";
import type { ApiDeps } from "../context.ts";
import { waitAWhile } from "../lasting.ts";
import { cutPage, decodePlace, encodePlace, pageQuery } from "../pages.ts";
import { createRouter, errors, json, optionalJsonBody } from "../router.ts";
import { integrationParameter } from "../schemas/integration.ts";
import { time } from "../schemas/run.ts";

const tags = ["Rejected records"];

export const rejectedSchema = z
  .object({
    id: z.uuid(),
    integration: z.string(),
    stream: z.string(),
    externalId: z.string().nullable(),
    reason: z.string(),
    firstAt: time,
    lastAt: time,
  })
  .openapi("RejectedRecord");

const list = createRoute({
  method: "get",
  path: "/integrations/{id}/rejected",
  operationId: "listRejected",
  tags,
  summary: "Records that could not be read: which and why, the newest first",
  request: {
    params: integrationParameter,
    query: pageQuery.extend({ stream: z.enum(streamNames).optional() }),
  },
  responses: {
    200: json(
      z
        .object({
          items: z.array(rejectedSchema),
          nextCursor: z.string().nullable(),
          reasons: z.array(z.object({ stream: z.string(), reason: z.string(), n: z.number().int() })).openapi({
            description: "How many there are of each reason, the most frequent first; at most 100.",
          }),
        })
        .openapi("RejectedPage"),
      "The records",
    ),
    ...errors(400, 404),
  },
});

const retry = createRoute({
  method: "post",
  path: "/integrations/{id}/rejected/retry",
  operationId: "retryRejected",
  tags,
  summary: "Read them again, as this version of Weir does it, and store what can be read now",
  request: {
    params: integrationParameter,
    body: optionalJsonBody(
      z.strictObject({ streams: z.array(z.enum(streamNames)).optional() }).openapi("RetryRequest"),
    ),
  },
  responses: {
    200: json(
      z.object({ isDone: z.literal(true), examined: z.number().int(), readable: z.number().int() }).openapi("Retried"),
      "What came of it",
    ),
    202: json(z.object({ isDone: z.literal(false) }).openapi("Retrying"), "It goes on"),
    ...errors(400, 404),
  },
});

const mostReasons = 100;

/** Records that could not be read. What the source sent of them stays on the machine: `weir rejected show`. */
export function rejectedRoutes({ db, now, log, findConnector }: Pick<ApiDeps, "db" | "now" | "log" | "findConnector">) {
  const router = createRouter();

  router.openapi(list, async (c) => {
    const { limit, cursor, stream } = c.req.valid("query");
    const { id } = await findIntegration(db, c.req.valid("param").id);
    const filter = { integrationId: id, streams: stream === undefined ? undefined : [stream] };
    const place = decodePlace(cursor);
    const after = place === null ? null : { lastAt: place.at, id: place.id };
    const rows = await listRejected(db, filter, limit + 1, after);
    const reasons = (await groupRejected(db, filter)).slice(0, mostReasons);
    return c.json({ ...cutPage(rows, limit, (row) => encodePlace(row.lastAt, row.id)), reasons }, 200);
  });

  router.openapi(retry, async (c) => {
    const integration = await findIntegration(db, c.req.valid("param").id);
    const { streams = streamNames } = c.req.valid("json");
    const entry = { action: "rejected.retry", subject: auditSubject(integration), details: { streams } };
    await recordAudit(db, { ...actorOf(c), ...entry }, now());
    const work = retryRejected({ db, now, findConnector }, integration, streams);
    const outcome = await waitAWhile(log, `reading rejected records of "${integration.name}" again`, work);
    if (!outcome.isDone) return c.json({ isDone: false as const }, 202);
    return c.json({ isDone: true as const, ...outcome.value }, 200);
  });
  return router;
}
