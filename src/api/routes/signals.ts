import { createRoute } from "@hono/zod-openapi";
import { NotFoundError } from "../../errors.ts";
import { readSignalDetail } from "../../query/details/signal.ts";
import type { ApiDeps } from "../context.ts";
import { historyLink, recordLink } from "../links.ts";
import { addSearchRoutes } from "../record-routes.ts";
import { createRouter, errors, idParameter, json } from "../router.ts";
import { signalDetailSchema, signalSchema } from "../schemas/records.ts";
import { addHistogramRoute } from "./histogram.ts";

const tags = ["Signals"];

const get = createRoute({
  method: "get",
  path: "/signals/{id}",
  operationId: "getSignal",
  summary: "A signal, with where to go on",
  tags,
  request: { params: idParameter },
  responses: { 200: json(signalDetailSchema, "The signal"), ...errors(400, 404, 503) },
});

/** The change log: lists, facets, how it goes over time, and one line of it. */
export function signalRoutes({ db, now }: Pick<ApiDeps, "db" | "now">) {
  const router = createRouter();
  addSearchRoutes(router, { db }, { thing: "signals", schema: signalSchema, name: "Signals", tags });
  addHistogramRoute(router, { db, now });
  router.openapi(get, async (c) => {
    const { id } = c.req.valid("param");
    const found = await readSignalDetail(db, id);
    if (found === null) throw new NotFoundError(`There is no signal ${id}; they are kept for a limited time.`);
    const { isSubjectHere, ...signal } = found;
    const { kind, id: subjectId } = signal.subject;
    const subject = isSubjectHere ? recordLink(kind === "asset" ? "assets" : "findings", subjectId) : null;
    return c.json({ ...signal, links: { subject, history: historyLink(subjectId) } }, 200);
  });
  return router;
}
