import { z } from "@hono/zod-openapi";
import {
  assetClasses,
  assetStatuses,
  findingKinds,
  findingStatuses,
  identifierKinds,
  severities,
  sourceStatuses,
  streamNames,
} from "../../model.ts";

/** A time as ISO 8601 in UTC. */
export const time = z.iso.datetime().openapi({ example: "2026-08-01T12:00:00.000Z" });
const id = z.uuid().openapi({ example: "0b9f1c1e-8a55-5f0e-9a43-6a1f4f0a7d11" });

/** Words of the model that records hold; the type stays open, since the database may know a newer word. */
const wordOf = (words: readonly string[]) => z.string().openapi({ enum: [...words] });
const severity = z.enum(severities);
const scoredSeverities = ["critical", "high", "medium", "low"] as const;

export const findingSchema = z
  .object({
    id,
    integration: z.string().nullable().openapi({ description: "Name of the integration that fetched it" }),
    kind: wordOf(findingKinds),
    externalId: z.string().openapi({ description: "The source's id" }),
    title: z.string(),
    severity: severity.nullable(),
    status: wordOf(findingStatuses),
    riskScore: z.number().int().openapi({ description: "1 to 100" }),
    cve: z.string().nullable().openapi({ example: "CVE-2021-44228" }),
    cvss: z.number().nullable(),
    epss: z.number().nullable(),
    kev: z.boolean().nullable(),
    exploit: z.boolean().nullable(),
    package: z
      .object({ name: z.string(), version: z.string().nullable(), fixedVersion: z.string().nullable() })
      .nullable(),
    rule: z.string().nullable(),
    asset: z
      .object({
        id,
        externalId: z.string().nullable(),
        name: z.string().nullable(),
        class: z.string().nullable(),
        type: z.string().nullable(),
        cloud: z.string().nullable(),
        account: z.string().nullable(),
        region: z.string().nullable(),
      })
      .nullable(),
    projects: z.array(z.string()),
    tags: z.array(z.string()),
    vendorProductName: z.string(),
    url: z.string().nullable(),
    firstFoundAt: time.nullable(),
    lastFoundAt: time.nullable(),
    resolvedAt: time.nullable(),
    dueAt: time.nullable().openapi({ description: "As the source says, else by the policy for its severity" }),
    dueBy: z.enum(["source", "policy"]).nullable().openapi({ description: "Whose date that is" }),
    sourceStatus: wordOf(sourceStatuses).openapi({
      description: "What the source says; the same as `status` unless its risk is accepted",
    }),
    acceptedAt: time.nullable().openapi({ description: "Since when its risk is accepted" }),
    reopenedCount: z.number().int().openapi({ description: "How often it was open again after it had been closed" }),
    reopenedAt: time.nullable(),
    changedAt: time,
  })
  .openapi("Finding");

const assetSource = z.object({
  integration: z.string().nullable(),
  externalId: z.string(),
  providerUniqueId: z.string().nullable(),
  firstSeenAt: time.nullable(),
  lastSeenAt: time.nullable(),
});

export const assetSchema = z
  .object({
    id,
    name: z.string(),
    class: wordOf(assetClasses),
    type: z.string(),
    nativeType: z.string().nullable(),
    status: wordOf(assetStatuses),
    cloud: z.string().nullable(),
    account: z.object({ id: z.string().nullable(), name: z.string().nullable() }).nullable(),
    region: z.string().nullable(),
    internetExposed: z.boolean().nullable(),
    tags: z.array(z.string()),
    criticality: z.number().int().openapi({ description: "1 to 5" }),
    riskScore: z.number().int().openapi({ description: "0 to 1000" }),
    openFindings: z.object({
      critical: z.number().int(),
      high: z.number().int(),
      medium: z.number().int(),
      low: z.number().int(),
      informational: z.number().int(),
    }),
    inventory: z.array(z.string()),
    sources: z.array(assetSource),
    firstSeenAt: time.nullable(),
    lastSeenAt: time.nullable(),
  })
  .openapi("Asset");

