import type { Generated, GeneratedAlways } from "kysely";

/** The tables of people's own tags; written as in `schema.ts`. */

export interface TagTable {
  id: string;
  name: string;
  description: string | null;
  criticality: number | null;
  kind: "static" | "dynamic";
  query: string | null;
  createdAt: string;
  updatedAt: string;
  dueAt: string | null;
  evaluatedAt: string | null;
  evaluatedMs: number | null;
  problem: string | null;
}

export interface AssetTagTable {
  assetId: string;
  tagId: string;
  how: "chosen" | "query";
  at: string;
}

export interface TagBulkTable {
  id: string;
  tagId: string;
  action: "add" | "remove";
  query: string;
  requestedAt: string;
  total: number;
  done: Generated<number>;
}

export interface AssetTagDueTable {
  assetId: string;
  mark: GeneratedAlways<number>;
}
