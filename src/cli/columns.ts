import type { Thing } from "../query/field.ts";
import type { FoundRecords } from "../query/read-records.ts";
import type { CsvCell } from "./csv.ts";

/** A column of a table on the terminal. */
export interface TableColumn<R> {
  title: string;
  value(record: R): string | number | null;
  /** Narrower than this a column is of no use. Columns without it are never cut. */
  minWidth?: number;
  /** On a narrow terminal the highest goes first; without it never. */
  dropOrder?: number;
}

export interface CsvColumn<R> {
  title: string;
  value(record: R): CsvCell;
}

const day = (time: string | null) => time?.slice(0, 16).replace("T", " ") ?? null;

export const tableColumns: { [T in Thing]: readonly TableColumn<FoundRecords[T]>[] } = {
  findings: [
    { title: "Severity", value: (r) => r.severity },
    { title: "Risk", value: (r) => r.riskScore, dropOrder: 3 },
    { title: "Status", value: (r) => r.status.replace("_", " ") },
    { title: "Kind", value: (r) => r.kind, dropOrder: 4 },
    { title: "Title", value: (r) => r.title, minWidth: 20 },
    { title: "Package", value: (r) => packageText(r), minWidth: 10, dropOrder: 2 },
    { title: "Asset", value: (r) => r.asset?.name ?? null, minWidth: 14 },
    { title: "Cloud", value: (r) => r.asset?.cloud ?? null, dropOrder: 5 },
    { title: "First found (UTC)", value: (r) => day(r.firstFoundAt), dropOrder: 1 },
  ],
  assets: [
    { title: "Risk", value: (r) => r.riskScore },
    { title: "Name", value: (r) => r.name, minWidth: 20 },
    { title: "Class", value: (r) => r.class.replace("_", " ") },
    { title: "Status", value: (r) => r.status, dropOrder: 3 },
    { title: "Cloud", value: (r) => r.cloud },
    { title: "Account", value: (r) => r.account?.name ?? r.account?.id ?? null, minWidth: 8, dropOrder: 2 },
    { title: "Region", value: (r) => r.region, dropOrder: 4 },
    { title: "Critical", value: (r) => r.openFindings.critical, dropOrder: 5 },
    { title: "High", value: (r) => r.openFindings.high, dropOrder: 5 },
    { title: "Last seen (UTC)", value: (r) => day(r.lastSeenAt), dropOrder: 1 },
  ],
  signals: [
    { title: "At (UTC)", value: (r) => r.at.slice(0, 19).replace("T", " ") },
    { title: "Change", value: (r) => r.change },
    { title: "Severity", value: (r) => r.severity },
    { title: "Kind", value: (r) => r.subject.kind, dropOrder: 2 },
    { title: "Title", value: (r) => r.title, minWidth: 20 },
    { title: "Asset", value: (r) => r.asset, minWidth: 10, dropOrder: 3 },
    { title: "Fields", value: (r) => Object.keys(r.fields ?? {}).join(", "), minWidth: 8, dropOrder: 1 },
  ],
};

function packageText({ package: found }: FoundRecords["findings"]): string | null {
  return found === null ? null : [found.name, found.version].filter((part) => part !== null).join(" ");
}

const list = (entries: readonly string[]) => entries.join("; ");

