import type { ConfigurationRule } from "../catalogue/configuration-rules.ts";
import type { ControlRule } from "../catalogue/controls.ts";
import type { CveFacts } from "../catalogue/cves.ts";
import type { EventRule } from "../catalogue/event-rules.ts";
import type { Cloud } from "../catalogue/rule-template.ts";
import type { Estate } from "../estate/estate.ts";
import type { Account, Project } from "./accounts.ts";
import type { AssetType } from "./asset-types.ts";
import type { AssetSource, OsFamily } from "./assets.ts";
import type { Micros } from "./micros.ts";
import type { TenantSize } from "./size.ts";
import type { AssetTable, FindingTable } from "./tables.ts";

export type FindingKind = "issue" | "vulnerability" | "misconfiguration" | "threat";
export const findingKinds: readonly FindingKind[] = ["issue", "vulnerability", "misconfiguration", "threat"];
export type RecordKind = FindingKind | "asset";

/** A Wiz tenant: a seed, and the few numbers per record that a seed cannot give. */
export interface Tenant {
  seed: number;
  /** When it was as the seed made it; what came later is life. */
  start: Micros;
  size: TenantSize;
  /** Grows with every change, so that sorted results know when they are stale. */
  revision: number;
  /** Records that vanished; mostly none, and then nobody needs to look. */
  vanished: number;
  projects: Project[];
  accounts: Account[];
  assets: AssetTable;
  assetSource: AssetSource;
  /** The machines that it shares with another tenant; `null`: it stands alone. */
  estate: Estate | null;
  findings: Record<FindingKind, FindingTable>;
  keys: Record<FindingKind, number>;
  idKeys: Record<FindingKind, number>;
  cves: CveFacts[];
  /** Indices into `cves` of what a scanner can find on an operating system, or in an application. */
  cvesFor: Record<OsFamily | "library", number[]>;
  rules: readonly ConfigurationRule[];
  controls: readonly ControlRule[];
  eventRules: readonly EventRule[];
  /** Number of threat issues in the beginning; detections point to them. */
  threatIssues: number;
}

const issueTypes = [
  "TOXIC_COMBINATION",
  "CLOUD_CONFIGURATION",
  "TOXIC_COMBINATION",
  "CLOUD_CONFIGURATION",
  "TOXIC_COMBINATION",
  "RISK_TOXIC_COMBINATION",
  "CLOUD_CONFIGURATION",
  "THREAT_DETECTION",
  "TOXIC_COMBINATION",
  "ATTACK_SURFACE",
] as const;

export type IssueType = (typeof issueTypes)[number];

export function issueType(index: number): IssueType {
  return issueTypes[index % issueTypes.length]!;
}

/** The issue that is number `rank` among the threat issues. */
function threatIssue(rank: number): number {
  return rank * issueTypes.length + issueTypes.indexOf("THREAT_DETECTION");
}

/** Two detections in five only matched a rule; the others became threats. */
export function detectionType(index: number): "GENERATED_THREAT" | "MATCH_ONLY" {
  return index % 5 >= 3 ? "MATCH_ONLY" : "GENERATED_THREAT";
}

/** The threat issue that a detection raised; -1 when it raised none. */
export function issueOfDetection(tenant: Tenant, index: number): number {
  if (tenant.threatIssues === 0 || detectionType(index) === "MATCH_ONLY") return -1;
  return threatIssue(index % tenant.threatIssues);
}

/** Catalogue indices of the rules that apply to such an asset. */
export function rulesFor(tenant: Tenant, cloud: Cloud, type: AssetType): number[] {
  return memo(`${cloud} ${type}`, () =>
    indicesOf(tenant.rules, (rule) => rule.cloud === cloud && rule.types.includes(type)),
  );
}

export function controlsFor(tenant: Tenant, type: AssetType): number[] {
  return memo(type, () => indicesOf(tenant.controls, (control) => control.types.includes(type)));
}

// The rules are the same for every tenant, so one memory for all of them is right.
const memory = new Map<string, number[]>();

function memo(name: string, make: () => number[]): number[] {
  const known = memory.get(name);
  if (known !== undefined) return known;
  const list = make();
  memory.set(name, list);
  return list;
}

function indicesOf<T>(list: readonly T[], test: (one: T) => boolean): number[] {
  return list.flatMap((one, i) => (test(one) ? [i] : []));
}
