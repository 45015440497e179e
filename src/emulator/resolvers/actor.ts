import { mix, pick, uuid } from "../tenant/hash.ts";
import type { DetectionRow } from "./finding-rows.ts";

/** Who did it. */
export function actorOf(row: DetectionRow): object {
  const key = row.tenant.keys.threat;
  const isPerson = mix(key, row.index, 72) % 2 === 0;
  const name = isPerson
    ? pick(key, row.index, 73, ["j.doe", "admin", "breakglass", "jürgen.groß"])
    : pick(key, row.index, 74, ["svc-deploy", "ec2-instance-role", "github-actions", "kubelet"]);
  const account = row.asset.facts.account;
  return {
    id: uuid(key, row.index + 500_000),
    name,
    type: isPerson ? "USER_ACCOUNT" : "SERVICE_ACCOUNT",
    MFA: isPerson ? false : null,
    accessKeyId: isPerson ? null : "ASIAEXAMPLE",
    actingAs: null,
    cloudAccount: account,
    email: isPerson ? `${name}@example.com` : null,
    externalId: name,
    federated: false,
    friendlyName: name,
    graphEntity: null,
    hasAdminKubernetesPrivileges: false,
    hasAdminPrivileges: mix(key, row.index, 75) % 5 === 0,
    hasHighKubernetesPrivileges: false,
    hasHighPrivileges: mix(key, row.index, 76) % 3 === 0,
    inactiveInLast90Days: false,
    isExternalCloudAccount: false,
    nativeType: isPerson ? "user" : "role",
    providerUniqueId: account === null ? null : `arn:aws:iam::${account.externalId}:user/${name}`,
    userAgent: "aws-cli/2.15.30",
  };
}
