import type { AssetStatus, NormalizedRecord } from "../../../model.ts";
import { readMachine } from "./machine.ts";
import {
  type Node,
  rawForms,
  readClock,
  readFlag,
  readId,
  readNode,
  readProjects,
  readTags,
  readText,
  readTime,
} from "./read.ts";
import { toAssetClass, toAssetStatus, toCloud } from "./words.ts";

/** A CloudResourceV2: one thing in the cloud. @throws RecordError */
export function normalizeAsset(node: Node): NormalizedRecord {
  const externalId = readId(node);
  const type = readText(node.type) ?? "UNKNOWN";
  const account = readNode(node.cloudAccount);
  const deletedAt = readTime(node.deletedAt);
  const projects = readProjects(node.projects);
  const tags = readTags(node.tags);
  const assetClass = toAssetClass(type);
  const machine = assetClass === "compute" ? readMachine(node) : undefined;
  const providerUniqueId = readText(node.providerUniqueId) ?? readText(readNode(node.graphEntity)?.providerUniqueId);
  // The map repeats most of the record. It is kept where something is read from it.
  if (machine === undefined) withoutGraphEntity(node);
  return {
    asset: {
      externalId,
      providerUniqueId,
      name: readText(node.name) ?? externalId,
      class: assetClass,
      type,
      nativeType: readText(node.nativeType),
      status: toStatus(node.status, deletedAt),
      cloud: toCloud(node.cloudPlatform ?? account?.cloudProvider),
      accountId: readText(account?.externalId),
      accountName: readText(account?.name),
      region: readText(node.region),
      internetExposed: toExposure(readFlag(node.isOpenToAllInternet), readFlag(node.isAccessibleFromInternet)),
      operatingSystem: readText(readNode(node.typeFields)?.operatingSystem)?.toLowerCase() ?? null,
      projects,
      tags,
      firstSeenAt: readClock(node, "firstSeen") ?? readTime(node.createdAt),
      lastSeenAt: readTime(node.lastSeen),
      deletedAt,
      updatedAt: readClock(node, "updatedAt"),
      isPlaceholder: false,
      machine,
    },
    // Every scan moves lastSeen, and times in the map; they are no change of the asset.
    ...rawForms(node, { lastSeen: undefined, projects, tags, graphEntity: machine }),
  };
}

function withoutGraphEntity(node: { graphEntity?: unknown }): void {
  if (node.graphEntity !== undefined) node.graphEntity = undefined;
}

function toStatus(status: unknown, deletedAt: string | null): AssetStatus {
  return deletedAt === null ? toAssetStatus(status) : "deleted";
}

function toExposure(open: boolean | null, accessible: boolean | null): boolean | null {
  return open === null && accessible === null ? null : open === true || accessible === true;
}
