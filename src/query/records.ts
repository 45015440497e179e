import type { Selectable } from "kysely";
import { type Severity, severityRank } from "../model.ts";
import type { AssetSourceTable, AssetTable, FindingTable, SignalTable } from "../store/schema.ts";
import { vendorProductName } from "./common-fields.ts";

/** The shapes that users script against: the same in search results, exports and the API. Absent values are null. */
export interface FoundFinding {
  id: string;
  integration: string | null;
  kind: string;
  externalId: string;
  title: string;
  severity: Severity | null;
  status: string;
  riskScore: number;
  cve: string | null;
  cvss: number | null;
  epss: number | null;
  kev: boolean | null;
  exploit: boolean | null;
  package: { name: string; version: string | null; fixedVersion: string | null } | null;
  rule: string | null;
  asset: {
    id: string;
    externalId: string | null;
    name: string | null;
    class: string | null;
    type: string | null;
    cloud: string | null;
    account: string | null;
    region: string | null;
  } | null;
  projects: string[];
  tags: string[];
  vendorProductName: string;
  url: string | null;
  firstFoundAt: string | null;
  lastFoundAt: string | null;
  resolvedAt: string | null;
  dueAt: string | null;
  /** Whose date that is. */
  dueBy: "source" | "policy" | null;
  /** What its source says; the same as `status` unless its risk is accepted. */
  sourceStatus: string;
  acceptedAt: string | null;
  reopenedCount: number;
  reopenedAt: string | null;
  changedAt: string;
}

export interface FoundAsset {
  id: string;
  name: string;
  class: string;
  type: string;
  nativeType: string | null;
  status: string;
  cloud: string | null;
  account: { id: string | null; name: string | null } | null;
  region: string | null;
  internetExposed: boolean | null;
  tags: string[];
  criticality: number;
  riskScore: number;
  openFindings: Record<Severity, number>;
  inventory: string[];
  sources: FoundAssetSource[];
  firstSeenAt: string | null;
  lastSeenAt: string | null;
}

export interface FoundAssetSource {
  integration: string | null;
  externalId: string;
  providerUniqueId: string | null;
  firstSeenAt: string | null;
  lastSeenAt: string | null;
}

export interface FoundSignal {
  id: string;
  at: string;
  integration: string | null;
  stream: string;
  change: string;
  subject: { kind: string; id: string; externalId: string };
  severity: Severity | null;
  title: string;
  asset: string | null;
  fields: unknown;
}

/** Names of integrations by id. */
export type IntegrationNames = ReadonlyMap<string, string>;

const severityOf = new Map(Object.entries(severityRank).map(([word, rank]) => [rank, word as Severity]));

export function severityWord(rank: number | null): Severity | null {
  return rank === null ? null : (severityOf.get(rank) ?? null);
}

export function toFinding(row: Selectable<FindingTable>, names: IntegrationNames): FoundFinding {
  return {
    id: row.id,
    integration: names.get(row.integrationId) ?? null,
    kind: row.kind,
    externalId: row.externalId,
    title: row.title,
    severity: severityWord(row.severity),
    status: row.status,
    riskScore: row.riskScore,
    cve: row.cve,
    cvss: row.cvss,
    epss: row.epss,
    kev: row.isKev,
    exploit: row.hasExploit,
    package:
      row.packageName === null
        ? null
        : { name: row.packageName, version: row.packageVersion, fixedVersion: row.packageFixedVersion },
    rule: row.rule,
    asset: findingAsset(row),
    projects: row.projects,
    tags: row.tags,
    vendorProductName,
    url: row.url,
    firstFoundAt: row.firstFoundAt,
    lastFoundAt: row.lastFoundAt,
    resolvedAt: row.resolvedAt,
    dueAt: row.dueAt,
    dueBy: row.dueAt === null ? null : row.isDueByPolicy ? "policy" : "source",
    sourceStatus: row.sourceStatus ?? row.status,
    acceptedAt: row.acceptedAt,
    reopenedCount: row.reopenedCount,
    reopenedAt: row.reopenedAt,
    changedAt: row.changedAt,
  };
}

function findingAsset(row: Selectable<FindingTable>): FoundFinding["asset"] {
  if (row.assetId === null) return null;
  return {
    id: row.assetId,
    externalId: row.assetExternalId,
    name: row.assetName,
    class: row.assetClass,
    type: row.assetType,
    cloud: row.cloud,
    account: row.accountId ?? row.accountName,
    region: row.region,
  };
}

export function toAsset(row: Selectable<AssetTable>, sources: readonly FoundAssetSource[]): FoundAsset {
  return {
    id: row.id,
    name: row.name,
    class: row.class,
    type: row.type,
    nativeType: row.nativeType,
    status: row.status,
    cloud: row.cloud,
    account: row.accountId === null && row.accountName === null ? null : { id: row.accountId, name: row.accountName },
    region: row.region,
    internetExposed: row.isInternetExposed,
    tags: row.tags,
    criticality: row.criticality,
    riskScore: row.riskScore,
    openFindings: {
      critical: row.openCritical,
      high: row.openHigh,
      medium: row.openMedium,
      low: row.openLow,
      informational: row.openInformational,
    },
    inventory: row.inventory,
    sources: [...sources],
    firstSeenAt: row.firstSeenAt,
    lastSeenAt: row.lastSeenAt,
  };
}

export function toAssetSource(
  row: Omit<Selectable<AssetSourceTable>, "addedAt">,
  names: IntegrationNames,
): FoundAssetSource {
  return {
    integration: names.get(row.integrationId) ?? null,
    externalId: row.externalId,
    providerUniqueId: row.providerUniqueId,
    firstSeenAt: row.firstSeenAt,
    lastSeenAt: row.lastSeenAt,
  };
}

export function toSignal(row: Selectable<SignalTable>, names: IntegrationNames): FoundSignal {
  return {
    id: row.id,
    at: row.at,
    integration: names.get(row.integrationId) ?? null,
    stream: row.stream,
    change: row.change,
    subject: { kind: row.subjectKind, id: row.subjectId, externalId: row.externalId },
    severity: severityWord(row.severity),
    title: row.title,
    asset: row.assetName,
    fields: row.fields,
  };
}
