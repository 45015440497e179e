import { createRoute, z } from "@hono/zod-openapi";
import { severities, streamNames } from "../../model.ts";
import { findIntegration } from "../../store/integration.ts";
import { countInState } from "../../store/missing.ts";
import { findReview, openReviews, type Review } from "../../store/review.ts";
import { countWaiting, sampleWaiting } from "../../store/review-sample.ts";
import { answerReview } from "../../sync/decide-review.ts";
import { consequencesOf, reviewText } from "../../sync/review-text.ts";
import { actorOf } from "../actor.ts";
import type { ApiContext, ApiDeps } from "../context.ts";
import { waitAWhile } from "../lasting.ts";
import { createRouter, errors, idParameter, json } from "../router.ts";
import { integrationParameter } from "../schemas/integration.ts";
import { time } from "../schemas/run.ts";

const tags = ["Reviews"];

export const reviewSchema = z
  .object({
    id: z.uuid(),
    integration: z.string(),
    stream: z.enum(streamNames),
    reason: z.enum(["mass", "empty", "scope"]),
    text: z.string(),
    records: z.number().int(),
    openRecords: z.number().int(),
    raisedAt: time,
    advice: z.string().openapi({ description: "What to look at before deciding." }),
    ifApproved: z
      .object({
        text: z.string(),
        gone: z.number().int().openapi({ description: "Records that would get the status `gone`, as of now." }),
        bySeverity: z.record(z.string(), z.number().int()),
        sample: z.array(
          z.object({
            id: z.uuid(),
            externalId: z.string(),
            title: z.string(),
            asset: z.string().nullable().openapi({ description: "The name of its asset, of a finding." }),
            severity: z.enum(severities).nullable(),
            status: z.string(),
            lastSeenAt: time.nullable(),
          }),
        ),
      })
      .openapi({ description: "What approving would do, with some of the records, the most severe first." }),
    ifRejected: z.object({ text: z.string() }).openapi({ description: "What rejecting would do." }),
  })
  .openapi("Review");

const list = createRoute({
  method: "get",
  path: "/integrations/{id}/reviews",
  operationId: "listReviews",
  tags,
  summary: "Changes that are too large to make without a person",
  request: { params: integrationParameter },
  responses: { 200: json(z.object({ items: z.array(reviewSchema) }), "What waits"), ...errors(404) },
});

export const decisionSchema = z
  .object({
    decision: z.enum(["approved", "rejected"]),
    isDone: z.boolean().openapi({ description: "false: it is decided, and the rest of the records follow." }),
    gone: z
      .number()
      .int()
      .nullable()
      .openapi({ description: "Records that are gone now; null while they still follow." }),
  })
  .openapi("ReviewDecision");

const answers = {
  200: json(decisionSchema, "It is decided and done"),
  202: json(decisionSchema, "It is decided; the records follow"),
  ...errors(400, 404),
};

const approve = createRoute({
  method: "post",
  path: "/reviews/{id}/approve",
  operationId: "approveReview",
  tags,
  summary: "Yes, the records are gone",
  request: { params: idParameter },
  responses: answers,
});

const reject = createRoute({
  method: "post",
  path: "/reviews/{id}/reject",
  operationId: "rejectReview",
  tags,
  summary: "No: the records stay as they are until the source shows them again",
  request: { params: idParameter },
  responses: answers,
});

const sampleSize = 20;

/** Held changes and what people decide about them. */
export function reviewRoutes({ db, now, log }: Pick<ApiDeps, "db" | "now" | "log">) {
  const router = createRouter();

  async function describe(integration: string, review: Review) {
    const { id, stream, reason, records, openRecords, raisedAt } = review;
    const [gone, bySeverity, sample] = await Promise.all([
      countInState(db, review, "waiting"),
      countWaiting(db, review),
      sampleWaiting(db, review, sampleSize),
    ]);
    const text = reviewText(stream, review);
    const { advice, approved, rejected } = consequencesOf(stream, reason, gone);
    return {
      id,
      integration,
      stream,
      reason,
      text,
      records,
      openRecords,
      raisedAt,
      advice,
      ifApproved: { text: approved, gone, bySeverity, sample },
      ifRejected: { text: rejected },
    };
  }

  async function decide(c: ApiContext, id: string, isApproved: boolean) {
    const { integrationId, stream } = await findReview(db, id);
    const answer = { isApproved, by: actorOf(c), reviewId: id };
    const work = answerReview({ db, now }, { integrationId, stream }, answer);
    const outcome = await waitAWhile(log, `the review of ${stream}`, work);
    const decision: "approved" | "rejected" = isApproved ? "approved" : "rejected";
    return { decision, isDone: outcome.isDone, gone: outcome.isDone ? outcome.value : null };
  }

  router.openapi(list, async (c) => {
    const { id, name } = await findIntegration(db, c.req.valid("param").id);
    const reviews = await openReviews(db, id);
    return c.json({ items: await Promise.all(reviews.map((review) => describe(name, review))) }, 200);
  });

  router.openapi(approve, async (c) => {
    const made = await decide(c, c.req.valid("param").id, true);
    return c.json(made, made.isDone ? 200 : 202);
  });

  router.openapi(reject, async (c) => {
    const made = await decide(c, c.req.valid("param").id, false);
    return c.json(made, made.isDone ? 200 : 202);
  });
  return router;
}
