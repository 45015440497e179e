import { createRoute, z } from "@hono/zod-openapi";
import { findIntegration } from "../../store/integration.ts";
import { keptSampleHours, readPaceLimits, readPaceSamples } from "../../store/pace-sample.ts";
import type { ApiDeps } from "../context.ts";
import { createRouter, errors, json } from "../router.ts";
import { integrationParameter } from "../schemas/integration.ts";
import { time } from "../schemas/run.ts";

export const paceSchema = z
  .object({
    samples: z.array(
      z.object({
        at: time,
        requestsPerSecond: z.number().openapi({ description: "What the governor allowed." }),
        usedPerSecond: z.number().openapi({ description: "What was asked in the ten seconds before." }),
        waiting: z.number().int(),
        inFlight: z.number().int(),
        isPaused: z.boolean().openapi({ description: "The source had asked to wait." }),
        limited: z.number().int().openapi({ description: "Requests refused for their rate since the sample before." }),
      }),
    ),
    settled: z
      .number()
      .nullable()
      .openapi({ description: "Requests per second that the source was found to accept; null: it never objected." }),
    ceiling: z
      .number()
      .nullable()
      .openapi({ description: "The governor never allows more (WEIR_MAX_REQUESTS_PER_SECOND); null: not known yet." }),
  })
  .openapi("Pace");

const read = createRoute({
  method: "get",
  path: "/integrations/{id}/pace",
  operationId: "readPace",
  tags: ["Integrations"],
  summary: "How fast its service account was asked lately",
  description:
    "A sample every ten seconds while there was work, and one when it ended: in a longer gap nothing was asked. " +
    "Integrations on one service account share it. Over long times samples are taken together, 720 at most.",
  request: {
    params: integrationParameter,
    query: z.object({
      minutes: z.coerce
        .number()
        .int()
        .min(1)
        .max(keptSampleHours * 60)
        .default(60),
    }),
  },
  responses: { 200: json(paceSchema, "Its pace, the oldest sample first"), ...errors(400, 404) },
});

/** What the governor of an integration's service account did. */
export function paceRoutes({ db }: Pick<ApiDeps, "db">) {
  const router = createRouter();
  router.openapi(read, async (c) => {
    const { accountKey } = await findIntegration(db, c.req.valid("param").id);
    const [samples, limits] = await Promise.all([
      readPaceSamples(db, accountKey, c.req.valid("query").minutes),
      readPaceLimits(db, accountKey),
    ]);
    return c.json({ samples, ...limits }, 200);
  });
  return router;
}
