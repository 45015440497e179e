import { isActiveStatus } from "../model.ts";
import type { FindingRow } from "./finding.ts";
import type { CubeDayTable } from "./schema-cubes.ts";

/** What a finding's days follow from. */
export const datedColumns = [
  "kind",
  "severity",
  "status",
  "firstFoundAt",
  "lastFoundAt",
  "resolvedAt",
  "statusChangedAt",
  "sourceUpdatedAt",
  "acceptedAt",
] as const satisfies readonly (keyof FindingRow)[];

type DatedFinding = Pick<FindingRow, (typeof datedColumns)[number]>;

/** Before all days: where there is no date. As text, too, it stands before every other. */
const beforeAll = "-infinity";

/** Its cells in `cube_day`: the day it was found, and whether it is open or on which day it was closed, or accepted. */
export function dayCells(finding: DatedFinding): Omit<CubeDayTable, "n">[] {
  const { kind, severity } = finding;
  const found = dayOf(finding.firstFoundAt);
  if (isActiveStatus(finding.status))
    return [
      { day: found, event: "found", kind, severity },
      { day: found, event: "open", kind, severity },
    ];
  const closed = dayOf(closedAt(finding));
  return [
    { day: found, event: "found", kind, severity },
    {
      day: closed < found ? found : closed,
      event: finding.status === "accepted" ? "accepted" : "resolved",
      kind,
      severity,
    },
  ];
}

/** Not every stream says when; then the last that was heard of it is as near as one can come. */
function closedAt(finding: DatedFinding): string | null {
  const { status, resolvedAt, statusChangedAt, sourceUpdatedAt, lastFoundAt, acceptedAt } = finding;
  // Its source has it open; that it is closed was said here.
  if (status === "accepted") return acceptedAt;
  // What was resolved once and is rejected now keeps its first date.
  const own = status === "resolved" ? (resolvedAt ?? statusChangedAt) : (statusChangedAt ?? resolvedAt);
  return own ?? sourceUpdatedAt ?? lastFoundAt;
}

const utc = /^\d{4}-\d\d-\d\dT.*Z$/;

/** The UTC day of an instant, as PostgreSQL has it. */
function dayOf(time: string | null): string {
  if (time === null) return beforeAll;
  return utc.test(time) ? time.slice(0, 10) : new Date(time).toISOString().slice(0, 10);
}