export const signalSchema = z
  .object({
    id,
    at: time,
    integration: z.string().nullable(),
    stream: wordOf(streamNames),
    change: wordOf(["new", "changed", "resolved", "reopened", "gone"]),
    subject: z.object({ kind: wordOf([...findingKinds, "asset"]), id, externalId: z.string() }),
    severity: severity.nullable(),
    title: z.string(),
    asset: z.string().nullable(),
    fields: z.unknown().openapi({
      type: "object",
      description: "What changed: by the name of the field, from what and to what",
      example: { status: { from: "open", to: "resolved" } },
    }),
  })
  .openapi("Signal");

const link = z.string().openapi({ description: "A path of this API" });

const scoreSchema = z
  .object({
    value: z.number().int().openapi({ description: "What the parts add up to, rounded and inside the bounds" }),
    most: z.union([z.literal(100), z.literal(1000)]),
    parts: z
      .array(
        z.object({
          input: z.enum(["cvss", "severity", "epss", "kev", "exploit", "worstFinding", ...scoredSeverities]),
          value: z.union([z.number(), z.boolean(), severity]).nullable().openapi({ description: "null: nobody says" }),
          points: z.number().nullable().openapi({
            description: "What it gave; null where it is not known: its weight goes to what is known",
          }),
          most: z.number().nullable().openapi({ description: "The most that it could have given" }),
        }),
      )
      .openapi({ description: "In the order in which they add up" }),
    factors: z
      .array(
        z.object({
          input: z.enum(["criticality", "internetExposed"]),
          value: z.union([z.number(), z.boolean()]).nullable(),
          factor: z.number(),
          tags: z.array(z.string()).optional().openapi({ description: "The tags that give this criticality" }),
        }),
      )
      .openapi({ description: "What the points are multiplied with already" }),
  })
  .openapi("Score", { description: "Why a finding or an asset scores what it scores" });

const loadedFeed = z
  .object({ fileName: z.string(), dataAt: time, version: z.string().nullable() })
  .nullable()
  .openapi({ description: "The file that is loaded; null: none is" });

/** What Wiz and the loaded feeds say of a CVE. */
const cveWordsSchema = z
  .object({
    epss: z.object({
      source: wordOf(["wiz", "first"]).openapi({ description: "Whose value counts" }),
      disputed: z.boolean().openapi({ description: "They are 0.1 or more apart" }),
      wiz: z.number().nullable(),
      first: z.number().nullable().openapi({ description: "Of the loaded feed; null: it does not know the CVE" }),
      percentile: z.number().nullable(),
      feed: loadedFeed,
    }),
    kev: z.object({
      source: wordOf(["wiz", "cisa", "both"]).nullable().openapi({ description: "Who says so; null: nobody" }),
      disputed: z.boolean(),
      wiz: z.boolean().nullable().openapi({ description: "null: Wiz does not say" }),
      cisa: z
        .boolean()
        .nullable()
        .openapi({ description: "Whether the loaded catalogue lists it; null: none is loaded" }),
      listing: z
        .object({
          name: z.string().nullable(),
          addedOn: z.iso.date(),
          dueOn: z.iso.date().nullable().openapi({ description: "When CISA wants it to be fixed" }),
          ransomwareUse: z.string().nullable().openapi({ example: "Known" }),
          requiredAction: z.string().nullable(),
        })
        .nullable(),
      feed: loadedFeed,
    }),
    isPending: z
      .boolean()
      .openapi({ description: "Another file is loaded since; the score follows in the background" }),
  })
  .openapi("CveWords");

export const findingDetailSchema = findingSchema
  .extend({
    statusReason: z.string().nullable().openapi({ description: "Why it was resolved or rejected, as the source says" }),
    statusChangedAt: time.nullable(),
    acceptance: z
      .object({ id, owner: z.string(), reason: z.string(), expiresAt: time, createdBy: z.string() })
      .nullable()
      .openapi({ description: "Why its risk is accepted, and who answers for it until when" }),
    fix: z.boolean().nullable().openapi({ description: "Whether there is a fixed version" }),
    description: z.string().nullable(),
    remediation: z.string().nullable(),
    definition: z
      .object({
        id,
        kind: wordOf(["vulnerability", "rule"]),
        externalId: z.string().openapi({ description: "The CVE id, or the rule's id at the source" }),
        title: z.string(),
        link: z.string().nullable(),
        publishedAt: time.nullable(),
        frameworks: z.array(z.string()).openapi({ description: "`framework / category`" }),
      })
      .nullable(),
    scoreInputs: z.array(z.string()).openapi({
      description: "What made the risk score, in words",
      example: ["CVSS 9.8", "EPSS 0.94", "in KEV"],
    }),
    score: scoreSchema.nullable(),
    cveWords: cveWordsSchema.nullable().openapi({ description: "null: the finding has no CVE" }),
    history: z.object({
      items: z.array(signalSchema).openapi({ description: "Its changes, newest first; the latest 50" }),
      hasMore: z.boolean(),
    }),
    raw: z.unknown().openapi({ description: "What the source sent, whole; null where it was not kept" }),
    links: z.object({ asset: link.nullable(), history: link }),
  })
  .openapi("FindingDetail");

