import type { AssetRecord, NormalizedRecord } from "../../../model.ts";
import {
  type Node,
  rawForms,
  readClock,
  readId,
  readNode,
  readNodes,
  readProjects,
  readTags,
  readText,
  readTime,
} from "./read.ts";
import { toRuleDefinition } from "./rule.ts";
import { readStatus, toAssetClass, toAssetStatus, toCloud, toSeverity } from "./words.ts";

/** An Issue: a rule (control, configuration rule, threat rule) that matched on one entity. @throws RecordError */
export function normalizeIssue(node: Node): NormalizedRecord {
  // Answers to older queries have the deprecated single rule.
  const rule = readNodes(node.sourceRules)[0] ?? readNode(node.sourceRule) ?? readNode(node.control);
  const definition = toRuleDefinition(rule);
  const externalId = readId(node);
  const projects = readProjects(node.projects);
  return {
    finding: {
      kind: "issue",
      externalId,
      title: definition?.title ?? externalId,
      severity: toSeverity(node.severity),
      status: readStatus(node),
      statusReason: readText(node.resolutionReason),
      definition,
      asset: toAsset(readNode(node.entitySnapshot), projects),
      cve: null,
      package: null,
      rule: definition?.title ?? null,
      hasFix: null,
      projects,
      url: readText(node.url),
      firstFoundAt: readClock(node, "createdAt"),
      lastFoundAt: null,
      resolvedAt: readTime(node.resolvedAt),
      dueAt: readTime(node.dueAt),
      statusChangedAt: readClock(node, "statusChangedAt"),
      updatedAt: readClock(node, "updatedAt"),
    },
    ...rawForms(node, { projects }),
  };
}

function toAsset(snapshot: Node | null, projects: string[]): AssetRecord | null {
  const externalId = readText(snapshot?.id);
  if (snapshot === null || externalId === null) return null;
  const type = readText(snapshot.type) ?? "UNKNOWN";
  return {
    externalId,
    providerUniqueId: readText(snapshot.providerId) ?? readText(snapshot.externalId),
    name: readText(snapshot.name) ?? externalId,
    class: toAssetClass(type),
    type,
    nativeType: readText(snapshot.nativeType),
    status: toAssetStatus(snapshot.status),
    cloud: toCloud(snapshot.cloudPlatform),
    accountId: readText(snapshot.subscriptionExternalId),
    accountName: readText(snapshot.subscriptionName),
    region: readText(snapshot.region),
    internetExposed: null,
    operatingSystem: null,
    projects,
    tags: readTags(snapshot.tags),
    firstSeenAt: null,
    lastSeenAt: null,
    deletedAt: null,
    updatedAt: null,
    isPlaceholder: true,
  };
}
