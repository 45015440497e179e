import { reasonText, severityNames, statusNames } from "../tenant/codes.ts";
import { mix, uuid } from "../tenant/hash.ts";
import { day, formatMicros, formatOrNull } from "../tenant/micros.ts";
import { detectionType, issueType, type Tenant } from "../tenant/tenant.ts";
import { isVanished } from "../tenant/vanish.ts";
import { actorOf } from "./actor.ts";
import { DetectionRow, type IssueRow } from "./finding-rows.ts";
import type { Fields } from "./resolver.ts";

/** The control or rule that raised an issue; its name is the issue's title. */
export function ruleOfIssue(tenant: Tenant, index: number): { name: string; [field: string]: unknown } {
  const definition = tenant.findings.issue.definition[index]!;
  const type = issueType(index);
  if (type === "CLOUD_CONFIGURATION") return tenant.rules[definition]!;
  if (type === "THREAT_DETECTION") return tenant.eventRules[definition]!;
  return tenant.controls[definition]!;
}

function dueAt(row: IssueRow): string | null {
  if (row.hash(60) % 3 !== 0) return null;
  const days = 14 + (row.hash(61) % 60) + row.table.version[row.index]!;
  return formatMicros(Math.floor(row.table.created[row.index]! / day) * day + days * day);
}

function ticketOf(row: IssueRow): object[] | null {
  if (!hasTicket(row.tenant, row.index)) return null;
  const name = `SEC-${1000 + row.index}`;
  return [
    {
      id: uuid(row.tenant.keys.issue, row.index),
      externalId: String(10_000 + row.index),
      name,
      url: `https://jira.example.com/browse/${name}`,
      project: null,
    },
  ];
}

export function hasTicket(tenant: Tenant, index: number): boolean {
  return mix(tenant.keys.issue, index, 62) % 7 === 0;
}

function notesOf(row: IssueRow): object[] | null {
  if (row.hash(63) % 11 !== 0) return null;
  const at = formatMicros(row.table.updated[row.index]!);
  const text = [
    "Owner notified.",
    "Accepted until the next release.",
    "<b>Please</b> look at this & that",
    "Wird geprüft – 確認中",
  ][row.hash(64) % 4]!;
  return [
    {
      id: uuid(row.tenant.keys.issue, row.index + 7),
      createdAt: at,
      updatedAt: at,
      text,
      user: {
        id: "analyst@example.com",
        name: "A. Analyst",
        email: "analyst@example.com",
        isSuspended: false,
        createdAt: "2024-01-08T09:00:00Z",
      },
      serviceAccount: null,
    },
  ];
}

const actors = [
  { id: "tca-1", name: "Mist Heron", type: "STATE_SPONSORED" },
  { id: "tca-2", name: "Copper Lynx", type: "CYBERCRIME" },
  { id: "tca-3", name: "Coin Crab", type: "CRYPTOJACKING" },
];

const nobody = () => null;

export const issueFields: Fields<IssueRow> = {
  id: (row) => row.id,
  type: (row) => row.type,
  status: (row) => statusNames[row.table.status[row.index]!],
  severity: (row) => severityNames[row.table.severity[row.index]!],
  createdAt: (row) => formatMicros(row.table.created[row.index]!),
  updatedAt: (row) => formatMicros(row.table.updated[row.index]!),
  statusChangedAt: (row) => formatMicros(row.table.statusChanged[row.index]!),
  resolvedAt: (row) => formatOrNull(row.table.resolved[row.index]!),
  dueAt,
  rejectionExpiredAt: nobody,
  resolutionReason: (row) => reasonText(row.table.reason[row.index]!, "ISSUE_FIXED"),
  resolutionNote: (row) => (row.table.status[row.index] === 3 && row.hash(65) % 2 === 0 ? "Known and accepted." : null),
  resolvedBy: nobody,
  description: (row) =>
    row.type === "THREAT_DETECTION" ? (ruleOfIssue(row.tenant, row.index).description as string) : "",
  url: (row) => `https://app.wiz.io/issues#~(issue~'${row.id})`,
  evidenceQuery: () => ({}),
  projects: (row) => row.asset.facts.projects,
  project: (row) => row.asset.facts.projects?.[0] ?? null,
  sourceRule: (row) => ruleOfIssue(row.tenant, row.index),
  sourceRules: (row) => [ruleOfIssue(row.tenant, row.index)],
  control: (row) => {
    const rule = ruleOfIssue(row.tenant, row.index);
    return rule.__typename === "Control" ? rule : null;
  },
  serviceTickets: ticketOf,
  note: nobody,
  notes: notesOf,
  entitySnapshot: (row) => row.asset,
  entity: (row) => (row.asset.isDeleted ? null : row.asset),
  cloudAccounts: (row) => {
    const account = row.asset.facts.account;
    return account === null ? null : [account];
  },
  cloudOrganizations: nobody,
  applicationServices: nobody,
  environments: nobody,
  validatedAsExploitable: () => false,
  hasCodeRemediation: () => false,
  threatCenterActors: (row) =>
    row.type === "THREAT_DETECTION" && row.hash(66) % 3 === 0 ? [actors[row.hash(67) % actors.length]] : null,
  threatDetectionDetails: (row) => (row.type === "THREAT_DETECTION" ? row : null),
};

/** The detections of the threat issue that is number `rank`: every so many rows one, until the table ends. */
function detectionsOf(row: IssueRow): DetectionRow[] {
  const { tenant } = row;
  const step = tenant.threatIssues;
  const found: DetectionRow[] = [];
  const rank = Math.floor(row.index / 10);
  if (step === 0 || rank >= step) return found;
  for (let i = rank; i < tenant.findings.threat.size && found.length < 50; i += step) {
    if (detectionType(i) === "GENERATED_THREAT" && !isVanished(tenant, "threat", i))
      found.push(new DetectionRow(tenant, i));
  }
  return found;
}

/** `ThreatDetectionIssueDetails`, whose source is the issue. */
export const threatDetailFields: Fields<IssueRow> = {
  actors: (row) => detectionsOf(row).slice(0, 1).map(actorOf),
  actorsMaxCountReached: () => false,
  actorsTotalCount: (row) => Math.min(1, detectionsOf(row).length),
  aiAnalysis: (row) =>
    row.hash(68) % 2 === 0
      ? null
      : {
          id: uuid(row.tenant.keys.issue, row.index + 11),
          status: "COMPLETED",
          analyzedAt: formatMicros(row.table.created[row.index]!),
          verdict: ["MALICIOUS", "NOT_MALICIOUS", "INCONCLUSIVE", "SECURITY_TEST"][row.hash(69) % 4],
          severity: severityNames[row.table.severity[row.index]!],
          confidenceLevel: ["LOW", "MEDIUM", "HIGH"][row.hash(70) % 3],
          conclusion: "The activity was compared with the principal's usual behaviour.",
        },
  detections: (row, args) => {
    const all = detectionsOf(row);
    return { nodes: all.slice(0, typeof args.first === "number" ? args.first : 50), totalCount: all.length };
  },
  eventOrigin: (row) => ruleOfIssue(row.tenant, row.index).origins ?? null,
  mainDetection: (row) => detectionsOf(row)[0] ?? null,
  resources: (row) => [row.asset],
  resourcesMaxCountReached: () => false,
  resourcesTotalCount: () => 1,
};
