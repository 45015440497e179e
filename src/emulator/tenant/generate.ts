import { countVulnerable, vulnerableAsset } from "./asset-types.ts";
import { fixed, inProgress, noReason, open, rejected, resolved } from "./codes.ts";
import { fraction, mix, pickIndex } from "./hash.ts";
import { day, hour, type Micros, minute, second } from "./micros.ts";
import { addRow, type FindingTable } from "./tables.ts";
import {
  controlsFor,
  type FindingKind,
  findingKinds,
  issueOfDetection,
  issueType,
  rulesFor,
  type Tenant,
} from "./tenant.ts";

const assetAge = 720 * day;
const findingAge = 540 * day;

/** Makes the tenant as it is before it lives: assets first, then findings in the order of their creation. */
export function fillTenant(tenant: Tenant): void {
  fillAssets(tenant);
  for (const kind of findingKinds) fillFindings(tenant, kind);
}

function fillAssets(tenant: Tenant): void {
  const { assets, start, seed } = tenant;
  const count = tenant.size.assets;
  let at = 0;
  for (let i = 0, batchEnd = 0; i < count; i++) {
    if (i === batchEnd) {
      at = instantOf(seed, i, count, assetAge, 1.2, start);
      batchEnd = i + 1 + Math.floor(Math.min(60, count / 40) * fraction(seed, i, 31) ** 4);
    }
    addRow(assets, at);
    assets.firstSeen[i] = at;
    assets.lastSeen[i] = start - (mix(seed, i, 32) % 96) * 15 * minute;
    if (fraction(seed, i, 33) < 0.4) assets.updated[i] = between(at, start, fraction(seed, i, 34));
    const u = fraction(seed, i, 35);
    assets.status[i] = u < 0.93 ? 0 : u < 0.985 ? 1 : 2;
  }
}

function fillFindings(tenant: Tenant, kind: FindingKind): void {
  const table = tenant.findings[kind];
  const key = tenant.keys[kind];
  const counts = {
    issue: "issues",
    vulnerability: "vulnerabilities",
    misconfiguration: "misconfigurations",
    threat: "threats",
  } as const;
  const count = tenant.size[counts[kind]];
  let at = 0;
  let existing = 0;
  for (let i = 0, batchEnd = 0; i < count; i++) {
    if (i === batchEnd) {
      at = instantOf(key, i, count, kind === "threat" ? 60 * day : findingAge, 1.6, tenant.start);
      // A scan reports all it found at one instant: up to hundreds of records share it.
      batchEnd = i + 1 + Math.floor(Math.min(600, count / 25) * fraction(key, i, 36) ** 5);
    }
    while (existing < tenant.assets.size && tenant.assets.firstSeen[existing]! <= at) existing++;
    addFinding(tenant, kind, at, chooseAsset(tenant, kind, i, Math.max(1, existing)));
    age(tenant, table, kind, i);
  }
}

/** Adds a finding as it is when it is found: open, never changed. Gives its index. */
export function addFinding(tenant: Tenant, kind: FindingKind, at: Micros, asset: number): number {
  const table = tenant.findings[kind];
  const index = addRow(table, at);
  const issue = kind === "threat" ? issueOfDetection(tenant, index) : -1;
  const where = issue >= 0 && issue < tenant.findings.issue.size ? tenant.findings.issue.asset[issue]! : asset;
  table.asset[index] = where;
  table.created[index] = at;
  table.statusChanged[index] = at;
  table.seen[index] = at;
  table.definition[index] =
    issue >= 0 && issue < tenant.findings.issue.size
      ? tenant.findings.issue.definition[issue]!
      : chooseDefinition(tenant, kind, index, where);
  table.severity[index] = severityOf(tenant, kind, index);
  return index;
}

/**
 * A few assets have most of the findings. Only assets that exist (`existing` is their number) and can have this kind.
 * Another `attempt` gives another asset.
 */
export function chooseAsset(tenant: Tenant, kind: FindingKind, index: number, existing: number, attempt = 0): number {
  const key = (tenant.keys[kind] + attempt) | 0;
  const hasSoftware =
    kind === "vulnerability" || kind === "threat" || (kind === "issue" && issueType(index) === "THREAT_DETECTION");
  const all = tenant.size.assets;
  const ranks = hasSoftware ? countVulnerable(all) : all;
  const skewed = Math.floor(ranks * fraction(key, index, 1) ** 2.4);
  const place = (rank: number) => (hasSoftware ? vulnerableAsset(rank) : rank);
  const asset = place((skewed * 982_451_653) % ranks);
  if (asset < existing) return asset;
  // The popular one is not there yet: any of those that are.
  const share = (fraction(key, index, 2) * Math.min(existing, all)) / all;
  let other = place(Math.floor(ranks * share));
  while (other >= existing && other >= 50) other -= 50;
  return other < existing ? other : 0;
}

