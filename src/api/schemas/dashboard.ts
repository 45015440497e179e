import { z } from "@hono/zod-openapi";
import { findingKinds, severities, streamNames } from "../../model.ts";
import { coverageStates } from "../../sync/coverage.ts";
import { tileSchema } from "./integration.ts";
import { time } from "./run.ts";

const count = z.number().int();
const query = z.string().openapi({ description: "The query that finds what was counted" });
const capped = z.boolean().openapi({ description: "There are at least that many" });

const bySeverity = z
  .object({ critical: count, high: count, medium: count, low: count, informational: count })
  .openapi("BySeverity");

const kind = z.enum(findingKinds);

const openSchema = z.object({
  total: count,
  bySeverity,
  byKind: z.array(z.object({ kind, total: count, bySeverity, query })),
  query,
});

const day = z.object({
  day: z.iso.date().openapi({ description: "In UTC", example: "2026-08-01" }),
  found: bySeverity.openapi({ description: "Found first on that day" }),
  resolved: bySeverity.openapi({ description: "Closed on that day (resolved, rejected or gone), and closed since" }),
  open: bySeverity.openapi({ description: "Open at its end; of today, now" }),
  openByKind: z.object({ issue: count, vulnerability: count, misconfiguration: count, threat: count }),
});

const total = z.object({
  id: z.enum(["open", "openCritical", "newCritical", "knownExploited", "overdue", "exposedCritical"]),
  label: z.string(),
  value: count,
  capped,
  previous: count.nullable().openapi({ description: "A week ago; null where that cannot be known" }),
  query,
  on: z.enum(["findings", "assets"]),
});

const counted = z.object({ value: count, capped, query });

const topAsset = z.object({
  id: z.uuid(),
  name: z.string(),
  class: z.string(),
  cloud: z.string().nullable(),
  riskScore: count.openapi({ description: "1 to 1000" }),
  openFindings: bySeverity,
});

const topAccount = z.object({
  id: z.string(),
  name: z.string().nullable(),
  cloud: z.string().nullable(),
  bySeverity: bySeverity.openapi({ description: "Open findings" }),
  query,
});

const topCve = z.object({
  cve: z.string(),
  title: z.string().nullable(),
  severity: z.enum(severities).openapi({ description: "The worst among its open findings" }),
  open: count,
  kev: z.boolean().nullable(),
  exploit: z.boolean().nullable(),
  fix: z.boolean().nullable().openapi({ description: "Whether there is a fixed version; null where that is not said" }),
  query,
});

const coverage = z.object({
  id: z.uuid(),
  name: z.string(),
  tile: tileSchema,
  streams: z.array(
    z.object({
      stream: z.enum(streamNames),
      state: z.enum(coverageStates),
      wizCount: count.nullable().openapi({ description: "What Wiz counted in the last complete full pass" }),
      weirCount: count,
      gap: count.nullable().openapi({ description: "`wizCount` less what is out of scope and `weirCount`" }),
      isGapNew: z.boolean().openapi({
        description: "There was no gap when the pass in which Wiz counted ended: it is what came or went since",
      }),
      lastSuccessAt: time.nullable(),
      reason: z.string().nullable().openapi({ description: "Why it stands so; null where nothing is to be said" }),
    }),
  ),
});

export const dashboardSchema = z
  .object({
    at: time,
    open: openSchema,
    days: z.array(day).openapi({ description: "Oldest first; the last is today" }),
    totals: z.array(total),
    exploitable: z.object({ kev: counted, kevWithFix: counted, exploit: counted, exploitWithFix: counted }),
    ageOfCriticals: z.array(z.object({ label: z.string(), value: count, query })),
    topAssets: z.array(topAsset).openapi({ description: "Ten, by risk score" }),
    topAccounts: z.array(topAccount).openapi({ description: "Ten, by open findings, the worst severity first" }),
    topCves: z.array(topCve).openapi({ description: "Ten, by severity, then by how many open findings have it" }),
    coverage: z.array(coverage),
  })
  .openapi("Dashboard");

export const fixFirstSchema = z
  .object({
    items: z.array(
      z
        .object({
          package: z.string().openapi({ example: "openssl" }),
          fixedVersion: z.string().openapi({ example: "3.0.14" }),
          worstScore: count.openapi({ description: "The highest risk score among the findings, 1 to 100" }),
          findings: count.openapi({ description: "Open findings that the upgrade would fix" }),
          kev: count.openapi({ description: "Of them: known to be exploited" }),
          exploit: count.openapi({ description: "Of them: with a known exploit" }),
          assets: z.object({ value: count, capped }),
          worstCve: z.string().nullable().openapi({ description: "The CVE of the finding with the highest score" }),
          cves: count,
          query,
        })
        .openapi("Fix"),
    ),
  })
  .openapi("FixFirst");

export type FixFirst = z.infer<typeof fixFirstSchema>;
export type Dashboard = z.infer<typeof dashboardSchema>;
export type DashboardDay = z.infer<typeof day>;
export type DashboardTotal = z.infer<typeof total>;
export type DashboardCoverage = z.infer<typeof coverage>;
