import type { Generated } from "kysely";
import type { Json } from "./json-column.ts";

/** Tables that say which records are one asset, and why. */

export interface IdentityKeyTable {
  key: string;
  sourceId: string;
}

export interface IdentityCommonTable {
  key: string;
}

export interface IdentityTodoTable {
  id: Generated<number>;
  sourceId: string;
  isBackground: Generated<boolean>;
}

export interface IdentitySeparationTable {
  id: string;
  sourceA: string;
  sourceB: string;
  at: string;
  decidedBy: string;
}

export interface AssetKeyTable {
  id: string;
  assetId: string;
}

export interface IdentityLogTable {
  id: string;
  at: string;
  assetId: string;
  sourceId: string;
  rule: string;
  evidence: Json<unknown>;
  event: string;
}
