import type { Generated } from "kysely";

/** The tables of the feeds that are loaded from files, see `schema.ts`. */

export interface FeedImportTable {
  id: Generated<number>;
  feed: string;
  fileName: string;
  dataAt: string;
  newestOn: string | null;
  version: string | null;
  rows: number;
  importedAt: string;
  importedBy: string;
  isCurrent: boolean;
}

export interface FeedEpssTable {
  importId: number;
  cve: string;
  epss: number;
  percentile: number;
}

export interface FeedKevTable {
  importId: number;
  cve: string;
  vendorProject: string | null;
  product: string | null;
  vulnerabilityName: string | null;
  /** `2026-11-20` */
  addedOn: string;
  dueOn: string | null;
  description: string | null;
  requiredAction: string | null;
  ransomwareUse: string | null;
  notes: string | null;
}

export interface FeedDueTable {
  cve: string;
  importId: number;
  n: number;
}

export interface FeedDueAssetTable {
  assetId: string;
}

export interface FeedWorkTable {
  id: number;
  startedAt: string;
  finishedAt: string | null;
  total: number;
  done: number;
  changed: number;
  assetsDone: number;
}
