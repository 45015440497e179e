import { createRoute, z } from "@hono/zod-openapi";
import { NotFoundError } from "../../errors.ts";
import { exportFormats } from "../../query/export/export-text.ts";
import { things } from "../../query/field.ts";
import { type ExportProgressRow, findExportProgress } from "../../store/export-progress.ts";
import type { ApiDeps } from "../context.ts";
import { createRouter, errors, idParameter, json } from "../router.ts";
import { time } from "../schemas/records.ts";

const exportSchema = z
  .object({
    id: z.uuid(),
    thing: z.string().openapi({ enum: [...things] }),
    query: z.string(),
    format: z.string().openapi({ enum: [...exportFormats] }),
    rows: z.number().int().openapi({ description: "Records so far" }),
    bytes: z.number().int().openapi({ description: "So far, before compression" }),
    startedAt: time,
    finishedAt: time.nullable(),
    result: z.enum(["complete", "broken", "cancelled"]).nullable().openapi({
      description: "null: it goes on. cancelled: whoever read it went away",
    }),
    error: z.string().nullable().openapi({ description: "Why it broke" }),
    manifest: z
      .object({ rows: z.number().int(), sha256: z.string() })
      .nullable()
      .openapi({ description: "Once it is complete: as at its end" }),
  })
  .openapi("Export");

const get = createRoute({
  method: "get",
  path: "/exports/{id}",
  operationId: "getExport",
  summary: "How far one of one's own exports is, or how it ended",
  description: "Of exports that were given an `exportId`; known from when it begins until a day after its end.",
  tags: ["Exports"],
  request: { params: idParameter },
  responses: { 200: json(exportSchema, "As it is now"), ...errors(400, 404, 503) },
});

/** How exports are getting on. */
export function exportProgressRoutes({ db, now }: Pick<ApiDeps, "db" | "now">) {
  const router = createRouter();
  router.openapi(get, async (c) => {
    const { id } = c.req.valid("param");
    const row = await findExportProgress(db, id, c.var.principal.userId);
    if (row === undefined)
      throw new NotFoundError(`There is no export ${id} of yours: it has not begun, or ended more than a day ago.`);
    return c.json(toAnswer(row, now()), 200);
  });
  return router;
}

/** Who streams it writes every ten seconds at least. */
const silentAfterMs = 60_000;
const silentError = "Weir was stopped while it ran.";

function toAnswer(row: ExportProgressRow, now: number) {
  const { id, thing, query, format, rows, bytes, startedAt, finishedAt, notedAt, result, sha256, error } = row;
  const about = { id, thing, query, format, rows, bytes, startedAt };
  if (result === null && now - Date.parse(notedAt) > silentAfterMs)
    return { ...about, finishedAt: notedAt, result: "broken" as const, error: silentError, manifest: null };
  return { ...about, finishedAt, result, error, manifest: sha256 === null ? null : { rows, sha256 } };
}
