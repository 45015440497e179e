import type { AssetRecord, NormalizedRecord } from "../../../model.ts";
import { stripMarkup } from "./markup.ts";
import { type Node, rawForms, readClock, readId, readNode, readNodes, readText, readTime } from "./read.ts";
import { toRuleDefinition } from "./rule.ts";
import { toAssetClass, toCloud, toSeverity } from "./words.ts";

/** A Detection: a threat rule that matched on events around one resource. Detections have no life cycle. @throws RecordError */
export function normalizeDetection(node: Node): NormalizedRecord {
  const externalId = readId(node);
  const definition = toRuleDefinition(readNode(readNode(node.ruleMatch)?.rule));
  const description = readText(node.description);
  if (definition !== null && definition.description === null && description !== null) {
    definition.description = stripMarkup(description);
  }
  const resource = readNode(node.primaryResource) ?? readNodes(node.resources)[0] ?? null;
  return {
    finding: {
      kind: "threat",
      externalId,
      title: definition?.title ?? externalId,
      severity: toSeverity(node.severity),
      status: "open",
      statusReason: null,
      definition,
      asset: toAsset(resource, readNodes(node.cloudAccounts)[0] ?? null),
      cve: null,
      package: null,
      rule: definition?.title ?? null,
      hasFix: null,
      projects: [],
      url: null,
      firstFoundAt: readClock(node, "startedAt") ?? readClock(node, "createdAt"),
      lastFoundAt: readTime(node.endedAt),
      resolvedAt: null,
      dueAt: null,
      statusChangedAt: null,
      updatedAt: readClock(node, "updatedAt") ?? readClock(node, "createdAt"),
    },
    ...rawForms(node, {}),
  };
}

/** The graph entity's id is the one that the asset stream has; the event's own id is a second best. */
function toAsset(resource: Node | null, firstAccount: Node | null): AssetRecord | null {
  const entity = readNode(resource?.graphEntity);
  const externalId = readText(entity?.id) ?? readText(resource?.id);
  if (resource === null || externalId === null) return null;
  const type = readText(entity?.type) ?? readText(resource.type) ?? "UNKNOWN";
  const account = readNode(resource.cloudAccount) ?? firstAccount;
  return {
    externalId,
    providerUniqueId: readText(entity?.providerUniqueId) ?? readText(resource.providerUniqueId),
    name: readText(entity?.name) ?? readText(resource.name) ?? externalId,
    class: toAssetClass(type),
    type,
    nativeType: readText(resource.nativeType),
    status: "unknown",
    cloud: toCloud(account?.cloudProvider),
    accountId: readText(account?.externalId),
    accountName: readText(account?.name),
    region: readText(resource.region),
    internetExposed: resource.openToAllInternet === true ? true : null,
    operatingSystem: null,
    projects: [],
    tags: [],
    firstSeenAt: null,
    lastSeenAt: null,
    deletedAt: null,
    updatedAt: null,
    isPlaceholder: true,
  };
}
