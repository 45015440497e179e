import { createRoute, z } from "@hono/zod-openapi";
import { severities } from "../../model.ts";
import { recordAudit } from "../../store/audit.ts";
import {
  changeDueDatePolicy,
  type DueDatePolicy,
  type DueDays,
  daysOf,
  mostDueDays,
  readDueDatePolicy,
} from "../../store/due-date-policy.ts";
import { actorOf } from "../actor.ts";
import type { ApiDeps } from "../context.ts";
import { createRouter, errors, json, jsonBody } from "../router.ts";
import { time } from "../schemas/records.ts";

const tags = ["Policies"];

const within = z
  .number()
  .int("must be a whole number of days")
  .min(1, "must be at least 1")
  .max(mostDueDays, `must be at most ${mostDueDays}`)
  .nullable();
const days = z
  .strictObject(
    Object.fromEntries(severities.map((severity) => [severity, within])) as Record<keyof DueDays, typeof within>,
  )
  .openapi("DueDays", {
    description: "Days within which a finding should be resolved, by severity; null: no date",
    example: { critical: 15, high: 30, medium: 90, low: 180, informational: null },
  });

const policySchema = z
  .object({
    days,
    changedAt: time.nullable().openapi({ description: "null: it is as Weir came" }),
    changedBy: z.string().nullable(),
    progress: z
      .object({ examined: z.number().int(), total: z.number().int().nullable() })
      .nullable()
      .openapi({ description: "How many findings have been looked at since it was changed; null: all follow it" }),
  })
  .openapi("DueDatePolicy");

const get = createRoute({
  method: "get",
  path: "/policies/due-dates",
  operationId: "getDueDatePolicy",
  summary: "When findings are due where their source gives no date",
  tags,
  responses: { 200: json(policySchema, "The policy"), ...errors(503) },
});
const put = createRoute({
  method: "put",
  path: "/policies/due-dates",
  operationId: "setDueDatePolicy",
  summary: "Change it; open findings follow in the background",
  tags,
  request: { body: jsonBody(z.strictObject({ days })) },
  responses: { 200: json(policySchema, "As it is now"), ...errors(400) },
});

/** The policy for due dates. */
export function dueDateRoutes({ db, now }: Pick<ApiDeps, "db" | "now">) {
  const router = createRouter();
  router.openapi(get, async (c) => c.json(toAnswer(await readDueDatePolicy(db)), 200));
  router.openapi(put, async (c) => {
    const by = actorOf(c);
    const { days: wanted } = c.req.valid("json");
    await db.transaction().execute(async (trx) => {
      const before = daysOf(await readDueDatePolicy(trx));
      await changeDueDatePolicy(trx, wanted, { by: by.actor.name, now: now() });
      const subject = { type: "policy", id: null, name: "due dates" };
      await recordAudit(trx, { ...by, action: "due_dates.update", subject, details: { before, after: wanted } }, now());
    });
    return c.json(toAnswer(await readDueDatePolicy(db)), 200);
  });
  return router;
}

function toAnswer(policy: DueDatePolicy) {
  const { changedAt, changedBy, revision, appliedRevision, examined, total } = policy;
  const progress = revision === appliedRevision ? null : { examined, total };
  return { days: daysOf(policy), changedAt, changedBy, progress };
}
