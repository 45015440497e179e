import { createRoute, z } from "@hono/zod-openapi";
import { readFeedReport } from "../../query/feed-report.ts";
import { feedNames } from "../../store/feed.ts";
import { importFeed } from "../../sync/feeds/import-feed.ts";
import { actorOf } from "../actor.ts";
import type { ApiDeps } from "../context.ts";
import { RequestError } from "../errors.ts";
import { createRouter, errors, json } from "../router.ts";
import { time } from "../schemas/records.ts";

const tags = ["Feeds"];
const count = z.number().int();

const disputed = z.object({
  value: count,
  capped: z.boolean().openapi({ description: "There are at least that many" }),
  query: z.string().openapi({ description: "The query that finds them" }),
});

const feedSchema = z
  .object({
    feed: z.enum(feedNames),
    name: z.string().openapi({ example: "CISA KEV" }),
    publisher: z.string().openapi({ example: "CISA" }),
    loaded: z
      .object({
        fileName: z.string(),
        dataAt: time.openapi({
          description: "Of when it is. The catalogue's CSV does not say; then it is the day of its newest entry",
        }),
        newestOn: z.iso.date().nullable().openapi({ description: "Of the catalogue: the day of its newest entry" }),
        version: z.string().nullable().openapi({ description: "The model of EPSS, the version of the catalogue" }),
        rows: count,
        importedAt: time,
        importedBy: z.string(),
      })
      .nullable()
      .openapi({ description: "null: none is loaded, so what Wiz says counts" }),
    ageDays: count.nullable(),
    isOld: z.boolean().openapi({ description: "EPSS after 3 days, the catalogue after 14" }),
  })
  .openapi("Feed");

const scoring = z
  .object({
    startedAt: time,
    finishedAt: time.nullable(),
    total: count.openapi({ description: "Findings whose CVE a feed says something else of" }),
    done: count,
    changed: count.openapi({ description: "Of those: with another score, value or source now" }),
    assetsDone: count,
    assetsLeft: count,
  })
  .nullable()
  .openapi({ description: "The scoring that followed the last import, in the background; null: there was none" });

const reportSchema = z
  .object({
    at: time,
    feeds: z.array(feedSchema),
    scoring,
    disputed: z.object({ epss: disputed, kev: disputed }).openapi({ description: "Open findings" }),
  })
  .openapi("Feeds");

export type Feeds = z.infer<typeof reportSchema>;

const importedSchema = z
  .object({
    feed: z.enum(feedNames),
    fileName: z.string(),
    dataAt: time,
    version: z.string().nullable(),
    rows: count,
    findings: count.openapi({ description: "Findings that are scored anew now, in the background" }),
  })
  .openapi("ImportedFeed");

export type ImportedFeed = z.infer<typeof importedSchema>;

const get = createRoute({
  method: "get",
  path: "/feeds",
  operationId: "getFeeds",
  summary: "EPSS and CISA's KEV catalogue: what is loaded, of when, and how far scores have followed",
  tags,
  responses: { 200: json(reportSchema, "The feeds"), ...errors(503) },
});

const upload = createRoute({
  method: "post",
  path: "/feeds",
  operationId: "importFeed",
  summary: "Load a file of EPSS or of CISA's KEV catalogue",
  description:
    "The body is the file as it is published (CSV or JSON, packed with gzip or not), with `Content-Type: application/octet-stream`. Which feed it is follows from its content. All of it takes the place of the former, or nothing changes.",
  tags,
  request: {
    query: z.object({
      name: z
        .string()
        .trim()
        .min(1)
        .max(200)
        .default("upload")
        .openapi({ description: "The file's name, to be shown" }),
      force: z
        .enum(["true", "false"])
        .default("false")
        .openapi({ description: "Take it although it is older than what is loaded, or much smaller" }),
    }),
    body: {
      required: true,
      content: { "application/octet-stream": { schema: z.any().openapi({ format: "binary" }) } },
    },
  },
  responses: { 200: json(importedSchema, "It is loaded"), ...errors(400, 409, 413, 503) },
});

/** What is known of CVEs beside what Wiz says, loaded from files: nothing is fetched. */
export function feedRoutes({ db, now }: Pick<ApiDeps, "db" | "now">) {
  const router = createRouter();
  router.openapi(get, async (c) => c.json(await readFeedReport(db, now()), 200));
  router.openapi(upload, async (c) => {
    const { name, force } = c.req.valid("query");
    const body = c.req.raw.body;
    if (body === null) throw new RequestError("The body must be the file.", { field: "file" });
    const file = { name, bytes: body as AsyncIterable<Uint8Array> };
    return c.json(await importFeed({ db, now }, file, { by: actorOf(c), force: force === "true" }), 200);
  });
  return router;
}
