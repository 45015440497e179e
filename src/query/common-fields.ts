import { findingKinds, severityRank } from "../model.ts";
import { column, type Field, type Place, related } from "./field.ts";

/** Vendor and product of every finding, as the catalogue of connectors writes it. There is one connector. */
export const vendorProductName = "Wiz";

/** By the tag itself: what was put on is found at once, also before the row of the asset says so. */
export const ownTagOf = (own: "id" | "assetId"): Place =>
  related("assetTag", own, "assetId", related("tag", "tagId", "id", column("name")));

export const integrationName = related("integration", "integrationId", "id", column("name"));

export function same(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => [word, word]));
}

const severityWords: Record<string, number> = {
  ...severityRank,
  info: severityRank.informational,
  ...Object.fromEntries(Object.values(severityRank).map((rank) => [String(rank), rank])),
};

export const severity: Field = {
  name: "severity",
  aliases: [],
  type: "enum",
  place: column("severity"),
  words: severityWords,
  isOrdered: true,
  description: "How bad it is, in words or from 5 (critical) to 1; has an order.",
  example: "severity >= high",
};

export const kindWords = {
  ...same(findingKinds),
  issues: "issue",
  vulnerabilities: "vulnerability",
  misconfigurations: "misconfiguration",
  threats: "threat",
  detection: "threat",
};

export const inventory: Pick<Field, "type" | "description" | "example"> = {
  type: "list",
  description: "Which source's inventory knows the asset.",
  example: 'asset.inventory:"Wiz"',
};
