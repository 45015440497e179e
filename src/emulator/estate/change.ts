import { addFinding } from "../tenant/generate.ts";
import { resolveFindingsOf } from "../tenant/life.ts";
import { day, hour, type Micros } from "../tenant/micros.ts";
import { addRow } from "../tenant/tables.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { type Estate, staysListed } from "./estate.ts";
import { isSeen, partOf } from "./stories.ts";

export interface EstateChange {
  /** Rows that are deleted now. */
  deleted: number;
  /** Machines under a new id, and machines under the name of one that is no more. */
  appeared: number;
}

/** Lets happen what is left to happen in the estate: machines are re-created, and names are used again. Once. */
export function changeEstate(tenant: Tenant, estate: Estate, at: Micros): EstateChange {
  if (estate.hasChanged) return { deleted: 0, appeared: 0 };
  estate.hasChanged = true;
  const { options } = estate;
  const rowOf = new Map<number, number>();
  for (let row = 0; row < estate.initial; row++) rowOf.set(estate.machineAt(row), row);
  const deleted = new Set<number>();
  const appearing: [machine: number, turn: number][] = [];
  for (let number = 0; number < options.machines; number++) {
    const { story, place } = partOf(options, number);
    const row = rowOf.get(number);
    if (story === "recreated_later" && row !== undefined) {
      if (!staysListed(options, number)) deleted.add(row);
      appearing.push([number, 1]);
    } else if (story === "reused_later" && place === 0 && row !== undefined) deleted.add(row);
    else if (story === "reused_later" && place === 1 && isSeen(options, number, options.view))
      appearing.push([number, 0]);
  }
  deleteRows(tenant, deleted, at);
  for (const [number, turn] of appearing) appear(tenant, estate, { number, turn, at });
  tenant.revision++;
  return { deleted: deleted.size, appeared: appearing.length };
}

/** What went in the last days before the tenant begins to live. */
export function deleteBeforeStart(tenant: Tenant, estate: Estate): void {
  const { assets, start } = tenant;
  const rows = new Set<number>();
  for (let row = 0; row < estate.initial; row++) if (estate.beginsDeleted(row)) rows.add(row);
  deleteRows(tenant, rows, start - 5 * day);
  for (const row of rows) {
    const at = Math.max(assets.firstSeen[row]! + 1, start - 5 * day + (row % 96) * hour);
    assets.deleted[row] = at;
    assets.updated[row] = at;
  }
}

function deleteRows(tenant: Tenant, rows: ReadonlySet<number>, at: Micros): void {
  for (const row of rows) {
    tenant.assets.deleted[row] = at;
    tenant.assets.updated[row] = at;
    tenant.assets.status[row] = 1;
  }
  resolveFindingsOf(tenant, rows, at);
}

function appear(
  tenant: Tenant,
  estate: Estate,
  { number, turn, at }: { number: number; turn: number; at: Micros },
): void {
  const { assets } = tenant;
  const row = addRow(assets, at);
  estate.add(row, number, turn);
  assets.firstSeen[row] = at;
  assets.lastSeen[row] = at;
  for (let i = number % 3; i > 0; i--) addFinding(tenant, "vulnerability", at, row);
}
