import type { Selectable } from "kysely";
import type { SignalTable } from "../../store/schema.ts";
import { type FoundAssetSource, type IntegrationNames, toSignal } from "../records.ts";
import { type AssetRow, tellAsset } from "./asset.ts";
import type { OcsfEvent } from "./base.ts";
import type { DefinitionFacts } from "./definitions.ts";
import { type Activity, type FindingRow, tellFinding } from "./finding.ts";

export type SignalRow = Selectable<SignalTable>;

const activityOf: Record<string, Activity> = {
  new: "create",
  changed: "update",
  reopened: "update",
  resolved: "close",
  gone: "close",
};

/**
 * A change of a finding, as an event of the finding's class: its time, severity and status are those of the change,
 * everything else is as it is now.
 */
export function findingSignalEvent(
  signal: SignalRow,
  finding: FindingRow | undefined,
  definition: DefinitionFacts | undefined,
  names: IntegrationNames,
): OcsfEvent {
  const { severity } = toSignal(signal, names);
  return tellFinding(finding ?? lostFinding(signal), definition, names, {
    uid: signal.id,
    activity: activityOf[signal.change] ?? "update",
    at: signal.at,
    severity,
    status: statusAt(signal),
    unmapped: { signal: told(signal) },
  });
}

export function assetSignalEvent(
  signal: SignalRow,
  asset: AssetRow | undefined,
  sources: readonly FoundAssetSource[],
): OcsfEvent {
  return tellAsset(asset ?? lostAsset(signal), sources, {
    uid: signal.id,
    activity: "log",
    at: signal.at,
    unmapped: { signal: told(signal) },
  });
}

function told({ id, stream, change, fields }: SignalRow): OcsfEvent {
  return { id, stream, change, fields };
}

/** A change that does not speak of the status leaves open what it was then. */
function statusAt({ change, fields }: SignalRow): string | null {
  const to = (fields as { status?: { to?: unknown } } | null)?.status?.to;
  if (typeof to === "string") return to;
  return change === "resolved" || change === "gone" ? change : null;
}

/** The finding went with its integration, or was never stored here: what the signal says is all there is. */
function lostFinding(signal: SignalRow): FindingRow {
  return {
    ...nothingKnown,
    id: signal.subjectId,
    integrationId: signal.integrationId,
    kind: signal.subjectKind,
    externalId: signal.externalId,
    title: signal.title,
    severity: signal.severity ?? 0,
    assetName: signal.assetName,
    cve: signal.subjectKind === "vulnerability" && /^CVE-/i.test(signal.title) ? signal.title : null,
    changedAt: signal.at,
  };
}

const nothingKnown: Omit<
  FindingRow,
  "id" | "integrationId" | "kind" | "externalId" | "title" | "severity" | "assetName" | "cve" | "changedAt"
> = {
  status: "",
  statusReason: null,
  riskScore: 0,
  definitionId: null,
  assetId: null,
  assetExternalId: null,
  assetClass: null,
  assetType: null,
  cloud: null,
  accountId: null,
  accountName: null,
  region: null,
  cvss: null,
  epss: null,
  isKev: null,
  hasExploit: null,
  hasFix: null,
  packageName: null,
  packageVersion: null,
  packageFixedVersion: null,
  rule: null,
  projects: [],
  tags: [],
  url: null,
  firstFoundAt: null,
  lastFoundAt: null,
  resolvedAt: null,
  dueAt: null,
  statusChangedAt: null,
  sourceUpdatedAt: null,
  hash: "",
  version: 0,
  epssSource: "wiz",
  wizEpss: null,
  epssDisputed: false,
  kevSource: null,
  wizKev: null,
  kevDisputed: false,
  sourceStatus: null,
  acceptanceId: null,
  acceptedAt: null,
  reopenedCount: 0,
  reopenedAt: null,
  isDueByPolicy: false,
};

function lostAsset(signal: SignalRow): AssetRow {
  return {
    id: signal.subjectId,
    name: signal.assetName ?? signal.title,
    class: "other",
    type: "UNKNOWN",
    nativeType: null,
    status: "unknown",
    cloud: null,
    accountId: null,
    accountName: null,
    region: null,
    isInternetExposed: null,
    operatingSystem: null,
    projects: [],
    tags: [],
    ownTags: [],
    sourceTags: null,
    inventory: [],
    sourceCount: 1,
    criticality: 2,
    riskScore: 0,
    openCritical: 0,
    openHigh: 0,
    openMedium: 0,
    openLow: 0,
    openInformational: 0,
    isPlaceholder: true,
    firstSeenAt: null,
    lastSeenAt: null,
    deletedAt: null,
    sourceUpdatedAt: null,
    changedAt: signal.at,
    version: 0,
  };
}
