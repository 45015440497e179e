import type { Micros } from "./micros.ts";

/** Everything about a finding that can change, or that is costly to find again. The rest follows from its index. */
export interface FindingTable {
  size: number;
  asset: Uint32Array;
  /** Index of its CVE, rule or control in the catalogue. */
  definition: Uint16Array;
  severity: Uint8Array;
  status: Uint8Array;
  reason: Uint8Array;
  /** 1: gone without a trace. */
  vanished: Uint8Array;
  /** Grows with every change that people would see. */
  version: Uint16Array;
  /** Never falls with the index: the order of creation is the order of the rows. */
  created: Float64Array;
  updated: Float64Array;
  statusChanged: Float64Array;
  resolved: Float64Array;
  /** When it was last looked at: last detected, analysed, ended. */
  seen: Float64Array;
}

export interface AssetTable {
  size: number;
  status: Uint8Array;
  /** 1: gone without a trace. */
  vanished: Uint8Array;
  version: Uint16Array;
  /** Never falls with the index. */
  firstSeen: Float64Array;
  updated: Float64Array;
  lastSeen: Float64Array;
  deleted: Float64Array;
}

export function createFindingTable(capacity: number): FindingTable {
  return {
    size: 0,
    asset: new Uint32Array(capacity),
    definition: new Uint16Array(capacity),
    severity: new Uint8Array(capacity),
    status: new Uint8Array(capacity),
    reason: new Uint8Array(capacity),
    vanished: new Uint8Array(capacity),
    version: new Uint16Array(capacity),
    created: new Float64Array(capacity),
    updated: new Float64Array(capacity),
    statusChanged: new Float64Array(capacity),
    resolved: new Float64Array(capacity).fill(Number.NaN),
    seen: new Float64Array(capacity),
  };
}

export function createAssetTable(capacity: number): AssetTable {
  return {
    size: 0,
    status: new Uint8Array(capacity),
    vanished: new Uint8Array(capacity),
    version: new Uint16Array(capacity),
    firstSeen: new Float64Array(capacity),
    updated: new Float64Array(capacity),
    lastSeen: new Float64Array(capacity),
    deleted: new Float64Array(capacity).fill(Number.NaN),
  };
}

/** Adds an empty row and gives its index, making room a quarter at a time. */
export function addRow(table: FindingTable | AssetTable, at: Micros): number {
  const index = table.size;
  if (index === table.updated.length) enlarge(table, Math.ceil(index * 1.25) + 64);
  table.size++;
  table.updated[index] = at;
  return index;
}

function enlarge(table: FindingTable | AssetTable, capacity: number): void {
  const columns = table as unknown as Record<string, Float64Array | number>;
  for (const [name, column] of Object.entries(columns)) {
    if (typeof column === "number") continue;
    const Kind = column.constructor as new (size: number) => Float64Array;
    const wider = new Kind(capacity);
    if (name === "resolved" || name === "deleted") wider.fill(Number.NaN);
    wider.set(column);
    columns[name] = wider;
  }
}
