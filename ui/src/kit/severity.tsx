import { type Severity, severities } from "../../../src/model.ts";
import classes from "./severity.module.css";

export const severityWords: Record<Severity, string> = {
  critical: "Critical",
  high: "High",
  medium: "Medium",
  low: "Low",
  informational: "Info",
};

/** How much of the mark is filled, so that severity is never colour alone. */
const fill: Record<Severity, number> = { critical: 1, high: 0.75, medium: 0.5, low: 0.25, informational: 0 };

export function severityColour(severity: Severity): string {
  return `var(--severity-${severity})`;
}

/** The mark that stands for a severity everywhere: a square that is filled from the bottom. */
export function SeverityMark({ severity, size = 12 }: { severity: Severity; size?: number }) {
  const height = 10 * fill[severity];
  return (
    <svg className={classes.mark} width={size} height={size} viewBox="0 0 12 12" aria-hidden="true">
      <rect x="1" y={11 - height} width="10" height={height} fill={severityColour(severity)} />
      <rect
        x="1"
        y="1"
        width="10"
        height="10"
        rx="1.5"
        fill="none"
        stroke={severityColour(severity)}
        strokeWidth="1.5"
      />
    </svg>
  );
}

/** The mark with its word. */
export function SeverityLabel({ severity }: { severity: Severity | null }) {
  if (severity === null) return <span className={classes.none}>none</span>;
  return (
    <span className={classes.label} style={{ color: severityColour(severity) }}>
      <SeverityMark severity={severity} />
      {severityWords[severity]}
    </span>
  );
}

export function isSeverity(text: unknown): text is Severity {
  return severities.includes(text as Severity);
}
