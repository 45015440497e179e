import { keyOf, uuid } from "../tenant/hash.ts";
import { subCategoriesOf } from "./frameworks.ts";

/** Name, severity (0-4), MITRE technique, tactic as Wiz's `SecurityThreat`, origin, description. */
type Row = [string, number, string, string, string, string];

const rows: Row[] = [
  [
    "Reverse shell opened from a workload",
    4,
    "T1059.004 Unix Shell",
    "EXECUTION",
    "WIZ_SENSOR",
    "A process connected its standard input and output to a remote address.",
  ],
  [
    "Crypto-mining process started",
    3,
    "T1496 Resource Hijacking",
    "IMPACT",
    "WIZ_SENSOR",
    "A process that speaks the Stratum protocol was started.",
  ],
  [
    "Instance credentials used from an external address",
    4,
    "T1552.005 Cloud Instance Metadata API",
    "CREDENTIAL_ACCESS",
    "AWS_CLOUDTRAIL",
    "Temporary credentials of an instance role were used from outside the cloud account.",
  ],
  [
    "UnauthorizedAccess:EC2/SSHBruteForce",
    2,
    "T1110 Brute Force",
    "CREDENTIAL_ACCESS",
    "AWS_GUARD_DUTY",
    "An EC2 instance has been involved in SSH brute force attacks.",
  ],
  [
    "CryptoCurrency:EC2/BitcoinTool.B!DNS",
    3,
    "T1496 Resource Hijacking",
    "IMPACT",
    "AWS_GUARD_DUTY",
    "An instance queried a domain name associated with Bitcoin mining.",
  ],
  [
    "Root user signed in to the console",
    2,
    "T1078.004 Cloud Accounts",
    "INITIAL_ACCESS",
    "AWS_CLOUDTRAIL",
    "The root user of an account signed in.",
  ],
  [
    "CloudTrail logging stopped",
    3,
    "T1562.008 Disable or Modify Cloud Logs",
    "DEFENSE_EVASION",
    "AWS_CLOUDTRAIL",
    "A trail was stopped or deleted.",
  ],
  [
    "Access key created for another user",
    2,
    "T1098.001 Additional Cloud Credentials",
    "PERSISTENCE",
    "AWS_CLOUDTRAIL",
    "A principal created an access key for another user.",
  ],
  [
    "Mass deletion of storage objects",
    3,
    "T1485 Data Destruction",
    "IMPACT",
    "AWS_S3_DATA_EVENTS",
    "Many objects were deleted in a short time.",
  ],
  [
    "Sign-in with an impossible travel",
    2,
    "T1078 Valid Accounts",
    "INITIAL_ACCESS",
    "AZURE_ACTIVE_DIRECTORY",
    "A user signed in from two places too far apart.",
  ],
  [
    "Privileged role assigned outside of PIM",
    3,
    "T1098.003 Additional Cloud Roles",
    "PRIVILEGE_ESCALATION",
    "AZURE_ACTIVE_DIRECTORY",
    "A directory role was assigned permanently.",
  ],
  [
    "Run command executed on a virtual machine",
    2,
    "T1651 Cloud Administration Command",
    "EXECUTION",
    "AZURE_ACTIVITY_LOGS",
    "The run command feature executed a script on a virtual machine.",
  ],
  [
    "Service account key created",
    1,
    "T1098.001 Additional Cloud Credentials",
    "PERSISTENCE",
    "GCP_AUDIT_LOGS",
    "A long-lived key was created for a service account.",
  ],
  [
    "Firewall rule opened to the internet",
    2,
    "T1562.007 Disable or Modify Cloud Firewall",
    "DEFENSE_EVASION",
    "GCP_AUDIT_LOGS",
    "A firewall rule now allows 0.0.0.0/0.",
  ],
  [
    "Audit configuration changed",
    2,
    "T1562.008 Disable or Modify Cloud Logs",
    "DEFENSE_EVASION",
    "OCI_AUDIT_LOGS",
    "The retention of audit logs was lowered.",
  ],
  [
    "Exec into a container by a human",
    1,
    "T1609 Container Administration Command",
    "EXECUTION",
    "AWS_EKS_AUDIT_LOGS",
    "A user opened a shell in a running container.",
  ],
  [
    "Container escape attempt",
    4,
    "T1611 Escape to Host",
    "PRIVILEGE_ESCALATION",
    "WIZ_SENSOR",
    "A process in a container wrote to the host's cgroup release agent.",
  ],
  [
    "DNS query to a known command-and-control domain",
    3,
    "T1071.004 DNS",
    "C2_AND_EXFILTRATION",
    "AWS_RESOLVER_QUERY_LOGS",
    "A workload asked for a domain that malware uses.",
  ],
  [
    "Discovery of cloud resources with a scanner",
    1,
    "T1580 Cloud Infrastructure Discovery",
    "DISCOVERY",
    "AWS_CLOUDTRAIL",
    "A principal listed many services within a minute.",
  ],
  [
    "Web shell written to a served directory",
    4,
    "T1505.003 Web Shell",
    "PERSISTENCE",
    "WIZ_SENSOR",
    "A web server process wrote a script into a directory that it serves.",
  ],
];

/** A detection rule as Wiz shows it. */
export interface EventRule {
  __typename: "CloudEventRule";
  name: string;
  description: string;
  severityRank: number;
  technique: string;
  origins: [string];
  [field: string]: unknown;
}

const key = keyOf("event rule", 1);
const sourceTypes: Record<string, string> = { AWS_GUARD_DUTY: "GUARD_DUTY", WIZ_SENSOR: "WIZ_SENSOR" };

export const eventRules: EventRule[] = rows.map((row, i) => ({
  __typename: "CloudEventRule",
  id: row[4] === "AWS_GUARD_DUTY" ? `cer-awsguardduty-${uuid(key, i).slice(0, 8)}` : uuid(key, i),
  builtInId: `cer-${String(i + 1).padStart(4, "0")}`,
  name: row[0],
  severity: ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"][row[1]],
  severityRank: row[1],
  technique: row[2],
  description: `${row[5]} MITRE ATT&CK: ${row[2]}.`,
  builtin: true,
  createdBy: null,
  enabled: true,
  generateFindings: true,
  generateIssues: row[1] >= 2,
  origins: [row[4]],
  risks: null,
  threats: [row[3]],
  securityScoreImpact: row[1] * 4,
  securitySubCategories: subCategoriesOf("threat"),
  sourceType: sourceTypes[row[4]] ?? "WIZ",
  type:
    row[4] === "AWS_GUARD_DUTY" ? "EXTERNAL_DETECTION" : row[4] === "WIZ_SENSOR" ? "WORKLOAD_RUNTIME_RULE" : "SINGLE",
}));
