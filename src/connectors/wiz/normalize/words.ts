import { RecordError } from "../../../errors.ts";
import type { AssetClass, AssetStatus, Severity, SourceStatus } from "../../../model.ts";
import { type Node, readText } from "./read.ts";

/** Wiz's enums in our words. Enums grow without notice: every table has an answer for a value that is not in it. */

const severityWords: Readonly<Record<string, Severity>> = {
  CRITICAL: "critical",
  HIGH: "high",
  MEDIUM: "medium",
  LOW: "low",
  INFORMATIONAL: "informational",
  INFO: "informational",
  NONE: "informational",
};

/** An unknown severity counts as medium: a value nobody can judge must not sink to the bottom of every list. */
export function toSeverity(value: unknown): Severity {
  return severityWords[String(value).toUpperCase()] ?? "medium";
}

const statusWords: Readonly<Record<string, SourceStatus>> = {
  OPEN: "open",
  IN_PROGRESS: "in_progress",
  RESOLVED: "resolved",
  REJECTED: "rejected",
};

/**
 * An unknown status counts as open: a finding is closed only when Wiz says so. None at all cannot be read: taken for
 * open it would reopen what is closed.
 * @throws RecordError
 */
export function readStatus(node: Node): SourceStatus {
  const status = readText(node.status);
  if (status === null) throw new RecordError("the record has no status");
  return statusWords[status.toUpperCase()] ?? "open";
}

const assetStatusWords: Readonly<Record<string, AssetStatus>> = {
  ACTIVE: "active",
  INACTIVE: "inactive",
  ERROR: "error",
};

export function toAssetStatus(value: unknown): AssetStatus {
  return assetStatusWords[String(value).toUpperCase()] ?? "unknown";
}

/**
 * Managed Kubernetes counts as the cloud it runs in, so that `cloud:aws` finds an EKS container; self-hosted
 * Kubernetes is a platform of its own. Everything else is Wiz's name in lower case.
 */
const cloudOfPlatform: Readonly<Record<string, string>> = {
  eks: "aws",
  aks: "azure",
  gke: "gcp",
  oke: "oci",
  ack: "alibaba",
  lke: "linode",
};

/** `aws`, `azure`, `gcp`, `oci`, `kubernetes`, …; `null` when Wiz does not say. */
export function toCloud(value: unknown): string | null {
  const platform = readText(value)?.toLowerCase() ?? "unknown";
  return platform === "unknown" ? null : (cloudOfPlatform[platform] ?? platform);
}

const typesOfClass: Readonly<Record<Exclude<AssetClass, "other">, readonly string[]>> = {
  compute: [
    "VIRTUAL_MACHINE",
    "VIRTUAL_DESKTOP",
    "WORKSTATION",
    "COMPUTE_INSTANCE_GROUP",
    "VIRTUAL_MACHINE_IMAGE",
    "HYPERVISOR",
    "HOST",
    "DEVICE",
    "MAP_REDUCE_CLUSTER",
    "BATCH_COMPUTE",
  ],
  storage: [
    "BUCKET",
    "STORAGE_ACCOUNT",
    "FILE_SYSTEM",
    "FILE_SYSTEM_SERVICE",
    "VOLUME",
    "SNAPSHOT",
    "STORAGE",
    "DATA_STORE",
    "DISK",
    "BACKUP_SERVICE",
  ],
  container_instance: ["CONTAINER", "CONTAINER_GROUP", "CONTAINER_SERVICE", "POD", "CONTAINER_INSTANCE"],
  container_image: ["CONTAINER_IMAGE"],
  serverless: ["SERVERLESS", "SERVERLESS_PACKAGE", "WEB_SERVICE", "APP_SERVICE", "DATA_WORKFLOW"],
  database: [
    "DATABASE",
    "DB_SERVER",
    "DATA_WORKLOAD",
    "CACHE",
    "SEARCH_INDEX",
    "DATA_WAREHOUSE",
    "DATABASE_TABLE",
    "DATA_SCHEMA",
  ],
  kubernetes: [
    "KUBERNETES_CLUSTER",
    "KUBERNETES_NODE",
    "KUBERNETES_SERVICE",
    "KUBERNETES_INGRESS",
    "KUBERNETES_INGRESS_CONTROLLER",
    "KUBERNETES_CRON_JOB",
    "KUBERNETES_JOB",
    "KUBERNETES_NETWORK_POLICY",
    "KUBERNETES_PERSISTENT_VOLUME",
    "KUBERNETES_POD_SECURITY_POLICY",
    "KUBERNETES_STORAGE_CLASS",
    "KUBERNETES_VOLUME",
    "NAMESPACE",
    "DAEMON_SET",
    "DEPLOYMENT",
    "REPLICA_SET",
    "STATEFUL_SET",
    "CONTROLLER_REVISION",
    "CONFIG_MAP",
    "POD_SECURITY_POLICY",
    "HELM_CHART",
  ],
  network: [
    "LOAD_BALANCER",
    "VIRTUAL_NETWORK",
    "SUBNET",
    "NETWORK_INTERFACE",
    "NETWORK_ADDRESS",
    "NETWORK_APPLIANCE",
    "NETWORK_ROUTING_RULE",
    "NETWORK_SECURITY_RULE",
    "IP_RANGE",
    "FIREWALL",
    "GATEWAY",
    "API_GATEWAY",
    "CDN",
    "DNS_RECORD",
    "DNS_ZONE",
    "DOMAIN",
    "PRIVATE_ENDPOINT",
    "PRIVATE_LINK",
    "PROXY",
    "PROXY_RULE",
    "PEERING",
    "ROUTE_TABLE",
    "SERVICE_ENDPOINT",
    "APPLICATION_ENDPOINT",
    "ENDPOINT",
    "NAT",
    "VPN",
    "SECURITY_GROUP",
  ],
  identity: [
    "SERVICE_ACCOUNT",
    "USER_ACCOUNT",
    "ACCESS_ROLE",
    "ACCESS_ROLE_BINDING",
    "ACCESS_ROLE_PERMISSION",
    "ACCESS_KEY",
    "GROUP",
    "IDENTITY",
    "IDENTITY_PROVIDER",
    "IAM_BINDING",
    "IAM_POLICY",
    "RAW_ACCESS_POLICY",
    "AUTHENTICATION_CONFIGURATION",
    "AUTHENTICATION_POLICY",
    "PREDEFINED_GROUP",
    "AI_AGENT",
  ],
  secret: [
    "SECRET",
    "SECRET_CONTAINER",
    "SECRET_DATA",
    "SECRET_INSTANCE",
    "ENCRYPTION_KEY",
    "CERTIFICATE",
    "PRIVATE_KEY",
  ],
  code: [
    "REPOSITORY",
    "REPOSITORY_BRANCH",
    "REPOSITORY_TAG",
    "CODE_REPOSITORY",
    "CONTAINER_REGISTRY",
    "CONTAINER_REPOSITORY",
    "CI_CD_WORKFLOW",
    "CICD_SERVICE",
    "IAC_RESOURCE_DECLARATION",
    "IAC_STATE_INSTANCE",
    "IDE",
    "ARTIFACT",
    "PACKAGE",
  ],
};

const classOfType = new Map<string, AssetClass>(
  Object.entries(typesOfClass).flatMap(([name, types]) => types.map((type) => [type, name as AssetClass])),
);

/** The class of one of Wiz's graph entity types: an open set of which the table holds the common ones. */
export function toAssetClass(type: string): AssetClass {
  return classOfType.get(type) ?? (type.startsWith("KUBERNETES_") ? "kubernetes" : "other");
}
