import { readFileSync } from "node:fs";
import type { FileBytes } from "../../src/sync/feeds/feed-file.ts";

/** A file in the form in which it is published, written by hand. */
export function publishedFile(
  name: "epss_scores-2026-07-30.csv" | "known_exploited_vulnerabilities.csv" | "known_exploited_vulnerabilities.json",
): string {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}

export function feedFile(name: string, content: string | Uint8Array): FileBytes {
  async function* bytes() {
    yield Buffer.from(content);
  }
  return { name, bytes: bytes() };
}

/** EPSS of a day as FIRST publishes it. */
export function epssCsv(day: string, scores: Readonly<Record<string, number>>): string {
  const lines = Object.entries(scores).map(([cve, epss]) => `${cve},${epss},${Math.min(1, epss + 0.05).toFixed(5)}`);
  return [`#model_version:v2025.03.14,score_date:${day}T12:55:00Z`, "cve,epss,percentile", ...lines, ""].join("\n");
}

/** CISA's catalogue of a day, as CSV. */
export function kevCsv(day: string, cves: readonly string[]): string {
  const header =
    "cveID,vendorProject,product,vulnerabilityName,dateAdded,shortDescription,requiredAction,dueDate,knownRansomwareCampaignUse,notes,cwes";
  const lines = cves.map(
    (cve) => `${cve},A vendor,A product,"A name, with a comma",${day},,Apply updates.,${day},Known,,`,
  );
  return [header, ...lines, ""].join("\n");
}