function chooseDefinition(tenant: Tenant, kind: FindingKind, index: number, asset: number): number {
  const key = tenant.keys[kind];
  const { assetSource } = tenant;
  if (kind === "vulnerability") return chooseCve(tenant, index, asset);
  const type = assetSource.typeOf(asset);
  if (kind === "misconfiguration") return pickOf(rulesFor(tenant, assetSource.cloudOf(asset), type), key, index);
  if (kind === "threat") return pickIndex(key, index, 3, tenant.eventRules.length);
  if (issueType(index) === "CLOUD_CONFIGURATION")
    return pickOf(rulesFor(tenant, assetSource.cloudOf(asset), type), key, index);
  if (issueType(index) === "THREAT_DETECTION") return pickIndex(key, index, 3, tenant.eventRules.length);
  return pickOf(controlsFor(tenant, type), key, index);
}

function chooseCve(tenant: Tenant, index: number, asset: number): number {
  const key = tenant.keys.vulnerability;
  const family = tenant.assetSource.osFamilyOf(asset);
  const isLibrary = family === "none" || fraction(key, index, 4) < (family === "windows" ? 0.3 : 0.42);
  const list = tenant.cvesFor[isLibrary ? "library" : family];
  return list[Math.floor(list.length * fraction(key, index, 5) ** 2.2)]!;
}

function pickOf(list: number[], key: number, index: number): number {
  return list[pickIndex(key, index, 3, list.length)] ?? 0;
}

function severityOf(tenant: Tenant, kind: FindingKind, index: number): number {
  const definition = tenant.findings[kind].definition[index]!;
  if (kind === "vulnerability") return cvssSeverity(tenant.cves[definition]!.cvss);
  if (kind === "misconfiguration") return tenant.rules[definition]!.severityRank;
  if (kind === "threat") return tenant.eventRules[definition]!.severityRank;
  const type = issueType(index);
  if (type === "CLOUD_CONFIGURATION") return tenant.rules[definition]!.severityRank;
  if (type === "THREAT_DETECTION") return tenant.eventRules[definition]!.severityRank;
  return tenant.controls[definition]!.severityRank;
}

export function cvssSeverity(score: number): number {
  return score >= 9 ? 4 : score >= 7 ? 3 : score >= 4 ? 2 : score > 0 ? 1 : 0;
}

const shares: Record<FindingKind, [open: number, inProgress: number, resolved: number]> = {
  vulnerability: [0.7, 0.02, 0.25],
  misconfiguration: [0.65, 0.02, 0.3],
  issue: [0.55, 0.08, 0.32],
  threat: [1, 0, 0],
};

/** What happened to a finding between its creation and the start of the tenant's life. */
function age(tenant: Tenant, table: FindingTable, kind: FindingKind, i: number): void {
  const key = tenant.keys[kind];
  const { start } = tenant;
  const created = table.created[i]!;
  const later = between(created, start, fraction(key, i, 41));
  const [isOpen, isInProgress, isResolved] = shares[kind];
  const u = fraction(key, i, 40);
  table.seen[i] = Math.max(created, scanInstant(tenant, table.asset[i]!, start));
  if (kind === "threat") {
    table.seen[i] = Math.min(start - second, created + (mix(key, i, 42) % 3600) * second);
    table.updated[i] = Math.max(created, table.seen[i]!);
  } else if (u < isOpen) {
    table.status[i] = open;
    if (fraction(key, i, 43) < 0.4) table.updated[i] = later;
    return;
  } else if (u < isOpen + isInProgress) {
    table.status[i] = inProgress;
    table.updated[i] = table.statusChanged[i] = later;
  } else if (u < isOpen + isInProgress + isResolved) {
    table.status[i] = resolved;
    table.reason[i] = kind === "issue" && issueType(i) === "THREAT_DETECTION" ? 8 + (i % 2) : fixed;
    table.updated[i] = table.statusChanged[i] = table.resolved[i] = later;
    table.seen[i] = Math.max(created, later - 6 * hour);
  } else {
    table.status[i] = rejected;
    table.reason[i] = 3 + (mix(key, i, 44) % (kind === "issue" ? 3 : 5));
    table.updated[i] = table.statusChanged[i] = later;
  }
  if (table.status[i] === open) table.reason[i] = noReason;
}

/** Assets are scanned once a day, many at the same instant. */
function scanInstant(tenant: Tenant, asset: number, before: Micros): Micros {
  const slot = mix(tenant.seed, asset, 45) % 288;
  return Math.floor(before / day) * day + slot * 5 * minute + slot * 977 - day;
}

/** An instant between two, on whole microseconds; never after the second. */
function between(from: Micros, to: Micros, share: number): Micros {
  return Math.floor(from + (to - from) * share);
}

/** Creation thickens towards the start: young records are more than old ones. */
function instantOf(key: number, i: number, count: number, age: Micros, power: number, start: Micros): Micros {
  const left = (1 - i / count) ** power;
  return Math.floor(start - second - left * age) - (left * age > day ? mix(key, 0, 46) % 1000 : 0);
}
