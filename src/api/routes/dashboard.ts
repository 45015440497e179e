import { createRoute, z } from "@hono/zod-openapi";
import { readDashboard } from "../../query/dashboard/dashboard.ts";
import { readFixFirst } from "../../query/dashboard/fix-first.ts";
import { clientSignal } from "../client-signal.ts";
import type { ApiDeps } from "../context.ts";
import { createRouter, errors, json } from "../router.ts";
import { dashboardSchema, fixFirstSchema } from "../schemas/dashboard.ts";

const get = createRoute({
  method: "get",
  path: "/dashboard",
  operationId: "getDashboard",
  summary: "How everything stands, and how the last days went",
  description: "All from one state of the database; each number comes with the query that finds what it counts.",
  tags: ["Dashboard"],
  request: {
    query: z.object({
      days: z.coerce.number().int().min(1).max(365).default(30).openapi({ description: "Days to look back on" }),
    }),
  },
  responses: { 200: json(dashboardSchema, "The dashboard"), ...errors(400, 503) },
});

const fixFirst = createRoute({
  method: "get",
  path: "/dashboard/fix-first",
  operationId: "getFixFirst",
  summary: "The upgrades to make first",
  description:
    "By the worst risk score among the open findings that an upgrade of a package would fix; where that is the same, by how many it would fix.",
  tags: ["Dashboard"],
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(10) }) },
  responses: { 200: json(fixFirstSchema, "The upgrades"), ...errors(400, 503) },
});

/** What is looked at first in the morning. */
export function dashboardRoutes({ db, now }: Pick<ApiDeps, "db" | "now">) {
  const router = createRouter();
  router.openapi(get, async (c) => {
    const { days } = c.req.valid("query");
    return c.json(await readDashboard(db, { now: now(), days, signal: clientSignal(c) }), 200);
  });
  router.openapi(fixFirst, async (c) => {
    const { limit } = c.req.valid("query");
    return c.json({ items: await readFixFirst(db, { limit, signal: clientSignal(c) }) }, 200);
  });
  return router;
}