export const csvColumns: { [T in Thing]: readonly CsvColumn<FoundRecords[T]>[] } = {
  findings: [
    { title: "id", value: (r) => r.id },
    { title: "integration", value: (r) => r.integration },
    { title: "kind", value: (r) => r.kind },
    { title: "externalId", value: (r) => r.externalId },
    { title: "title", value: (r) => r.title },
    { title: "severity", value: (r) => r.severity },
    { title: "status", value: (r) => r.status },
    { title: "riskScore", value: (r) => r.riskScore },
    { title: "cve", value: (r) => r.cve },
    { title: "cvss", value: (r) => r.cvss },
    { title: "epss", value: (r) => r.epss },
    { title: "kev", value: (r) => r.kev },
    { title: "exploit", value: (r) => r.exploit },
    { title: "package.name", value: (r) => r.package?.name ?? null },
    { title: "package.version", value: (r) => r.package?.version ?? null },
    { title: "package.fixedVersion", value: (r) => r.package?.fixedVersion ?? null },
    { title: "rule", value: (r) => r.rule },
    { title: "asset.id", value: (r) => r.asset?.id ?? null },
    { title: "asset.externalId", value: (r) => r.asset?.externalId ?? null },
    { title: "asset.name", value: (r) => r.asset?.name ?? null },
    { title: "asset.class", value: (r) => r.asset?.class ?? null },
    { title: "asset.type", value: (r) => r.asset?.type ?? null },
    { title: "asset.cloud", value: (r) => r.asset?.cloud ?? null },
    { title: "asset.account", value: (r) => r.asset?.account ?? null },
    { title: "asset.region", value: (r) => r.asset?.region ?? null },
    { title: "projects", value: (r) => list(r.projects) },
    { title: "tags", value: (r) => list(r.tags) },
    { title: "vendorProductName", value: (r) => r.vendorProductName },
    { title: "url", value: (r) => r.url },
    { title: "firstFoundAt", value: (r) => r.firstFoundAt },
    { title: "lastFoundAt", value: (r) => r.lastFoundAt },
    { title: "resolvedAt", value: (r) => r.resolvedAt },
    { title: "dueAt", value: (r) => r.dueAt },
    { title: "changedAt", value: (r) => r.changedAt },
  ],
  assets: [
    { title: "id", value: (r) => r.id },
    { title: "name", value: (r) => r.name },
    { title: "class", value: (r) => r.class },
    { title: "type", value: (r) => r.type },
    { title: "nativeType", value: (r) => r.nativeType },
    { title: "status", value: (r) => r.status },
    { title: "cloud", value: (r) => r.cloud },
    { title: "account.id", value: (r) => r.account?.id ?? null },
    { title: "account.name", value: (r) => r.account?.name ?? null },
    { title: "region", value: (r) => r.region },
    { title: "internetExposed", value: (r) => r.internetExposed },
    { title: "tags", value: (r) => list(r.tags) },
    { title: "criticality", value: (r) => r.criticality },
    { title: "riskScore", value: (r) => r.riskScore },
    { title: "openFindings.critical", value: (r) => r.openFindings.critical },
    { title: "openFindings.high", value: (r) => r.openFindings.high },
    { title: "openFindings.medium", value: (r) => r.openFindings.medium },
    { title: "openFindings.low", value: (r) => r.openFindings.low },
    { title: "openFindings.informational", value: (r) => r.openFindings.informational },
    { title: "inventory", value: (r) => list(r.inventory) },
    { title: "integrations", value: (r) => list(r.sources.map((source) => source.integration ?? "")) },
    { title: "externalIds", value: (r) => list(r.sources.map((source) => source.externalId)) },
    { title: "providerUniqueIds", value: (r) => list(r.sources.map((source) => source.providerUniqueId ?? "")) },
    { title: "firstSeenAt", value: (r) => r.firstSeenAt },
    { title: "lastSeenAt", value: (r) => r.lastSeenAt },
  ],
  signals: [
    { title: "id", value: (r) => r.id },
    { title: "at", value: (r) => r.at },
    { title: "integration", value: (r) => r.integration },
    { title: "stream", value: (r) => r.stream },
    { title: "change", value: (r) => r.change },
    { title: "subject.kind", value: (r) => r.subject.kind },
    { title: "subject.id", value: (r) => r.subject.id },
    { title: "subject.externalId", value: (r) => r.subject.externalId },
    { title: "severity", value: (r) => r.severity },
    { title: "title", value: (r) => r.title },
    { title: "asset", value: (r) => r.asset },
    { title: "fields", value: (r) => JSON.stringify(r.fields) },
  ],
};
