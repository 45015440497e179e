import { AnswerError } from "../graphql/answer-error.ts";

const required: Record<string, readonly string[]> = {
  issuesV2: ["read:all", "read:issues"],
  issues: ["read:all", "read:issues"],
  issue: ["read:all", "read:issues"],
  vulnerabilityFindings: ["read:all", "read:vulnerabilities"],
  vulnerabilityFinding: ["read:all", "read:vulnerabilities"],
  configurationFindings: ["read:all", "read:cloud_configuration"],
  configurationFinding: ["read:all", "read:cloud_configuration"],
  detections: ["read:all", "read:detections"],
  cloudResourcesV2: ["read:all", "read:resources", "read:inventory"],
  projects: ["read:all", "read:projects"],
  cloudAccounts: ["read:all", "read:cloud_accounts"],
  serviceAccounts: ["read:all", "read:service_accounts"],
};

/** What Wiz answers when none of the scopes that a root field needs is granted; `null` when one is. */
export function scopeError(root: string, scopes: readonly string[], isTaken: boolean): AnswerError | null {
  const needed = required[root];
  if (needed === undefined) return null;
  const effective = isTaken ? scopes.filter((scope) => !needed.includes(scope)) : scopes;
  if (effective.some((scope) => needed.includes(scope))) return null;
  const message = `access denied, at least one of the following is required: [${needed.join(" ")}], your permissions: [${effective.join(" ")}]`;
  return new AnswerError(message, "UNAUTHORIZED", { effectiveScopes: effective, requiredScopes: needed });
}
