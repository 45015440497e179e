import { z } from "@hono/zod-openapi";
import { assetClasses, identificationRules, streamNames } from "../../model.ts";
import { lastPassSchema, runSchema, runSummarySchema, time } from "./run.ts";

/** PostgreSQL takes neither NUL nor half a character. */
function text(longest: number) {
  return z
    .string()
    .max(longest)
    .refine((value) => value.isWellFormed() && !value.includes("\0"), "has a character that cannot be stored");
}

export const integrationParameter = z.object({
  id: text(200).openapi({ param: { name: "id", in: "path" }, description: "Its id or its name.", example: "prod" }),
});

const streamEdit = z
  .strictObject({
    enabled: z.boolean().optional(),
    intervalMinutes: z.number().optional().openapi({ description: "Whole minutes from 1 to 1440.", example: 5 }),
  })
  .optional();

const streamEdits = z
  .strictObject({
    issues: streamEdit,
    vulnerabilities: streamEdit,
    misconfigurations: streamEdit,
    detections: streamEdit,
    assets: streamEdit,
  })
  .openapi("StreamEdits", { description: "What is left out stays as it is; of a new integration it is the default." });

const fields = {
  name: text(1_000),
  description: text(10_000).nullable(),
  apiEndpoint: text(2_000).openapi({
    description: "As people paste it: a URL, a host, a data centre.",
    example: "https://api.us17.app.wiz.io",
  }),
  tokenUrl: text(2_000).nullable().openapi({ description: "null: it follows from the API endpoint." }),
  clientId: text(1_000),
  clientSecret: z
    .string()
    .max(10_000)
    .openapi({ description: "Stored encrypted, never answered.", format: "password" }),
  projects: z.array(text(200)).max(1_000).openapi({ description: "Ids of projects in Wiz; empty: all." }),
  enabled: z.boolean(),
};

