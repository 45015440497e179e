import { isActiveStatus } from "../model.ts";
import { type DueDays, dueByPolicy } from "../store/due-date-policy.ts";
import type { FindingRow } from "../store/finding.ts";

/** What Weir says of a finding beside its source, as it is before anything was said. */
export const nothingSaid = {
  sourceStatus: null,
  acceptanceId: null,
  acceptedAt: null,
  reopenedCount: 0,
  reopenedAt: null,
  isDueByPolicy: false,
} as const satisfies Partial<FindingRow>;

/** No acceptance holds. */
export const notAccepted = { sourceStatus: null, acceptanceId: null, acceptedAt: null } as const;

/** The status that its source gives it. */
export function sourceStatusOf({ sourceStatus, status }: Pick<FindingRow, "sourceStatus" | "status">): string {
  return sourceStatus ?? status;
}

/** A stored finding in the words of its source, so that it can be held against what comes from there. */
export function asSource(row: FindingRow): FindingRow {
  const dueAt = row.isDueByPolicy ? null : row.dueAt;
  return { ...row, ...notAccepted, status: sourceStatusOf(row), dueAt, isDueByPolicy: false };
}

export interface LifeContext {
  /** ISO time of this write. */
  at: string;
  days: DueDays;
  /** It is read anew from what was sent before, so nothing came back. */
  isReread?: boolean;
}

/**
 * What comes from the source, with what Weir says of it: how often it came back, a due date where the source has none,
 * and that its risk is accepted as long as the source has it open. Whether an acceptance still covers it is looked at
 * when the pass ends.
 */
export function withLife(row: FindingRow, before: FindingRow | null, { at, days, isReread }: LifeContext): FindingRow {
  const isActive = isActiveStatus(row.status);
  const isBack = isReread !== true && before !== null && isActive && !isActiveStatus(sourceStatusOf(before));
  const reopened = {
    reopenedCount: (before?.reopenedCount ?? 0) + (isBack ? 1 : 0),
    reopenedAt: isBack ? at : (before?.reopenedAt ?? null),
  };
  return { ...row, ...reopened, ...due({ ...row, ...reopened }, before, days), ...accepted(row, before) };
}

/** What is closed keeps the date that it had. */
function due(row: FindingRow, before: FindingRow | null, days: DueDays): Pick<FindingRow, "dueAt" | "isDueByPolicy"> {
  if (row.dueAt !== null) return { dueAt: row.dueAt, isDueByPolicy: false };
  const own = before?.isDueByPolicy === true ? before.dueAt : null;
  const dueAt = isActiveStatus(row.status) ? dueByPolicy(days, row) : own;
  return { dueAt, isDueByPolicy: dueAt !== null };
}

function accepted(row: FindingRow, before: FindingRow | null): Partial<FindingRow> {
  if (before?.status !== "accepted" || !isActiveStatus(row.status)) return notAccepted;
  const { acceptanceId, acceptedAt } = before;
  return { status: "accepted", sourceStatus: row.status, acceptanceId, acceptedAt };
}
