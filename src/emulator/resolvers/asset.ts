import { hex8, mix } from "../tenant/hash.ts";
import { hostProperties } from "../tenant/host-facts.ts";
import { formatMicros, formatOrNull, hour, type Micros, never, second } from "../tenant/micros.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { AssetRow } from "./asset-row.ts";
import type { Fields } from "./resolver.ts";

const vulnerableTypes: Record<string, string> = {
  VIRTUAL_MACHINE: "VulnerableAssetVirtualMachine",
  CONTAINER: "VulnerableAssetContainer",
  CONTAINER_IMAGE: "VulnerableAssetContainerImage",
  SERVERLESS: "VulnerableAssetServerless",
  REPOSITORY_BRANCH: "VulnerableAssetRepositoryBranch",
};

export function vulnerableAssetType(row: AssetRow): string {
  return vulnerableTypes[row.facts.type] ?? "VulnerableAssetCommon";
}

const nobody = () => null;
const no = () => false;

const vulnerableAssetBase: Fields<AssetRow> = {
  id: (row) => row.facts.id,
  type: (row) => row.facts.type,
  name: (row) => row.facts.name,
  nativeType: (row) => row.facts.nativeType,
  region: (row) => row.facts.region,
  status: (row) => row.status,
  cloudPlatform: (row) => row.facts.cloudPlatform,
  cloudProviderURL: (row) => row.facts.url,
  providerUniqueId: (row) => row.facts.providerUniqueId,
  subscriptionId: (row) => row.facts.account?.id ?? null,
  subscriptionExternalId: (row) => row.facts.account?.externalId ?? null,
  subscriptionName: (row) => row.facts.account?.name ?? null,
  tags: (row) => row.facts.tagMap,
  hasLimitedInternetExposure: (row) => row.facts.isLimited,
  hasWideInternetExposure: (row) => row.facts.isWide,
  isAccessibleFromVPN: no,
  isAccessibleFromOtherVnets: (row) => row.hash(80) % 9 === 0,
  isAccessibleFromOtherSubscriptions: (row) => row.hash(81) % 15 === 0,
};

function ipAddresses(row: AssetRow): string[] {
  return row.facts.host?.ipAddresses ?? [];
}

function operatingSystem(row: AssetRow): string {
  return row.facts.osFamily === "windows" ? "Windows" : "Linux";
}

const images = {
  rpm: "amzn2-ami-hvm-2.0",
  deb: "ubuntu-jammy-22.04-amd64-server",
  windows: "Windows_Server-2022-English-Full-Base",
  apk: "alpine",
  none: "unknown",
};

/** Fields of every member of the union; a type shows those that its schema names. */
export const vulnerableAssetFields: Fields<AssetRow> = {
  ...vulnerableAssetBase,
  operatingSystem,
  ipAddresses,
  imageName: (row) => images[row.facts.osFamily],
  imageNativeType: () => "ec2#image",
  computeInstanceGroup: nobody,
  imageId: (row) =>
    row.facts.type === "CONTAINER_IMAGE" ? `sha256:${row.facts.providerUniqueId.split("sha256:")[1]}` : null,
  registry: (row) => ({
    vertexId: `${row.facts.id}`.replace(/^./, "r"),
    name: row.facts.externalId.split("/")[0],
    externalId: row.facts.externalId.split("/")[0],
  }),
  repository: (row) => ({
    vertexId: `${row.facts.id}`.replace(/^./, "e"),
    name: row.facts.name.split(":")[0],
    externalId: row.facts.name.split(":")[0],
  }),
  scanSource: () => ["REGISTRY"],
  tagReferences: (row) => [row.facts.name.split(":")[1]],
  executionControllers: nobody,
  ImageExternalId: (row) => `sha256:${hex8(row.hash(83))}${hex8(row.hash(84))}`,
  VmExternalId: (row) => `i-0${hex8(row.hash(85))}${hex8(row.hash(86))}`,
  ServerlessContainer: (row) => row.hash(87) % 10 === 0,
  PodNamespace: (row) => row.facts.resourceGroup,
  PodName: (row) => row.facts.externalId.split("/")[1] ?? null,
  NodeName: (row) => `ip-10-0-${row.hash(88) % 255}-${row.hash(89) % 255}.ec2.internal`,
  runtime: (row) => ["nodejs20.x", "python3.12", "java21", "nodejs16.x", "dotnet8", null][row.hash(90) % 6] ?? null,
  repositoryId: (row) => row.facts.id.replace(/^./, "d"),
  repositoryName: (row) => row.facts.name.split("#")[0],
  addressType: nobody,
  address: nobody,
};

export const snapshotFields: Fields<AssetRow> = {
  id: (row) => row.facts.id,
  type: (row) => row.facts.type,
  name: (row) => row.facts.name,
  nativeType: (row) => row.facts.nativeType,
  status: (row) => row.status,
  cloudPlatform: (row) => row.facts.cloudPlatform,
  cloudProviderURL: (row) => row.facts.url,
  createdAt: (row) => formatOrNull(createdMicros(row.tenant, row.index)),
  externalId: (row) => row.facts.externalId,
  providerId: (row) => row.facts.providerUniqueId,
  region: (row) => row.facts.region ?? "",
  resourceGroupExternalId: (row) => (row.facts.cloud === "Azure" ? row.facts.resourceGroup : ""),
  resourceGroupId: nobody,
  kubernetesClusterId: nobody,
  kubernetesClusterName: (row) => (row.facts.type === "CONTAINER" ? `${row.facts.account?.name}-k8s` : null),
  kubernetesNamespaceName: (row) => (row.facts.type === "CONTAINER" ? row.facts.resourceGroup : null),
  subscriptionId: (row) => row.facts.account?.id ?? null,
  subscriptionExternalId: (row) => row.facts.account?.externalId ?? null,
  subscriptionName: (row) => row.facts.account?.name ?? null,
  subscriptionTags: (row) => row.facts.account?.tags ?? {},
  tags: (row) => row.facts.tagMap,
};

