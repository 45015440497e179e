import { IssueRow, startedAt } from "../resolvers/finding-rows.ts";
import { issueFields, ruleOfIssue } from "../resolvers/issue.ts";
import { assetStatusNames, findingSeverityNames, severityNames, statusNames } from "../tenant/codes.ts";
import { uuid } from "../tenant/hash.ts";
import { formatMicros, formatOrNull } from "../tenant/micros.ts";
import type { FindingKind, RecordKind, Tenant } from "../tenant/tenant.ts";
import { isVanished, rowsOf } from "../tenant/vanish.ts";

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

/** Every record of a kind that is there, in the order of creation; with `vanished` those that are not there any more. */
export function* listTruth(tenant: Tenant, kind: RecordKind, vanished = false): Generator<FindingTruth | AssetTruth> {
  for (let i = 0; i < rowsOf(tenant, kind); i++)
    if (isVanished(tenant, kind, i) === vanished) yield truthOf(tenant, kind, i);
}

function truthOf(tenant: Tenant, kind: RecordKind, index: number): FindingTruth | AssetTruth {
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
export function truthStream(tenant: Tenant, kind: RecordKind, vanished: boolean): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const records = listTruth(tenant, kind, vanished);
  return new ReadableStream({
    pull(controller) {
      let text = "";
      for (let lines = 0; lines < 500; lines++) {
        const { done, value } = records.next();
        if (done) break;
        text += `${JSON.stringify(value)}\n`;
      }
      if (text === "") controller.close();
      else controller.enqueue(encoder.encode(text));
    },
  });
}
