import type { Generated } from "kysely";
import type { Role } from "../model.ts";
import type { Json } from "./json-column.ts";

/** The tables of those who use Weir; written as in `schema.ts`. */

export interface AppUserTable {
  id: string;
  email: string;
  name: string;
  role: Role;
  isDisabled: Generated<boolean>;
  passwordHash: string;
  createdAt: string;
  updatedAt: string;
  lastLoginAt: string | null;
}

export interface SessionTable {
  id: string;
  userId: string;
  secretHash: Buffer;
  createdAt: string;
  lastSeenAt: string;
  address: string | null;
  userAgent: string | null;
}

export interface ApiTokenTable {
  id: string;
  userId: string;
  secretHash: Buffer;
  name: string;
  role: Role;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

export interface SetupTokenTable {
  secretHash: Buffer;
  expiresAt: string;
}

export interface RateLimitTable {
  key: Buffer;
  fullAt: string;
}

export interface AuditEventTable {
  id: string;
  at: string;
  actorType: string;
  actorId: string | null;
  actorName: string;
  action: string;
  subjectType: string | null;
  subjectId: string | null;
  subjectName: string | null;
  details: Json<unknown>;
  address: string | null;
}

type ExportResult = "complete" | "broken" | "cancelled";

export interface ExportProgressTable {
  id: string;
  userId: string;
  thing: string;
  query: string;
  format: string;
  rows: Generated<number>;
  bytes: Generated<number>;
  startedAt: string;
  notedAt: string;
  finishedAt: string | null;
  result: ExportResult | null;
  sha256: string | null;
  error: string | null;
}

export interface PreferenceTable {
  userId: string;
  key: string;
  value: string;
  changedAt: string;
}

export interface SavedSearchTable {
  id: string;
  ownerId: string | null;
  name: string;
  thing: string;
  query: string;
  sort: string | null;
  columns: string[] | null;
  isShared: boolean;
  createdAt: string;
  updatedAt: string;
}
