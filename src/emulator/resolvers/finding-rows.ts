import type { EventRule } from "../catalogue/event-rules.ts";
import { mix, uuid } from "../tenant/hash.ts";
import { second } from "../tenant/micros.ts";
import type { FindingTable } from "../tenant/tables.ts";
import { type IssueType, issueType, type Tenant } from "../tenant/tenant.ts";
import { AssetRow } from "./asset-row.ts";

export class IssueRow {
  readonly tenant: Tenant;
  readonly index: number;
  readonly table: FindingTable;
  readonly type: IssueType;
  constructor(tenant: Tenant, index: number) {
    this.tenant = tenant;
    this.index = index;
    this.table = tenant.findings.issue;
    this.type = issueType(index);
  }
  hash(salt: number): number {
    return mix(this.tenant.keys.issue, this.index, salt);
  }
  get id(): string {
    return uuid(this.tenant.idKeys.issue, this.index);
  }
  get asset(): AssetRow {
    return new AssetRow(this.tenant, this.table.asset[this.index]!);
  }
}

export class DetectionRow {
  readonly tenant: Tenant;
  readonly index: number;
  readonly table: FindingTable;
  constructor(tenant: Tenant, index: number) {
    this.tenant = tenant;
    this.index = index;
    this.table = tenant.findings.threat;
  }
  get id(): string {
    return uuid(this.tenant.idKeys.threat, this.index);
  }
  get rule(): EventRule {
    return this.tenant.eventRules[this.table.definition[this.index]!]!;
  }
  get asset(): AssetRow {
    return new AssetRow(this.tenant, this.table.asset[this.index]!);
  }
  get startedAt(): number {
    return startedAt(this.tenant, this.index);
  }
}

/** A detection is created some seconds after its first event. */
export function startedAt(tenant: Tenant, index: number): number {
  return tenant.findings.threat.created[index]! - (mix(tenant.keys.threat, index, 71) % 900) * second;
}
