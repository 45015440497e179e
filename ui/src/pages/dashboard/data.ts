import { queryOptions } from "@tanstack/react-query";
import type { Dashboard, DashboardDay, FixFirst } from "../../../../src/api/schemas/dashboard.ts";
import { type Severity, severities } from "../../../../src/model.ts";
import { api } from "../../api/client.ts";
import type { Series } from "../../charts/time-chart.tsx";
import { severityColour, severityWords } from "../../kit/severity.tsx";

export const spans = ["7", "30", "90", "365"] as const;
export type Span = (typeof spans)[number];

export function isSpan(text: unknown): text is Span {
  return spans.includes(text as Span);
}

export const dashboardQuery = (days: Span) =>
  queryOptions({
    queryKey: ["dashboard", days],
    queryFn: ({ signal }) => api.get<Dashboard>("/dashboard", { days }, signal),
    refetchInterval: 60_000,
  });

export const fixFirstQuery = queryOptions({
  queryKey: ["dashboard", "fix-first"],
  queryFn: ({ signal }) => api.get<FixFirst>("/dashboard/fix-first", { limit: 10 }, signal),
  refetchInterval: 60_000,
});

/** Mildest first: what matters most lies on top of the stack. */
const upwards: Severity[] = [...severities].reverse();

export const severitySeries: Series[] = upwards.map((severity) => ({
  name: severity,
  label: severityWords[severity],
  colour: severityColour(severity),
}));

export const kindWords = {
  vulnerability: "Vulnerabilities",
  misconfiguration: "Misconfigurations",
  issue: "Issues",
  threat: "Threats",
} as const;
type Kind = keyof typeof kindWords;
const kinds = Object.keys(kindWords) as Kind[];

export const kindSeries: Series[] = kinds.map((kind, at) => ({
  name: kind,
  label: kindWords[kind],
  colour: `var(--series-${at + 1})`,
}));

export const flowSeries: Series[] = [
  { name: "found", label: "New", colour: "var(--series-3)" },
  { name: "resolved", label: "Resolved", colour: "var(--series-1)" },
];

export function openBySeverity(days: readonly DashboardDay[]) {
  return days.map(({ day, open }) => ({ day, ...open }));
}

export function openByKind(days: readonly DashboardDay[]) {
  return days.map(({ day, openByKind: counts }) => ({ day, ...counts }));
}

/** New ones upwards, resolved ones downwards. */
export function flow(days: readonly DashboardDay[]) {
  return days.map(({ day, found, resolved }) => ({ day, found: sum(found), resolved: -sum(resolved) }));
}

function sum(counts: Record<Severity, number>): number {
  return severities.reduce((total, severity) => total + counts[severity], 0);
}
