import { IssueRow, startedAt } from "../resolvers/finding-rows.ts";
import { issueFields, ruleOfIssue } from "../resolvers/issue.ts";
import { assetStatusNames, findingSeverityNames, severityNames, statusNames } from "../tenant/codes.ts";
import { uuid } from "../tenant/hash.ts";
import { formatMicros, formatOrNull } from "../tenant/micros.ts";
import type { FindingKind, Tenant } from "../tenant/tenant.ts";

/** A finding as it is, in Wiz's words, without the API in between. */
export interface FindingTruth {
  kind: FindingKind;
  id: string;
  title: string;
  severity: string;
  /** Detections have none. */
  status: string | null;
  firstFoundAt: string;
  /** Last detected, analysed, ended; issues have none. */
  lastFoundAt: string | null;
  resolvedAt: string | null;
  /** The API shows none of detections and vulnerabilities. */
  statusChangedAt: string | null;
  dueAt: string | null;
  updatedAt: string;
  /** When the record came to be; for detections that is after their first event. */
  createdAt: string;
  /** `externalId` is the asset's id at Wiz. */
  asset: { externalId: string; name: string };
}

export interface AssetTruth {
  kind: "asset";
  id: string;
  name: string;
  type: string;
  nativeType: string;
  cloudPlatform: string;
  region: string | null;
  subscriptionExternalId: string | null;
  providerUniqueId: string;
  status: string;
  firstSeen: string;
  lastSeen: string;
  deletedAt: string | null;
  updatedAt: string;
}

export type TruthKind = FindingKind | "asset";
export const truthKinds: readonly TruthKind[] = ["issue", "vulnerability", "misconfiguration", "threat", "asset"];

export function countOf(tenant: Tenant, kind: TruthKind): number {
  return kind === "asset" ? tenant.assets.size : tenant.findings[kind].size;
}

export function truthOf(tenant: Tenant, kind: TruthKind, index: number): FindingTruth | AssetTruth {
  return kind === "asset" ? assetTruth(tenant, index) : findingTruth(tenant, kind, index);
}

function assetTruth(tenant: Tenant, index: number): AssetTruth {
  const { assets } = tenant;
  const facts = tenant.assetSource.facts(index, assets.version[index]!);
  return {
    kind: "asset",
    id: facts.id,
    name: facts.name,
    type: facts.type,
    nativeType: facts.nativeType,
    cloudPlatform: facts.cloudPlatform,
    region: facts.region,
    subscriptionExternalId: facts.account?.externalId ?? null,
    providerUniqueId: facts.providerUniqueId,
    status: assetStatusNames[assets.status[index]!]!,
    firstSeen: formatMicros(assets.firstSeen[index]!),
    lastSeen: formatMicros(assets.lastSeen[index]!),
    deletedAt: formatOrNull(assets.deleted[index]!),
    updatedAt: formatMicros(assets.updated[index]!),
  };
}

function titleOf(tenant: Tenant, kind: FindingKind, index: number): string {
  const definition = tenant.findings[kind].definition[index]!;
  if (kind === "vulnerability") return tenant.cves[definition]!.id;
  if (kind === "misconfiguration") return tenant.rules[definition]!.name;
  if (kind === "threat") return tenant.eventRules[definition]!.name;
  return ruleOfIssue(tenant, index).name;
}

function findingTruth(tenant: Tenant, kind: FindingKind, index: number): FindingTruth {
  const table = tenant.findings[kind];
  const asset = table.asset[index]!;
  const facts = tenant.assetSource.facts(asset, tenant.assets.version[asset]!);
  const isThreat = kind === "threat";
  const names = kind === "vulnerability" || kind === "misconfiguration" ? findingSeverityNames : severityNames;
  return {
    kind,
    id: uuid(tenant.idKeys[kind], index),
    title: titleOf(tenant, kind, index),
    severity: names[table.severity[index]!]!,
    status: isThreat ? null : statusNames[table.status[index]!]!,
    firstFoundAt: formatMicros(isThreat ? startedAt(tenant, index) : table.created[index]!),
    lastFoundAt: kind === "issue" ? null : formatMicros(table.seen[index]!),
    resolvedAt: formatOrNull(table.resolved[index]!),
    statusChangedAt: isThreat || kind === "vulnerability" ? null : formatMicros(table.statusChanged[index]!),
    dueAt: kind === "issue" ? (issueFields.dueAt!(new IssueRow(tenant, index), {}) as string | null) : null,
    updatedAt: formatMicros(table.updated[index]!),
    createdAt: formatMicros(table.created[index]!),
    asset: { externalId: facts.id, name: facts.name },
  };
}

/** One line per record, made as fast as the reader reads. */
export function truthStream(tenant: Tenant, kind: TruthKind): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      const end = Math.min(next + 500, countOf(tenant, kind));
      let text = "";
      for (; next < end; next++) text += `${JSON.stringify(truthOf(tenant, kind, next))}\n`;
      if (text !== "") controller.enqueue(encoder.encode(text));
      if (next >= countOf(tenant, kind)) controller.close();
    },
  });
}