const identifiersSchema = z
  .object({
    cloud: z.string().nullable(),
    account: z.string().nullable(),
    ...(Object.fromEntries(identifierKinds.map((kind) => [kind, z.array(z.string()).optional()])) as Record<
      (typeof identifierKinds)[number],
      z.ZodOptional<z.ZodArray<z.ZodString>>
    >),
  })
  .openapi("Identifiers", { description: "What identifies a machine, in one spelling, without values that many have" });

export const assetDetailSchema = assetSchema
  .extend({
    sources: z.array(
      assetSource.extend({
        id: id.openapi({ description: "To split the asset by" }),
        goneAt: time.nullable().openapi({ description: "Since when complete passes no longer find it there" }),
        deletedAt: time.nullable(),
        identifiers: identifiersSchema.nullable(),
      }),
    ),
    sourceTags: z.array(z.string()).openapi({ description: "What its sources say, without people's own tags" }),
    ownTags: z
      .array(
        z.object({
          id,
          name: z.string(),
          kind: z.enum(["static", "dynamic"]),
          criticality: z.number().int().nullable(),
          at: time.openapi({ description: "Since when it is on the asset" }),
        }),
      )
      .openapi({ description: "People's own tags on it, the most critical first; `tags` follows in a moment" }),
    separations: z
      .array(
        z.object({
          id,
          at: time,
          decidedBy: z.string(),
          sources: z.array(
            z.object({
              id,
              assetId: id,
              assetName: z.string(),
              integration: z.string().nullable(),
              externalId: z.string(),
            }),
          ),
        }),
      )
      .openapi({ description: "What people said is not this machine; `DELETE /separations/{id}` undoes it" }),
    operatingSystem: z.string().nullable(),
    projects: z.array(z.string()),
    isPlaceholder: z.boolean().openapi({ description: "Only findings have spoken of it so far" }),
    deletedAt: time.nullable(),
    changedAt: time,
    findings: z
      .array(z.object({ kind: wordOf(findingKinds), status: wordOf(findingStatuses), count: z.number().int() }))
      .openapi({ description: "How many findings of each kind and status it has" }),
    openByKind: z
      .array(z.object({ kind: wordOf(findingKinds), severity: severity.nullable(), count: z.number().int() }))
      .openapi({ description: "How many open findings of each kind and severity it has, counted just now" }),
    score: scoreSchema,
    identity: z
      .array(
        z.object({
          at: time,
          event: wordOf(["new", "merged", "split", "several_matches", "separated", "reunited"]),
          integration: z.string().nullable(),
          sourceId: id,
          externalId: z.string().nullable(),
          rule: z.string(),
          ruleTitle: z.string(),
          evidence: z.unknown().openapi({
            type: "object",
            description:
              "`values` that were equal, ids of the other `sources` and their `count`, the asset it came `from`",
          }),
        }),
      )
      .openapi({ description: "Why its sources are one asset, newest first; the latest 100" }),
    history: z.object({ items: z.array(signalSchema), hasMore: z.boolean() }),
    raw: z
      .array(z.object({ integration: z.string().nullable(), externalId: z.string(), raw: z.unknown() }))
      .openapi({ description: "What each source sent, whole" }),
    links: z.object({ findings: link, history: link }),
  })
  .openapi("AssetDetail");

export const signalDetailSchema = signalSchema
  .extend({
    links: z.object({
      subject: link.nullable().openapi({ description: "What changed; null where it is no longer here" }),
      history: link,
    }),
  })
  .openapi("SignalDetail");
