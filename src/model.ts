/**
 * The words of Weir and the shapes of its records.
 *
 * connector     a kind of source; the first is Wiz, id `signal-client.wiz`. Knows one vendor, yields our records
 * integration   one configured instance of a connector: name, endpoint, credentials, schedule, scope
 * stream        one kind of record pulled: issues, vulnerabilities, misconfigurations, detections, assets
 * pass          one sweep over a stream: `delta` (what changed in a window) or `full` (everything that exists)
 * slice         a disjoint part of a pass with its own cursor; slices may run side by side
 * cursor        a page's `endCursor`, nothing else
 * watermark     the instant where the next delta starts
 * run           what people see: the passes that one trigger began, with counts and a result
 * asset         a thing in the cloud
 * asset source  how one integration knows an asset: its native key and attributes
 * finding       something wrong on an asset
 * definition    what many findings share: a CVE, a control, a rule
 * signal        one line of the change log
 * acceptance    someone answers for leaving some findings as they are, until a day
 * gone          missing from complete full passes; not the same as resolved
 */

export const streamNames = ["issues", "vulnerabilities", "misconfigurations", "detections", "assets"] as const;
export type StreamName = (typeof streamNames)[number];

export const roles = ["viewer", "analyst", "admin"] as const;
/** What someone may do; each may do what those before it may. */
export type Role = (typeof roles)[number];

export function mayActAs(role: Role, wanted: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(wanted);
}

/** The role that may do less. */
export function lowerRole(a: Role, b: Role): Role {
  return mayActAs(a, b) ? b : a;
}

/** `delta` asks for what changed in a window, `full` for everything in scope. */
export type Lane = "delta" | "full";

export const findingKinds = ["issue", "vulnerability", "misconfiguration", "threat"] as const;
type FindingKind = (typeof findingKinds)[number];

/** What a record is: a finding of some kind, or an asset. */
export type RecordKind = FindingKind | "asset";

/** What the records of a stream are. */
export const recordKindOf: Record<StreamName, RecordKind> = {
  issues: "issue",
  vulnerabilities: "vulnerability",
  misconfigurations: "misconfiguration",
  detections: "threat",
  assets: "asset",
};

/** From worst to mildest; stored as 5 … 1, so that sorting by number sorts by weight. */
export const severities = ["critical", "high", "medium", "low", "informational"] as const;
export type Severity = (typeof severities)[number];

export const severityRank: Record<Severity, number> = { critical: 5, high: 4, medium: 3, low: 2, informational: 1 };

/** What a source says of a finding, and that it no longer says anything. */
export const sourceStatuses = ["open", "in_progress", "resolved", "rejected", "gone"] as const;
export type SourceStatus = (typeof sourceStatuses)[number];

/** `accepted` is what Weir says of an open one whose risk someone accepted. */
export const findingStatuses = ["open", "in_progress", "accepted", "resolved", "rejected", "gone"] as const;

/** Whether a finding still asks for something to be done. */
export function isActiveStatus(status: string): boolean {
  return status === "open" || status === "in_progress";
}

export const assetClasses = [
  "compute",
  "storage",
  "container_instance",
  "container_image",
  "serverless",
  "database",
  "kubernetes",
  "network",
  "identity",
  "secret",
  "code",
  "other",
] as const;
export type AssetClass = (typeof assetClasses)[number];

export const assetStatuses = ["active", "inactive", "error", "deleted", "gone", "unknown"] as const;
export type AssetStatus = (typeof assetStatuses)[number];

export type SignalChange = "new" | "changed" | "resolved" | "reopened" | "gone";

/** An instant as ISO 8601 in UTC. Compare with `instant()`, never as text: `.5Z` and `.51Z` sort wrongly. */
export type IsoTime = string;

/** What many findings share. `externalId` is the CVE id or the rule's id at the source. */
export interface DefinitionRecord {
  kind: "vulnerability" | "rule";
  externalId: string;
  title: string;
  description: string | null;
  remediation: string | null;
  /** CVSS base score, 0-10. */
  cvss: number | null;
  /** Probability of exploitation in the next 30 days, 0-1 (FIRST's EPSS). */
  epss: number | null;
  /** In CISA's catalogue of known exploited vulnerabilities. `null`: the source does not say. */
  kev: boolean | null;
  exploit: boolean | null;
  publishedAt: IsoTime | null;
  link: string | null;
  /** Compliance frameworks and categories as `framework / category`, sorted, without doubles. */
  frameworks: string[];
}