/** The thing itself is older than Wiz's first sight of it; some clouds do not say. */
export function createdMicros(tenant: Tenant, index: number): Micros {
  if (mix(tenant.seed, index, 91) % 6 === 0) return never;
  const firstSeen = tenant.assets.firstSeen[index]!;
  return Math.floor(firstSeen / second) * second - (mix(tenant.seed, index, 92) % 500) * hour;
}

export const graphEntityFields: Fields<AssetRow> = {
  id: (row) => row.facts.id,
  type: (row) => row.facts.type,
  name: (row) => row.facts.name,
  firstSeen: (row) => formatMicros(row.table.firstSeen[row.index]!),
  lastSeen: (row) => formatMicros(row.table.lastSeen[row.index]!),
  deletedAt: (row) => formatOrNull(row.table.deleted[row.index]!),
  providerUniqueId: (row) => row.facts.providerUniqueId || null,
  projects: (row) => row.facts.projects,
  properties: (row) => ({
    _vertexID: row.facts.id,
    name: row.facts.name,
    nativeType: row.facts.nativeType,
    externalId: row.facts.externalId,
    cloudPlatform: row.facts.cloudPlatform,
    region: row.facts.region,
    status: row.status,
    subscriptionExternalId: row.facts.account?.externalId ?? null,
    tags: row.facts.tagMap,
    ...(row.facts.type === "VIRTUAL_MACHINE" ? { operatingSystem: operatingSystem(row) } : {}),
    ...(row.facts.host === null ? {} : hostProperties(row.facts.host)),
  }),
  sensorName: nobody,
  technologies: nobody,
};

function configurationResourceTags(row: AssetRow): object[] | null {
  return row.facts.tags.length === 0 ? null : row.facts.tags;
}

export const configurationResourceFields: Fields<AssetRow> = {
  id: (row) => row.facts.id,
  type: (row) => row.facts.type,
  name: (row) => row.facts.name,
  nativeType: (row) => row.facts.nativeType,
  cloudPlatform: (row) => row.facts.cloudPlatform,
  projects: (row) => row.facts.projects,
  providerId: (row) => row.facts.providerUniqueId,
  region: (row) => row.facts.region,
  status: (row) => row.status,
  subscription: (row) => row.facts.account,
  tags: configurationResourceTags,
};

const typeFields: Record<string, (row: AssetRow) => object | null> = {
  VIRTUAL_MACHINE: (row) => ({
    __typename: "CloudResourceV2VirtualMachine",
    instanceType: ["t3.large", "m5.xlarge", "c6i.2xlarge", "r6g.large"][row.hash(93) % 4],
    operatingSystem: row.facts.osFamily === "windows" ? "WINDOWS" : "LINUX",
    ipAddresses: ipAddresses(row),
  }),
  DATABASE: (row) => ({
    __typename: "CloudResourceV2Database",
    kind: ["PostgreSQL", "MySQL", "SQLServer", "Oracle"][row.hash(94) % 4],
  }),
  CONTAINER_IMAGE: () => ({ __typename: "CloudResourceV2ContainerImage", operatingSystemDistribution: null }),
};

export const cloudResourceFields: Fields<AssetRow> = {
  id: (row) => row.facts.id,
  type: (row) => row.facts.type,
  name: (row) => row.facts.name,
  nativeType: (row) => row.facts.nativeType,
  externalId: (row) => row.facts.externalId,
  providerUniqueId: (row) => row.facts.providerUniqueId || null,
  cloudPlatform: (row) => row.facts.cloudPlatform,
  cloudAccount: (row) => row.facts.account,
  region: (row) => row.facts.region,
  regionLocation: (row) =>
    row.facts.region === null ? null : /^us|east|central1/.test(row.facts.region) ? "US" : "EU",
  status: (row) => row.status,
  createdAt: (row) => formatOrNull(createdMicros(row.tenant, row.index)),
  updatedAt: (row) => formatMicros(row.table.updated[row.index]!),
  deletedAt: (row) => formatOrNull(row.table.deleted[row.index]!),
  firstSeen: (row) => formatMicros(row.table.firstSeen[row.index]!),
  lastSeen: (row) => formatMicros(row.table.lastSeen[row.index]!),
  tags: (row) => (row.facts.tags.length === 0 ? null : row.facts.tags),
  projects: (row) => row.facts.projects,
  graphEntity: (row) => (row.isDeleted ? null : row),
  resourceGroup: (row) =>
    row.facts.cloud === "Azure" ? { id: row.facts.id.replace(/^./, "f"), name: row.facts.resourceGroup } : null,
  technology: nobody,
  typeFields: (row) => typeFields[row.facts.type]?.(row) ?? null,
  hasAccessToSensitiveData: (row) => row.hash(95) % 12 === 0,
  hasAdminPrivileges: (row) => (row.facts.type === "SERVICE_ACCOUNT" ? row.hash(96) % 8 === 0 : false),
  hasHighPrivileges: (row) => row.hash(97) % 10 === 0,
  hasSensitiveData: (row) => row.hash(98) % 14 === 0,
  isAccessibleFromInternet: (row) => row.facts.isWide || row.facts.isLimited,
  isAccessibleFromVPN: no,
  isOpenToAllInternet: (row) => row.facts.isWide,
  issueAnalytics: nobody,
};
