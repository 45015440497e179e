import { createRoute, z } from "@hono/zod-openapi";
import type { Kysely } from "kysely";
import { NotFoundError } from "../../errors.ts";
import { streamNames } from "../../model.ts";
import { findIntegration } from "../../store/integration.ts";
import { readRun } from "../../store/run.ts";
import { listRuns } from "../../store/run-list.ts";
import type { Schema } from "../../store/schema.ts";
import { cancelRuns, requestSync } from "../../sync/on-demand.ts";
import { readRunReports } from "../../sync/run-report.ts";
import { actorOf } from "../actor.ts";
import type { ApiDeps } from "../context.ts";
import { cutPage, decodePlace, encodePlace, pageQuery } from "../pages.ts";
import { createRouter, errors, idParameter, json, optionalJsonBody } from "../router.ts";
import { integrationParameter } from "../schemas/integration.ts";
import { runSchema } from "../schemas/run.ts";

const tags = ["Runs"];

const sync = createRoute({
  method: "post",
  path: "/integrations/{id}/sync",
  operationId: "syncIntegration",
  tags,
  summary: "Fetch now",
  description:
    "Where the same is queued already, the answer is that run. A delta of a stream that is not in yet fetches all of it.",
  request: {
    params: integrationParameter,
    body: optionalJsonBody(
      z
        .strictObject({
          streams: z.array(z.enum(streamNames)).optional().openapi({ description: "Those switched on when left out." }),
          mode: z.enum(["delta", "full"]).optional().openapi({ description: "`delta` when left out." }),
        })
        .openapi("SyncRequest"),
    ),
  },
  responses: { 202: json(runSchema, "The run"), ...errors(400, 404) },
});

const cancel = createRoute({
  method: "post",
  path: "/integrations/{id}/cancel",
  operationId: "cancelRuns",
  tags,
  summary: "Stop what is queued or running; what came in is kept",
  request: { params: integrationParameter },
  responses: {
    202: json(z.object({ cancelled: z.array(z.uuid()) }).openapi("Cancelled"), "The runs that were asked to stop"),
    ...errors(404),
  },
});

const list = createRoute({
  method: "get",
  path: "/integrations/{id}/runs",
  operationId: "listRuns",
  tags,
  summary: "Runs of an integration, the newest first",
  request: { params: integrationParameter, query: pageQuery },
  responses: {
    200: json(
      z.object({ items: z.array(runSchema), nextCursor: z.string().nullable() }).openapi("RunPage"),
      "The runs",
    ),
    ...errors(400, 404),
  },
});

const read = createRoute({
  method: "get",
  path: "/runs/{id}",
  operationId: "readRun",
  tags,
  summary: "A run with its passes, counts and reasons",
  request: { params: idParameter },
  responses: { 200: json(runSchema, "The run"), ...errors(400, 404) },
});

/** Runs: asked for, stopped, looked at. */
export function runRoutes({ db, now }: Pick<ApiDeps, "db" | "now">) {
  const router = createRouter();

  router.openapi(sync, async (c) => {
    const integration = await findIntegration(db, c.req.valid("param").id);
    const { streams, mode = "delta" } = c.req.valid("json");
    const run = await requestSync({ db, now, by: actorOf(c) }, integration, { streams, mode });
    return c.json(await reportOf(db, run.id), 202);
  });

  router.openapi(cancel, async (c) => {
    const integration = await findIntegration(db, c.req.valid("param").id);
    return c.json({ cancelled: await cancelRuns({ db, now, by: actorOf(c) }, integration) }, 202);
  });

  router.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const { id } = await findIntegration(db, c.req.valid("param").id);
    const place = decodePlace(cursor);
    const after = place === null ? null : { requestedAt: place.at, id: place.id };
    const runs = await listRuns(db, id, { after, limit: limit + 1 });
    const page = cutPage(runs, limit, (run) => encodePlace(run.requestedAt, run.id));
    return c.json({ ...page, items: await readRunReports(db, page.items) }, 200);
  });

  router.openapi(read, async (c) => c.json(await reportOf(db, c.req.valid("param").id), 200));
  return router;
}

async function reportOf(db: Kysely<Schema>, id: string) {
  const run = await readRun(db, id);
  const [report] = await readRunReports(db, run === undefined ? [] : [run]);
  if (report === undefined) throw new NotFoundError(`There is no run ${id}: its integration may have been removed.`);
  return report;
}
