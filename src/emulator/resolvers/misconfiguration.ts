import type { ConfigurationRule } from "../catalogue/configuration-rules.ts";
import { findingSeverityNames, open, reasonText, resolved, statusNames } from "../tenant/codes.ts";
import { mix, uuid } from "../tenant/hash.ts";
import { formatMicros } from "../tenant/micros.ts";
import type { FindingTable } from "../tenant/tables.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { AssetRow } from "./asset-row.ts";
import type { Fields } from "./resolver.ts";

export class MisconfigurationRow {
  readonly tenant: Tenant;
  readonly index: number;
  readonly table: FindingTable;
  readonly rule: ConfigurationRule;
  constructor(tenant: Tenant, index: number) {
    this.tenant = tenant;
    this.index = index;
    this.table = tenant.findings.misconfiguration;
    this.rule = tenant.rules[this.table.definition[index]!]!;
  }
  get asset(): AssetRow {
    return new AssetRow(this.tenant, this.table.asset[this.index]!);
  }
}

export function resultOf(tenant: Tenant, index: number): "PASS" | "FAIL" | "ERROR" {
  const table = tenant.findings.misconfiguration;
  if (table.status[index] === resolved) return "PASS";
  return mix(tenant.keys.misconfiguration, index, 60) % 200 === 0 ? "ERROR" : "FAIL";
}

export const misconfigurationFields: Fields<MisconfigurationRow> = {
  id: (row) => uuid(row.tenant.idKeys.misconfiguration, row.index),
  name: (row) => row.rule.name,
  analyzedAt: (row) => formatMicros(row.table.seen[row.index]!),
  firstSeenAt: (row) => formatMicros(row.table.created[row.index]!),
  updatedAt: (row) => formatMicros(row.table.updated[row.index]!),
  statusChangedAt: (row) => formatMicros(row.table.statusChanged[row.index]!),
  severity: (row) => findingSeverityNames[row.table.severity[row.index]!],
  status: (row) => statusNames[row.table.status[row.index]!],
  result: (row) => resultOf(row.tenant, row.index),
  resolutionReason: (row) =>
    row.table.status[row.index] === open ? null : reasonText(row.table.reason[row.index]!, "FINDING_FIXED"),
  remediation: (row) => row.rule.remediationInstructions,
  deleted: (row) => row.asset.isDeleted,
  evidence: (row) => ({
    cloudConfigurationLink: null,
    configurationPath: row.rule.evidencePath,
    currentValue: resultOf(row.tenant, row.index) === "PASS" ? row.rule.expectedValue : row.rule.actualValue,
    expectedValue: row.rule.expectedValue,
  }),
  ignoreRules: () => null,
  note: () => null,
  resource: (row) => row.asset,
  rule: (row) => row.rule,
  securitySubCategories: (row) => row.rule.securitySubCategories,
  source: () => "WIZ_CSPM",
  subscription: (row) => row.asset.facts.account,
  targetExternalId: (row) => row.asset.facts.externalId,
  targetObjectProviderUniqueId: (row) => row.asset.facts.providerUniqueId,
};
