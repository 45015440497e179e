/** Wiz's words, each at the number that the tables keep. */
export const statusNames = ["OPEN", "IN_PROGRESS", "RESOLVED", "REJECTED"] as const;
export const open = 0;
export const inProgress = 1;
export const resolved = 2;
export const rejected = 3;

/** Issues, detections, rules. */
export const severityNames = ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
/** Vulnerabilities and misconfigurations say NONE where others say INFORMATIONAL. */
export const findingSeverityNames = ["NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;

export const assetStatusNames = ["Active", "Inactive", "Error"] as const;

const reasonNames = [
  null,
  "OBJECT_DELETED",
  "FIXED",
  "FALSE_POSITIVE",
  "EXCEPTION",
  "WONT_FIX",
  "RISK_ACCEPTED",
  "BY_DESIGN",
  "NOT_MALICIOUS_THREAT",
  "MALICIOUS_THREAT",
] as const;
export const noReason = 0;
export const objectDeleted = 1;
export const fixed = 2;

/** What Wiz calls "it went away by itself" differs by kind. */
export function reasonText(code: number, fixedName: "FINDING_FIXED" | "ISSUE_FIXED"): string | null {
  const name = reasonNames[code] ?? null;
  return name === "FIXED" ? fixedName : name;
}
