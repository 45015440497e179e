import type { Cloud } from "../catalogue/rule-template.ts";
import { hex8, keyOf, mix, pick, uuid } from "./hash.ts";
import { day, formatMicros, type Micros } from "./micros.ts";

/** A project as Wiz shows it. */
export interface Project {
  id: string;
  name: string;
  isFolder: boolean;
  businessImpact: string;
  [field: string]: unknown;
}

/** A cloud account, subscription, project or compartment, as Wiz shows it. */
export interface Account {
  index: number;
  id: string;
  name: string;
  externalId: string;
  cloudProvider: Cloud;
  linkedProjects: Project[] | null;
  regions: readonly string[];
  tags: Record<string, string>;
  [field: string]: unknown;
}

const projectNames = [
  "Payments",
  "Retail Web",
  "Mobile Banking",
  "Data Platform",
  "Machine Learning",
  "Identity",
  "Fraud Detection",
  "Customer Support",
  "Marketing Site",
  "Internal Tools",
  "Observability",
  "CI/CD",
  "Logistics",
  "Warehouse",
  "Partner API",
  "Billing",
  "HR Systems",
  "Research",
  "Sandbox",
  "Legacy ERP",
  "Édition & Übersetzung",
  "データ基盤",
  "Risk & Compliance",
  "Edge Network",
];
const folders = ["Retail", "Corporate", "Platform", 'Acquired — "Northwind" <legacy>'];

const regionsOf: Record<string, readonly string[]> = {
  AWS: [
    "us-east-1",
    "us-east-2",
    "us-west-2",
    "eu-central-1",
    "eu-west-1",
    "eu-north-1",
    "ap-southeast-2",
    "ap-northeast-1",
  ],
  Azure: ["eastus", "eastus2", "westeurope", "northeurope", "switzerlandnorth", "australiaeast"],
  GCP: ["us-central1", "us-east4", "europe-west1", "europe-west6", "asia-east1"],
  OCI: ["us-ashburn-1", "eu-frankfurt-1", "eu-zurich-1", "ap-tokyo-1"],
  vSphere: ["datacenter-1", "datacenter-2"],
};

/**
 * Projects first, then accounts linked to them; both are small and kept. Tenants of one estate have the same accounts,
 * each under ids of its own, and data centres beside them.
 */
export function createAccounts(
  assets: number,
  seed: number,
  start: Micros,
  estateSeed?: number,
): { projects: Project[]; accounts: Account[] } {
  const key = keyOf("account", estateSeed ?? seed);
  const projects = createProjects(seed);
  const leaves = projects.filter((project) => !project.isFolder);
  const count = Math.min(2000, Math.max(12, Math.round(assets / 120)));
  const accounts = Array.from({ length: count }, (_, i) => createAccount(key, i, leaves, projects, start));
  if (estateSeed === undefined) return { projects, accounts };
  const centres = Array.from({ length: Math.ceil(count / 10) }, (_, i) => ({
    ...createAccount(key, count + i, leaves, projects, start),
    name: `vcenter-${i + 1}`,
    externalId: uuid(key ^ 0x7c7c, i),
    cloudProvider: "vSphere" as const,
    regions: regionsOf.vSphere!,
  }));
  const own = keyOf("account", seed);
  return { projects, accounts: [...accounts, ...centres].map((one) => ({ ...one, id: uuid(own, one.index) })) };
}

function createProjects(seed: number): Project[] {
  const key = keyOf("project", seed);
  const top = folders.map((name, i) => createProject(key, i, name, true, null));
  const leaves = projectNames.map((name, i) =>
    createProject(key, i + 100, name, false, top[mix(key, i, 1) % top.length] ?? null),
  );
  return [...top, ...leaves];
}

