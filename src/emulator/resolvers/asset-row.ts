import type { AssetFacts } from "../tenant/assets.ts";
import { assetStatusNames } from "../tenant/codes.ts";
import { mix } from "../tenant/hash.ts";
import type { AssetTable } from "../tenant/tables.ts";
import type { Tenant } from "../tenant/tenant.ts";

/** One asset: Wiz shows it as a cloud resource, a vulnerable asset, a snapshot, a graph entity, an event's resource. */
export class AssetRow {
  readonly tenant: Tenant;
  readonly index: number;
  readonly table: AssetTable;
  readonly facts: AssetFacts;
  constructor(tenant: Tenant, index: number) {
    this.tenant = tenant;
    this.index = index;
    this.table = tenant.assets;
    this.facts = tenant.assetSource.facts(index, tenant.assets.version[index]!);
  }
  hash(salt: number): number {
    return mix(this.tenant.seed, this.index, salt);
  }
  get status(): string {
    return assetStatusNames[this.table.status[this.index]!]!;
  }
  get isDeleted(): boolean {
    return !Number.isNaN(this.table.deleted[this.index]!);
  }
}
