import type { AssetRecord, NormalizedRecord, SourceStatus } from "../../../model.ts";
import {
  type Node,
  rawForms,
  readClock,
  readId,
  readNode,
  readProjects,
  readTags,
  readText,
  readTime,
} from "./read.ts";
import { toRuleDefinition } from "./rule.ts";
import { readStatus, toAssetClass, toAssetStatus, toCloud, toSeverity } from "./words.ts";

/**
 * A ConfigurationFinding: one configuration rule, assessed on one resource. `null` for one that always passed.
 * @throws RecordError
 */
export function normalizeMisconfiguration(node: Node): NormalizedRecord | null {
  const externalId = readId(node);
  if (neverFailed(node)) return null;
  const definition = toRuleDefinition(readNode(node.rule), node.securitySubCategories);
  const resource = readNode(node.resource);
  const status = toStatus(node);
  const statusChangedAt = readClock(node, "statusChangedAt");
  const asset = toAsset(resource, node);
  const lists = { projects: readProjects(resource?.projects), tags: asset?.tags ?? [] };
  return {
    finding: {
      kind: "misconfiguration",
      externalId,
      title: readText(node.name) ?? definition?.title ?? externalId,
      severity: toSeverity(node.severity),
      status,
      statusReason: readText(node.resolutionReason),
      definition,
      asset,
      cve: null,
      package: null,
      rule: definition?.title ?? null,
      hasFix: null,
      projects: lists.projects,
      url: null,
      firstFoundAt: readClock(node, "firstSeenAt"),
      lastFoundAt: readTime(node.analyzedAt),
      // Wiz keeps no time of its own for it.
      resolvedAt: status === "resolved" ? statusChangedAt : null,
      dueAt: null,
      statusChangedAt,
      updatedAt: readClock(node, "updatedAt"),
    },
    // Every scan moves analyzedAt; it is no change of the finding.
    ...rawForms(node, { analyzedAt: undefined, resource: { ...resource, ...lists } }),
  };
}

function neverFailed(node: Node): boolean {
  return node.result === "PASS" && (node.statusChangedAt ?? node.firstSeenAt) === node.firstSeenAt;
}

/** A finding of a deleted resource keeps its last status at Wiz; nothing is left there to put right. */
function toStatus(node: Node): SourceStatus {
  const status = readStatus(node);
  return node.deleted === true && (status === "open" || status === "in_progress") ? "resolved" : status;
}

function toAsset(resource: Node | null, node: Node): AssetRecord | null {
  const externalId = readText(resource?.id);
  if (resource === null || externalId === null) return null;
  const type = readText(resource.type) ?? "UNKNOWN";
  const account = readNode(resource.subscription) ?? readNode(node.subscription);
  return {
    externalId,
    providerUniqueId: readText(resource.providerId) ?? readText(node.targetObjectProviderUniqueId),
    name: readText(resource.name) ?? externalId,
    class: toAssetClass(type),
    type,
    nativeType: readText(resource.nativeType),
    status: toAssetStatus(resource.status),
    cloud: toCloud(resource.cloudPlatform ?? account?.cloudProvider),
    accountId: readText(account?.externalId),
    accountName: readText(account?.name),
    region: readText(resource.region),
    internetExposed: null,
    operatingSystem: null,
    projects: readProjects(resource.projects),
    tags: readTags(resource.tags),
    firstSeenAt: null,
    lastSeenAt: null,
    deletedAt: null,
    updatedAt: null,
    isPlaceholder: true,
  };
}
