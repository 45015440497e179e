import { instant } from "../model.ts";

/** Less than a microsecond, which is as fine as PostgreSQL keeps times. */
const sameInstantMs = 0.0007;

/**
 * Whether a stored value and one that is to be stored are the same: numbers come back from the database in the
 * precision of `real`, times in another spelling and to the microsecond. Times are the columns whose name ends in `At`.
 */
export function isSameValue(column: string, a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number") return Math.fround(a) === Math.fround(b);
  if (column.endsWith("At") && typeof a === "string" && typeof b === "string")
    return Math.abs((instant(a) ?? 0) - (instant(b) ?? 0)) < sameInstantMs;
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Whether rows differ in anything but the marks of the write itself. */
export function isDifferent<Row extends object>(stored: Row, next: Row): boolean {
  return (Object.keys(next) as (keyof Row & string)[]).some(
    (column) => column !== "version" && column !== "changedAt" && !isSameValue(column, stored[column], next[column]),
  );
}
