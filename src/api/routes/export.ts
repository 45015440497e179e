import { createRoute, z } from "@hono/zod-openapi";
import { readQuery } from "../../query/bind.ts";
import { type ExportFormat, exportFormats } from "../../query/export/export-text.ts";
import { openExport } from "../../query/export/open-export.ts";
import { type Thing, things } from "../../query/field.ts";
import type { ApiDeps } from "../context.ts";
import { watchExport } from "../export-progress.ts";
import { createExportSlots } from "../export-slots.ts";
import { exportStream } from "../export-stream.ts";
import { createRouter, errors } from "../router.ts";

/** Some milliseconds of work, between which others have their turn. */
const batchSize = 200;

const text = { schema: z.string() };

const exportRoute = createRoute({
  method: "get",
  path: "/export/{thing}",
  operationId: "exportRecords",
  summary: "Everything that a query finds, as one stream",
  description:
    "Without a cap, as it is at one instant. The end is a manifest (rows, query, SHA-256 of all bytes before it): the last line of NDJSON and OCSF; of CSV the HTTP trailer `x-weir-manifest`. An export without a manifest is not complete.",
  tags: ["Exports"],
  request: {
    params: z.object({ thing: z.enum(things).openapi({ param: { name: "thing", in: "path" } }) }),
    query: z.object({
      q: z.string().default("").openapi({ description: "A query; everything when left out" }),
      format: z.enum(exportFormats).default("ndjson"),
      exportId: z.uuid("must be a UUID").optional().openapi({
        description: "A new one of your own, under which `/exports/{id}` says how far it is",
      }),
    }),
  },
  responses: {
    200: {
      description: "The records, then the manifest",
      content: { "application/x-ndjson": text, "text/csv": text },
    },
    ...errors(400, 409, 429, 503),
  },
});

const types = {
  ndjson: "application/x-ndjson; charset=utf-8",
  ocsf: "application/x-ndjson; charset=utf-8",
  csv: "text/csv; charset=utf-8",
};
const endings = { ndjson: "ndjson", ocsf: "ocsf.ndjson", csv: "csv" };

/** Everything, streamed. */
export function exportRoutes(deps: Pick<ApiDeps, "db" | "now" | "log">) {
  const { db, now, log } = deps;
  const router = createRouter();
  const slots = createExportSlots();
  router.openapi(exportRoute, async (c) => {
    const { thing } = c.req.valid("param");
    const { q: query, format, exportId } = c.req.valid("query");
    const at = now();
    readQuery(query, { thing, now: at });
    const headers = {
      "content-type": types[format],
      "content-disposition": `attachment; filename="${fileName(thing, format, at)}"`,
      "cache-control": "private, no-store",
    };
    if (c.req.method === "HEAD") return c.body("", 200, headers) as never;
    const slot = slots.take();
    const about = { kind: thing, query, format };
    const { requestId, principal } = c.var;
    const watch = await watchExport(deps, about, { id: exportId, userId: principal.userId }).catch((error) => {
      slot.release();
      throw error;
    });
    const body = await exportStream(c, {
      open: (signal) => openExport(db, about, { now: at, batchSize, signal }),
      hasTrailer: format === "csv",
      onPiece: watch.onPiece,
      onEnd: (end) => {
        slot.release();
        watch.onEnd(end, requestId);
      },
      onFailure: (error) => log.error({ err: error, requestId }, `export of ${thing} failed`),
    });
    return c.body(body, 200, headers) as never;
  });
  return router;
}

/** By the day, in UTC: a browser numbers those of the same day by itself. */
function fileName(thing: Thing, format: ExportFormat, at: number): string {
  return `weir-${thing}-${new Date(at).toISOString().slice(0, 10)}.${endings[format]}`;
}
