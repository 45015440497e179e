import { createRoute, z } from "@hono/zod-openapi";
import { findIntegration } from "../../store/integration.ts";
import { keptLines, readLogLines } from "../../store/integration-log.ts";
import type { ApiDeps } from "../context.ts";
import { createRouter, errors, json } from "../router.ts";
import { integrationParameter } from "../schemas/integration.ts";
import { time } from "../schemas/run.ts";

export const lineSchema = z
  .object({
    id: z.number().int(),
    at: time,
    level: z.string().openapi({ description: "`info`, `warn` or `error`." }),
    text: z.string().openapi({ example: "wiz: fetched 12 issues" }),
    stream: z.string().nullable(),
    runId: z.uuid().nullable().openapi({ description: "The run that it belongs to." }),
  })
  .openapi("LogLine");

const read = createRoute({
  method: "get",
  path: "/integrations/{id}/log",
  operationId: "readIntegrationLog",
  tags: ["Integrations"],
  summary: "The last log lines about an integration, the newest last",
  description: `What standard output shows of it, from whichever process, about a second later. Weir keeps the last ${keptLines} lines.`,
  request: {
    params: integrationParameter,
    query: z.object({ limit: z.coerce.number().int().min(1).max(keptLines).default(100) }),
  },
  responses: { 200: json(z.object({ items: z.array(lineSchema) }), "The lines"), ...errors(400, 404) },
});

/** What the log says of an integration (W-41). */
export function integrationLogRoutes({ db }: Pick<ApiDeps, "db">) {
  const router = createRouter();
  router.openapi(read, async (c) => {
    const { id } = await findIntegration(db, c.req.valid("param").id);
    return c.json({ items: await readLogLines(db, id, c.req.valid("query").limit) }, 200);
  });
  return router;
}
