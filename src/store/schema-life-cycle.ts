import type { Generated } from "kysely";

export interface RiskAcceptanceTable {
  id: string;
  owner: string;
  reason: string;
  scope: string;
  expiresAt: string;
  createdAt: string;
  createdBy: string;
  changedAt: string;
  changedBy: string;
  withdrawnAt: string | null;
  withdrawnBy: string | null;
  lapsedAt: string | null;
  revision: Generated<number>;
  appliedRevision: Generated<number>;
  done: Generated<number>;
  total: number | null;
  problem: string | null;
}

export interface DueDatePolicyTable {
  id: Generated<boolean>;
  critical: Generated<number | null>;
  high: Generated<number | null>;
  medium: Generated<number | null>;
  low: Generated<number | null>;
  informational: number | null;
  changedAt: string | null;
  changedBy: string | null;
  revision: Generated<number>;
  appliedRevision: Generated<number>;
  afterId: string | null;
  examined: Generated<number>;
  total: number | null;
}