function createProject(key: number, i: number, name: string, isFolder: boolean, parent: Project | null): Project {
  const businessImpact = pick(key, i, 2, ["HBI", "MBI", "MBI", "LBI"]);
  return {
    id: uuid(key, i),
    name: parent === null ? name : `${name}`,
    slug:
      name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "") || `project-${i}`,
    isFolder,
    businessImpact,
    ancestorProjects: parent === null ? null : [parent],
    archived: false,
    businessUnit:
      parent === null ? "" : (pick(key, i, 3, ["Retail", "Corporate", "", "Platform Engineering"]) as string),
    cloudAccountCount: 1 + (mix(key, i, 4) % 30),
    cloudOrganizationCount: 0,
    description: i % 3 === 0 ? null : `Everything that belongs to ${name}.`,
    entityCount: 100 + (mix(key, i, 5) % 9000),
    identifiers: [],
    kubernetesClusterCount: mix(key, i, 6) % 6,
    repositoryCount: mix(key, i, 7) % 40,
    riskProfile: {
      businessImpact,
      hasAuthentication: "YES",
      hasExposedAPI: pick(key, i, 8, ["YES", "NO", "UNKNOWN"]),
      isActivelyDeveloped: "YES",
      isCustomerFacing: pick(key, i, 9, ["YES", "NO"]),
      isInternetFacing: pick(key, i, 10, ["YES", "NO"]),
      isRegulated: pick(key, i, 11, ["YES", "NO", "UNKNOWN"]),
      regulatoryStandards: businessImpact === "HBI" ? ["PCI_DSS", "GDPR"] : [],
      sensitiveDataTypes: businessImpact === "HBI" ? ["CUSTOMER", "FINANCIAL"] : [],
      storesData: "UNKNOWN",
    },
    securityScore: mix(key, i, 12) % 101,
    projectOwners: [],
    securityChampions: [],
    teamMemberCount: mix(key, i, 13) % 25,
    technologyCount: mix(key, i, 14) % 200,
    workloadCount: mix(key, i, 15) % 3000,
  };
}

function createAccount(key: number, i: number, leaves: Project[], all: Project[], start: Micros): Account {
  // The first accounts cover every cloud, however small the tenant.
  const cloud: Cloud =
    i < 4
      ? (["AWS", "Azure", "GCP", "OCI"] as const)[i]!
      : pick(key, i, 1, ["AWS", "AWS", "AWS", "AWS", "AWS", "Azure", "Azure", "GCP", "GCP", "OCI"] as const);
  const project = leaves[mix(key, i, 2) % leaves.length]!;
  const parent = (project.ancestorProjects as Project[] | null)?.[0];
  const environment = pick(key, i, 3, ["prod", "prod", "staging", "dev"]);
  const name = `${environment}-${project.slug as string}${i < 30 ? "" : `-${i}`}`;
  const linked =
    i % 9 === 8 ? null : [project, ...(parent ? [parent] : []), ...(i % 5 === 4 ? [all[4 + (i % 20)]!] : [])];
  return {
    index: i,
    id: uuid(key, i),
    name,
    externalId: externalIdOf(cloud, key, i, name),
    cloudProvider: cloud,
    linkedProjects: linked === null ? null : [...new Set(linked)],
    regions: regionsOf[cloud]!,
    tags: i % 4 === 0 ? {} : { Owner: `team-${project.slug as string}@example.com`, environment },
    containerCount: mix(key, i, 4) % 500,
    virtualMachineCount: mix(key, i, 5) % 200,
    resourceCount: 200 + (mix(key, i, 6) % 4000),
    firstScannedAt: formatMicros(start - 700 * day),
    lastScannedAt: formatMicros(start - 3_600_000_000),
    status: i % 17 === 16 ? "PARTIALLY_CONNECTED" : "CONNECTED",
    criticalSystemHealthIssueCount: 0,
    highSystemHealthIssueCount: i % 6 === 0 ? 1 : 0,
    mediumSystemHealthIssueCount: 0,
    lowSystemHealthIssueCount: 0,
    informationalSystemHealthIssueCount: 0,
  };
}

function externalIdOf(cloud: Cloud, key: number, i: number, name: string): string {
  if (cloud === "AWS") return String(100_000_000_000 + (mix(key, i, 7) % 899_999_999) * 1000 + (i % 1000));
  if (cloud === "Azure") return uuid(key, i + 100_000);
  if (cloud === "GCP") return `${name.slice(0, 20)}-${100_000 + (mix(key, i, 8) % 899_999)}`.replace(/-+/g, "-");
  return `ocid1.compartment.oc1..aaaaaaaa${hex8(mix(key, i, 9))}${hex8(mix(key, i, 10))}${hex8(mix(key, i, 11))}`;
}
