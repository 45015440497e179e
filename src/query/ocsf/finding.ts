import type { Selectable } from "kysely";
import type { FindingTable } from "../../store/schema.ts";
import { type IntegrationNames, toFinding } from "../records.ts";
import { classify, classUids, metadata, type OcsfEvent, present, severityOf, sourceProduct, time } from "./base.ts";
import type { DefinitionFacts } from "./definitions.ts";
import { toCloud, toResource } from "./resource.ts";
import { toVulnerability } from "./vulnerability.ts";

export type FindingRow = Selectable<FindingTable>;

const findingsCategory = [2, "Findings"] as const;
const classes = {
  vulnerability: { uid: classUids.vulnerability, name: "Vulnerability Finding", category: findingsCategory },
  compliance: { uid: classUids.compliance, name: "Compliance Finding", category: findingsCategory },
  detection: { uid: classUids.detection, name: "Detection Finding", category: findingsCategory },
};

/** An issue is a control that a resource does not meet, so it is compliance as a misconfiguration is. */
const classOf: Record<string, keyof typeof classes> = {
  vulnerability: "vulnerability",
  misconfiguration: "compliance",
  issue: "compliance",
  threat: "detection",
};

const activities = { create: [1, "Create"], update: [2, "Update"], close: [3, "Close"] } as const;
export type Activity = keyof typeof activities;

/** OCSF knows no "missing from the source". */
const statuses: Record<string, readonly [number, string]> = {
  open: [1, "New"],
  in_progress: [2, "In Progress"],
  accepted: [3, "Suppressed"],
  rejected: [3, "Suppressed"],
  resolved: [4, "Resolved"],
  gone: [99, "Gone"],
};

/** What the event says of the finding; an export of signals says something else than an export of findings. */
export interface Telling {
  uid: string;
  activity: Activity;
  at: string;
  severity: string | null;
  /** `null`: not known for that instant. */
  status: string | null;
  unmapped?: OcsfEvent;
}

/** A finding as it stands now. Never changed since it came: Create; closed: Close; else Update. */
export function findingEvent(
  row: FindingRow,
  definition: DefinitionFacts | undefined,
  names: IntegrationNames,
): OcsfEvent {
  const isActive = row.status === "open" || row.status === "in_progress";
  const activity = !isActive ? "close" : row.version === 1 ? "create" : "update";
  const { severity } = toFinding(row, names);
  const telling = {
    uid: `${row.id}:${row.version}`,
    activity,
    at: row.changedAt,
    severity,
    status: row.status,
  } as const;
  return tellFinding(row, definition, names, telling);
}

export function tellFinding(
  row: FindingRow,
  definition: DefinitionFacts | undefined,
  names: IntegrationNames,
  { uid, activity, at, severity, status, unmapped }: Telling,
): OcsfEvent {
  const kind = classOf[row.kind] ?? "detection";
  return present({
    ...classify(classes[kind], activities[activity]),
    time: time(at) ?? 0,
    ...severityOf(severity),
    ...statusOf(status, row.statusReason),
    message: row.assetName === null ? row.title : `${row.title} on ${row.assetName}`,
    metadata: metadata(uid),
    cloud: toCloud(row),
    finding_info: findingInfo(row, definition),
    resources: row.assetId === null ? [] : [{ ...resourceOf(row, row.assetId), role_id: 3, role: "Affected" }],
    ...ofClass[kind](row, definition, status),
    unmapped: { ...unmappedOf(row, names), ...unmapped },
  });
}

function statusOf(status: string | null, reason: string | null): OcsfEvent {
  if (status === null) return {};
  const [id, name] = statuses[status] ?? [99, status];
  return { status_id: id, status: name, status_code: status, status_detail: reason };
}

function findingInfo(row: FindingRow, definition: DefinitionFacts | undefined): OcsfEvent {
  const isRule = definition?.kind === "rule";
  return present({
    uid: row.externalId,
    uid_alt: row.id,
    title: row.title,
    desc: definition?.description,
    types: [row.kind],
    first_seen_time: time(row.firstFoundAt),
    last_seen_time: time(row.lastFoundAt),
    modified_time: time(row.changedAt),
    src_url: row.url,
    product: sourceProduct,
    analytic: isRule ? { name: definition.title, uid: definition.externalId, type_id: 1, type: "Rule" } : null,
  });
}

function resourceOf(row: FindingRow, weirId: string): OcsfEvent {
  const { assetExternalId, assetName, assetType, ...facts } = row;
  return toResource({ ...facts, weirId, uid: assetExternalId, name: assetName, type: assetType });
}

const ofClass: Record<
  keyof typeof classes,
  (row: FindingRow, definition: DefinitionFacts | undefined, status: string | null) => OcsfEvent
> = {
  vulnerability: (row, definition) => ({ vulnerabilities: [toVulnerability(row, definition)] }),
  compliance: (row, definition, status) => ({
    compliance: compliance(row, definition, status),
    ...remediation(definition),
  }),
  detection: (row, definition) => ({ is_alert: true, risk_score: row.riskScore, ...remediation(definition) }),
};

const outcomes: Record<string, readonly [number, string]> = {
  open: [3, "Fail"],
  in_progress: [3, "Fail"],
  accepted: [3, "Fail"],
  resolved: [1, "Pass"],
};

/** Open findings failed the check, resolved ones pass it now; of the others it is not known. */
function compliance(row: FindingRow, definition: DefinitionFacts | undefined, status: string | null): OcsfEvent {
  const [statusId, statusName] = outcomes[status ?? ""] ?? [0, "Unknown"];
  const frameworks = definition?.frameworks ?? [];
  return present({
    control: row.rule ?? row.title,
    desc: definition?.description,
    standards: [...new Set(frameworks.map((entry) => entry.split(" / ")[0]))],
    requirements: frameworks,
    status_id: statusId,
    status: statusName,
  });
}

function remediation(definition: DefinitionFacts | undefined): OcsfEvent {
  return definition?.remediation ? { remediation: { desc: definition.remediation } } : {};
}

function unmappedOf(row: FindingRow, names: IntegrationNames): OcsfEvent {
  const { packageName, packageVersion, packageFixedVersion } = row;
  const isWithoutVersion = packageName !== null && packageVersion === null;
  return present({
    integration: names.get(row.integrationId),
    vendorProductName: sourceProduct.name,
    kind: row.kind,
    riskScore: row.riskScore,
    kev: row.isKev,
    projects: row.projects,
    assetClass: row.assetClass,
    resolvedAt: row.resolvedAt,
    dueAt: row.dueAt,
    // OCSF's affected_package must have a version.
    package: isWithoutVersion ? present({ name: packageName, fixedVersion: packageFixedVersion }) : null,
  });
}
