import { fraction, indexOfUuid, uuid } from "./hash.ts";
import { findingKinds, type RecordKind, type Tenant } from "./tenant.ts";

/**
 * A record that vanished is gone without a trace: no status, no `deletedAt`, in no answer and no count. A finding is
 * gone with its asset, and back with it.
 */
export function isVanished(tenant: Tenant, kind: RecordKind, index: number): boolean {
  if (tenant.vanished === 0) return false;
  if (kind === "asset") return tenant.assets.vanished[index] === 1;
  const table = tenant.findings[kind];
  return table.vanished[index] === 1 || tenant.assets.vanished[table.asset[index]!] === 1;
}

/** Rows of a kind that ever were. */
export function rowsOf(tenant: Tenant, kind: RecordKind): number {
  return (kind === "asset" ? tenant.assets : tenant.findings[kind]).size;
}

/** Records of a kind that are there. */
export function countPresent(tenant: Tenant, kind: RecordKind): number {
  const size = rowsOf(tenant, kind);
  return tenant.vanished === 0 ? size : countRows(size, (i) => !isVanished(tenant, kind, i));
}

/** Makes records disappear, or come back (`isGone` false); gives the rows for which that is news. */
export function setVanished(tenant: Tenant, kind: RecordKind, rows: readonly number[], isGone: boolean): number[] {
  const { vanished } = kind === "asset" ? tenant.assets : tenant.findings[kind];
  const flag = isGone ? 1 : 0;
  const changed: number[] = [];
  for (const row of rows) {
    if (vanished[row] === flag) continue;
    vanished[row] = flag;
    changed.push(row);
  }
  tenant.vanished += isGone ? changed.length : -changed.length;
  if (changed.length > 0) tenant.revision++;
  return changed;
}

/** So many of the rows that can vanish, or of those that have (not merely with their asset); the seed chooses. */
export function sampleRows(tenant: Tenant, kind: RecordKind, count: number, seed: number, isGone: boolean): number[] {
  const { vanished } = kind === "asset" ? tenant.assets : tenant.findings[kind];
  const size = rowsOf(tenant, kind);
  const fits = isGone ? (i: number) => !isVanished(tenant, kind, i) : (i: number) => vanished[i] === 1;
  let left = countRows(size, fits);
  let wanted = Math.min(count, left);
  const rows: number[] = [];
  for (let i = 0; i < size && wanted > 0; i++) {
    if (!fits(i)) continue;
    if (fraction(seed, i, 0x7a15) * left-- >= wanted) continue;
    rows.push(i);
    wanted--;
  }
  return rows;
}

/** The rows of these ids. @throws RangeError for an id that the tenant never had */
export function rowsOfIds(tenant: Tenant, kind: RecordKind, ids: readonly string[]): number[] {
  return ids.map((id) => {
    const row = indexOfUuid(idKey(tenant, kind), id, rowsOf(tenant, kind));
    if (row < 0) throw new RangeError(`the tenant has no ${kind} "${id}"`);
    return row;
  });
}

export function idOf(tenant: Tenant, kind: RecordKind, row: number): string {
  return uuid(idKey(tenant, kind), row);
}

export const recordKinds: readonly RecordKind[] = [...findingKinds, "asset"];

function idKey(tenant: Tenant, kind: RecordKind): number {
  return kind === "asset" ? tenant.assetSource.idKey : tenant.idKeys[kind];
}

function countRows(size: number, test: (index: number) => boolean): number {
  let count = 0;
  for (let i = 0; i < size; i++) if (test(i)) count++;
  return count;
}