/** What they are called is checked with the rest of the form. */
const chosenClasses = z
  .array(text(100))
  .max(100)
  .nullable()
  .optional()
  .openapi({
    description: `Classes of assets to fetch, with the findings on them: ${assetClasses.map((name) => `\`${name}\``).join(", ")}, or their titles. null: all.`,
    example: ["compute", "Container Images"],
  });

/** As those of classes, they are checked with the rest of the form. */
export const chosenRules = z
  .array(text(100))
  .max(100)
  .nullable()
  .openapi({
    description: `Identification rules that are on, one at least: ${identificationRules.map((name) => `\`${name}\``).join(", ")}. null: those that are on by default.`,
    example: ["cloud_instance", "provider_unique_id"],
  });

const connectionEdits = {
  apiEndpoint: fields.apiEndpoint.optional(),
  tokenUrl: fields.tokenUrl.optional(),
  clientId: fields.clientId.optional(),
  clientSecret: fields.clientSecret.optional(),
  projects: fields.projects.optional(),
};

const newConnection = {
  ...connectionEdits,
  connector: text(200).openapi({ description: "Id or short name.", example: "wiz" }),
  apiEndpoint: fields.apiEndpoint,
  clientId: fields.clientId,
  clientSecret: fields.clientSecret,
};

export const newIntegrationSchema = z
  .strictObject({
    ...newConnection,
    name: fields.name,
    description: fields.description.optional(),
    enabled: fields.enabled.default(true),
    streams: streamEdits.optional(),
    assetClasses: chosenClasses,
    identificationRules: chosenRules.optional(),
  })
  .openapi("NewIntegration");

export const integrationEditsSchema = z
  .strictObject({
    ...connectionEdits,
    name: fields.name.optional(),
    description: fields.description.optional(),
    enabled: fields.enabled.optional(),
    streams: streamEdits.optional(),
    assetClasses: chosenClasses,
    identificationRules: chosenRules.optional(),
  })
  .openapi("IntegrationEdits");

const testedStreams = z.array(z.enum(streamNames)).optional();

const untilCredentials = "Left out together with the other of client ID and secret: only the network is tried.";

export const newConnectionTestSchema = z
  .strictObject({
    ...newConnection,
    clientId: fields.clientId.optional().openapi({ description: untilCredentials }),
    clientSecret: fields.clientSecret.optional().openapi({ description: untilCredentials, format: "password" }),
    streams: testedStreams,
  })
  .openapi("NewConnectionTest");

export const connectionTestSchema = z
  .strictObject({ ...connectionEdits, streams: testedStreams })
  .openapi("ConnectionTest");

export const newSecretSchema = z
  .strictObject({
    clientSecret: fields.clientSecret,
    clientId: fields.clientId.optional().openapi({ description: "Of a new service account on the same tenant." }),
  })
  .openapi("NewSecret");

const progress = z.object({ fetched: z.number().int(), total: z.number().int().nullable() }).nullable();

export const tileSchema = z
  .object({ colour: z.enum(["green", "amber", "red", "grey"]), reason: z.string() })
  .openapi("Tile", { description: "How it stands, in a colour and in words." });

const state = z.enum(["registered", "scheduled", "processing", "processed"]);

const streamSchema = z
  .object({
    enabled: z.boolean(),
    intervalMinutes: z.number().int(),
    lastAttemptAt: time.nullable(),
    lastSuccessAt: time.nullable(),
    lastFullAt: time.nullable(),
    watermark: time.nullable(),
    failures: z.number().int().openapi({ description: "Attempts that failed in a row." }),
    error: z.string().nullable(),
    warning: z.string().nullable(),
    wizCount: z.number().int().nullable(),
    isWizCountCapped: z.boolean(),
    wizCountedAt: time.nullable(),
    outOfScope: z
      .number()
      .int()
      .openapi({ description: "Of those that Wiz counted: of asset classes that are not chosen, so left out." }),
    weirCount: z.number().int().openapi({
      description:
        "Of the chosen asset classes. Of assets it may be some seconds old, except when a pass has just ended.",
    }),
    leftCount: z
      .number()
      .int()
      .openapi({ description: "Beside them, of classes that are no longer chosen: they stay as they were." }),
    gap: z.number().int().nullable().openapi({ description: "`wizCount` less `outOfScope` and `weirCount`." }),
    isGapNew: z.boolean().openapi({
      description: "There was no gap when the pass in which Wiz counted ended: it is what came or went since.",
    }),
    rejected: z.number().int(),
    missing: z.number().int(),
    review: z.string().nullable().openapi({ description: "What waits for a person to decide." }),
    goneNote: z.string().nullable(),
    whyZero: z.string().nullable(),
    lastPasses: z.array(lastPassSchema),
  })
  .openapi("StreamStatus");

export const integrationSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    connector: z.string(),
    description: z.string().nullable(),
    apiEndpoint: z.string(),
    tokenUrl: z.string(),
    clientId: z.string(),
    projects: z.array(z.string()),
    assetClasses: z.array(z.enum(assetClasses)).nullable().openapi({ description: "null: all." }),
    identificationRules: z.array(z.enum(identificationRules)).openapi({
      description: "Rules that are on for its machines, in their order; the native key, always on, is not among them.",
    }),
    identification: z
      .object({ pending: z.number().int(), total: z.number().int() })
      .nullable()
      .openapi({ description: "How many of its machines are still to be looked at after a change of rules." }),
    scopeNote: z
      .string()
      .nullable()
      .openapi({ description: "What became of records of asset classes that are no longer chosen." }),
    enabled: z.boolean(),
    createdAt: time,
    updatedAt: time,
    pendingSecret: z
      .object({ clientId: z.string(), since: time, triedAt: time.nullable(), error: z.string().nullable() })
      .nullable()
      .openapi({ description: "A new client secret that takes over as soon as it works, and why it does not yet." }),
    state,
    stateText: z.string(),
    progress,
    tile: tileSchema,
    lastRun: runSummarySchema.nullable(),
    nextRunAt: time.nullable(),
    source: z
      .object({
        holder: z.string(),
        at: time,
        requestsPerSecond: z.number(),
        usedPerSecond: z.number(),
        waiting: z.number().int(),
        inFlight: z.number().int(),
        pausedUntil: time.nullable(),
      })
      .nullable()
      .openapi({ description: "The process that works for its service account just now." }),
    streams: z.object({
      issues: streamSchema,
      vulnerabilities: streamSchema,
      misconfigurations: streamSchema,
      detections: streamSchema,
      assets: streamSchema,
    }),
  })
  .openapi("Integration");

/** An integration as the event stream tells of it. */
const integrationStateSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    enabled: z.boolean(),
    state,
    stateText: z.string(),
    progress,
    tile: tileSchema,
    nextRunAt: time.nullable(),
  })
  .openapi("IntegrationState");

export const snapshotSchema = z
  .object({ integrations: z.array(integrationStateSchema), runs: z.array(runSchema) })
  .openapi("Snapshot", { description: "Of the event stream: how everything stands when it begins." });