/** One asset as one integration knows it. */
export interface AssetRecord {
  externalId: string;
  /** ARN, Azure resource id, GCP self link, OCID, image digest. */
  providerUniqueId: string | null;
  name: string;
  class: AssetClass;
  /** The source's own type, for example `VIRTUAL_MACHINE`. */
  type: string;
  nativeType: string | null;
  status: AssetStatus;
  /** Lower-case platform: `aws`, `azure`, `gcp`, `oci`, `kubernetes`, … `null` when the source does not say. */
  cloud: string | null;
  accountId: string | null;
  accountName: string | null;
  region: string | null;
  internetExposed: boolean | null;
  operatingSystem: string | null;
  projects: string[];
  /** `key:value`, or `key` alone; sorted, without doubles. */
  tags: string[];
  firstSeenAt: IsoTime | null;
  lastSeenAt: IsoTime | null;
  deletedAt: IsoTime | null;
  /** The source's clock for this record; an older version never overwrites a newer one. */
  updatedAt: IsoTime | null;
  /** A placeholder is what a finding says of its asset before the inventory has delivered it. */
  isPlaceholder: boolean;
  /** What else the source says that tells one machine from another; for machines only. */
  machine?: MachineAttributes | undefined;
}

/** As the source sent them: `src/identity/identifiers.ts` drops what identifies nothing. */
export interface MachineAttributes {
  instanceIds: string[];
  hardwareUuids: string[];
  serials: string[];
  macs: string[];
  hostnames: string[];
  fqdns: string[];
  netbiosNames: string[];
  domains: string[];
  ips: string[];
}

/** The source says nothing that tells one machine from another. */
export const noAttributes: MachineAttributes = {
  instanceIds: [],
  hardwareUuids: [],
  serials: [],
  macs: [],
  hostnames: [],
  fqdns: [],
  netbiosNames: [],
  domains: [],
  ips: [],
};

/** The rules by which records are one machine, in the order in which they are tried (`src/identity/rules.ts`). */
export const identificationRules = [
  "cloud_instance",
  "provider_unique_id",
  "hardware_uuid",
  "serial",
  "mac_hostname",
  "fqdn",
  "netbios_domain",
  "ip_mac",
  "hostname",
] as const;
export type IdentificationRule = (typeof identificationRules)[number];

export const identifierKinds = [
  "instanceId",
  "providerUniqueId",
  "hardwareUuid",
  "serial",
  "mac",
  "hostname",
  "fqdn",
  "netbiosName",
  "domain",
  "ip",
] as const;
type IdentifierKind = (typeof identifierKinds)[number];

/** What identifies a machine, as one source knows it: in one spelling, without values that identify nothing. */
export interface Identifiers extends Partial<Record<IdentifierKind, string[]>> {
  cloud: string | null;
  /** Account, subscription, project or compartment: part of every comparison. */
  account: string | null;
}

export interface PackageRef {
  name: string;
  version: string | null;
  fixedVersion: string | null;
}

/** One finding as one integration knows it. */
export interface FindingRecord {
  kind: FindingKind;
  externalId: string;
  title: string;
  severity: Severity;
  status: SourceStatus;
  /** Why it was resolved or rejected, in the source's words. */
  statusReason: string | null;
  definition: DefinitionRecord | null;
  asset: AssetRecord | null;
  cve: string | null;
  package: PackageRef | null;
  /** Name of the control or rule that raised it; `null` for vulnerabilities. */
  rule: string | null;
  hasFix: boolean | null;
  projects: string[];
  url: string | null;
  firstFoundAt: IsoTime | null;
  lastFoundAt: IsoTime | null;
  resolvedAt: IsoTime | null;
  dueAt: IsoTime | null;
  statusChangedAt: IsoTime | null;
  /** The source's clock for this record; an older version never overwrites a newer one. */
  updatedAt: IsoTime | null;
}

/** A page's node after normalising: exactly one of `finding` and `asset` is set. */
export type NormalizedRecord = RawForms &
  ({ finding: FindingRecord; asset?: undefined } | { asset: AssetRecord; finding?: undefined });

/** The class that says whether a record is wanted: its asset's. What names no asset goes with what has no name. */
export function recordClass({ asset, finding }: NormalizedRecord): AssetClass {
  return (asset ?? finding.asset)?.class ?? "other";
}

interface RawForms {
  /** What the source sent, whole, as JSON. A page may wait its turn, and a text costs the garbage collector nothing. */
  raw: string;
  /** Of what the source sent without the times that move by themselves: it says whether the record changed. */
  hash: string;
}

/** A node that could not be read: kept raw, counted and shown; the page goes on. */
export interface RejectedRecord {
  externalId: string | null;
  reason: string;
  raw: unknown;
}

/**
 * Milliseconds since 1970 of an ISO time, with microseconds as its fraction; `null` when there is none or it cannot be
 * read. `Date.parse` alone would drop what lies below a millisecond.
 */
export function instant(time: IsoTime | null | undefined): number | null {
  if (time === null || time === undefined) return null;
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) return null;
  const fraction = /\.\d{3}(\d{1,6})/.exec(time)?.[1];
  return fraction === undefined ? ms : ms + Number(`0.${fraction}`);
}

/** Whether a time lies before another; with an absent one nothing does. */
export function isEarlier(time: IsoTime | null, than: IsoTime | null): boolean {
  // Most often nothing moved, and reading times costs more than comparing texts.
  if (time === than) return false;
  const [a, b] = [instant(time), instant(than)];
  return a !== null && b !== null && a < b;
}
