import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { mostBuckets } from "../../query/buckets.ts";
import { readHistogram } from "../../query/histogram.ts";
import { clientSignal } from "../client-signal.ts";
import type { ApiDeps, ApiEnv } from "../context.ts";
import { errors, json } from "../router.ts";
import { time } from "../schemas/records.ts";

const count = z.number().int();
const instant = z.string().max(100).optional();

const histogramSchema = z
  .object({
    from: time,
    to: time,
    bucketSeconds: z.number().int().openapi({
      description:
        "1, 5, 15 or 30 seconds or minutes, 1, 3, 6 or 12 hours, 1 or 7 days; for some years a multiple of that",
    }),
    buckets: z
      .array(
        z.object({
          at: time,
          counts: z.object({ new: count, changed: count, resolved: count, reopened: count, gone: count }),
        }),
      )
      .openapi({
        description:
          "Each begins at a multiple of its length in UTC (weeks on Mondays), and all are there. Of the first and the last only what lies between `from` and `to` is counted.",
      }),
    isPartial: z
      .boolean()
      .openapi({ description: "The time was up before all was counted; the newest are counted first" }),
    countedFrom: time.openapi({ description: "What is older was not counted. `from`, unless it is partial" }),
  })
  .openapi("Histogram");

const histogram = createRoute({
  method: "get",
  path: "/signals/histogram",
  operationId: "histogramSignals",
  summary: "Signals that a query finds over time, by what happened",
  tags: ["Signals"],
  request: {
    query: z.object({
      q: z.string().default("").openapi({ description: "A query; everything when left out", example: "stream:issues" }),
      from: instant.openapi({ description: "A time, a date or `now-7d`; else a day before `to`", example: "now-24h" }),
      to: instant.openapi({ description: "As `from`; else now. Not itself part of it" }),
      buckets: z.coerce.number().int().min(1).max(mostBuckets).default(60).openapi({
        description: "How many are wanted at most; one more when `from` and `to` both cut one",
      }),
    }),
  },
  responses: { 200: json(histogramSchema, "The counts, oldest first"), ...errors(400, 503) },
});

/** Adds how the change log goes over time. */
export function addHistogramRoute(router: OpenAPIHono<ApiEnv>, { db, now }: Pick<ApiDeps, "db" | "now">): void {
  router.openapi(histogram, async (c) => {
    const { q: query, ...asked } = c.req.valid("query");
    return c.json(await readHistogram(db, { query, ...asked, now: now(), signal: clientSignal(c) }), 200);
  });
}
