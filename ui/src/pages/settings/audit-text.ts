/** The details of a change as a line: `name: a → b, streams.issues.intervalMinutes: 5 → 10`. */
export function detailsText(details: Record<string, unknown>): string {
  return Object.entries(details)
    .flatMap(([name, value]) => lines(name, value))
    .join(", ");
}

function lines(name: string, value: unknown): string[] {
  if (isChange(value)) return [`${name}: ${valueText(value.from)} → ${valueText(value.to)}`];
  if (isRecord(value)) return Object.entries(value).flatMap(([inner, one]) => lines(`${name}.${inner}`, one));
  return [`${name}: ${valueText(value)}`];
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(valueText).join(" ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isChange(value: unknown): value is { from: unknown; to: unknown } {
  return isRecord(value) && "from" in value && "to" in value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
