import { severities, severityRank } from "../../../src/model.ts";
import { severityWords } from "../kit/severity.tsx";
import { exactText } from "../kit/times.ts";
import { cloudText, wordText } from "../kit/words.ts";

/** One field of a record that changed, in words. */
export type Change = { field: string; label: string } & (
  | { type: "value"; from: string | null; to: string | null }
  | { type: "list"; added: string[]; removed: string[]; kept: number }
);

const labels: Record<string, string> = {
  cvss: "CVSS",
  kev: "In CISA KEV",
  exploit: "Known exploit",
  packageVersion: "Installed version",
  fixedVersion: "Fixed version",
  dueAt: "Due",
  internetExposed: "Reachable from the internet",
};

/** What people look for first. The rest follows in the order in which the signal has it. */
const order = [
  "status",
  "acceptance",
  "severity",
  "name",
  "title",
  "asset",
  "internetExposed",
  "kev",
  "exploit",
  "cvss",
];

/** What a signal says has changed. */
export function changesOf(fields: unknown): Change[] {
  if (typeof fields !== "object" || fields === null) return [];
  const place = (field: string) => (order.includes(field) ? order.indexOf(field) : order.length);
  const changed = Object.entries(fields).sort(([a], [b]) => place(a) - place(b));
  return changed.map(([field, change]) => {
    const { from, to } = (typeof change === "object" && change !== null ? change : {}) as {
      from?: unknown;
      to?: unknown;
    };
    const label = Object.hasOwn(labels, field) ? labels[field]! : fieldWord(field);
    return Array.isArray(from) || Array.isArray(to)
      ? { field, label, type: "list", ...listChange(asList(from), asList(to)) }
      : { field, label, type: "value", from: valueWord(field, from), to: valueWord(field, to) };
  });
}

/** What happened to the acceptance of a finding's risk, which no integration brought; `null`: nothing. */
export function acceptanceWord(fields: unknown): string | null {
  const { acceptance } = (fields ?? {}) as { acceptance?: { from?: unknown; to?: unknown } };
  if (acceptance === undefined) return null;
  if (acceptance.to == null) return "Acceptance ended";
  return acceptance.from == null ? "Risk accepted" : "Acceptance changed";
}

/** All of them in one line: `Status Open → Resolved; Tags`. */
export function changesText(fields: unknown): string {
  return changesOf(fields)
    .map((change) =>
      change.type === "list" ? change.label : `${change.label} ${change.from ?? "none"} → ${change.to ?? "none"}`,
    )
    .join("; ");
}

function asList(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : value === null || value === undefined ? [] : [String(value)];
}

function listChange(from: readonly string[], to: readonly string[]) {
  const [before, after] = [new Set(from), new Set(to)];
  return {
    added: [...after].filter((one) => !before.has(one)),
    removed: [...before].filter((one) => !after.has(one)),
    kept: [...after].filter((one) => before.has(one)).length,
  };
}

/** `null`: there is none, or nobody says. */
function valueWord(field: string, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (field === "severity") return severityOf(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return JSON.stringify(value);
  if (field === "status") return wordText(value);
  if (field === "class") return wordText(value);
  if (field === "cloud") return cloudText(value);
  return field.endsWith("At") && !Number.isNaN(Date.parse(value)) ? exactText(value) : value;
}

/** Signals keep severities by their rank. */
function severityOf(value: unknown): string {
  const word = severities.find((one) => one === value || severityRank[one] === value);
  return word === undefined ? String(value) : severityWords[word];
}

/** `changedAt` is `Changed`, `packageName` is `Package name`. */
function fieldWord(field: string): string {
  return wordText(
    field
      .replace(/(.)At$/, "$1")
      .replaceAll(/([a-z])([A-Z])/g, (_, end: string, start: string) => `${end}_${start.toLowerCase()}`),
  );
}
