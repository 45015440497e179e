import { z } from "@hono/zod-openapi";
import { streamNames } from "../../model.ts";

export const time = z.iso.datetime().openapi({ example: "2026-08-01T12:00:00.000Z" });

const passFields = {
  pass: z.enum(["delta", "full"]),
  wizCount: z.number().int().nullable().openapi({ description: "What Wiz counted; null while it was not asked." }),
  fetched: z.number().int(),
  written: z.number().int(),
  unchanged: z.number().int(),
  rejected: z.number().int().openapi({ description: "Records that could not be read and are kept raw." }),
  outOfScope: z
    .number()
    .int()
    .openapi({ description: "Of those fetched, how many are of asset classes that are not chosen, so left out." }),
  weirCount: z.number().int().nullable().openapi({ description: "Records of the stream that Weir held at its end." }),
  missing: z.number().int().nullable(),
  gone: z.number().int().nullable(),
  error: z.string().nullable(),
};

const passSchema = z.object({ stream: z.enum(streamNames), ...passFields }).openapi("Pass");

export const lastPassSchema = passSchema.extend({
  result: z.string().nullable(),
  startedAt: time,
  finishedAt: time.nullable(),
});

const runFields = {
  id: z.uuid(),
  trigger: z.string().openapi({ description: "`schedule`, `demand`, `first` or `resume`." }),
  mode: z.enum(["delta", "full"]),
  startedAt: time.nullable().openapi({ description: "null: it is queued." }),
  finishedAt: time.nullable(),
  result: z
    .string()
    .nullable()
    .openapi({ description: "`success`, `partial`, `failed`, `unauthorized`, `cancelled` or `interrupted`." }),
  phase: z.string().nullable().openapi({ description: "`queued`, `assets`, `findings` or `done`." }),
  error: z.string().nullable(),
};

/** A run as a part of something else. */
export const runSummarySchema = z.object({ ...runFields, streams: z.array(passSchema) }).openapi("RunSummary");

export const runSchema = z
  .object({
    ...runFields,
    integration: z.string(),
    requestedAt: time,
    cancelRequestedAt: time.nullable(),
    requestedStreams: z.array(z.enum(streamNames)),
    streams: z.array(
      lastPassSchema.extend({
        errorCode: z.string().nullable(),
        goneNote: z.string().nullable().openapi({ description: "Why it says nothing about what it did not see." }),
      }),
    ),
  })
  .openapi("Run");
