/** What changed from what to what, as a signal tells it. */
export interface Change {
  field: string;
  from: string;
  to: string;
}

/** The changes of a signal's `fields`; what is not of that shape says nothing. */
export function readChanges(fields: unknown): Change[] {
  if (typeof fields !== "object" || fields === null) return [];
  return Object.entries(fields).flatMap(([field, change]: [string, unknown]) => {
    if (typeof change !== "object" || change === null || !("from" in change || "to" in change)) return [];
    const { from, to } = change as { from?: unknown; to?: unknown };
    return [{ field, from: valueText(from), to: valueText(to) }];
  });
}

/** All of them in one line: `status: open → resolved, severity: high → critical`. */
export function changesText(fields: unknown): string {
  return readChanges(fields)
    .map(({ field, from, to }) => `${field}: ${from} → ${to}`)
    .join(", ");
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(valueText).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
