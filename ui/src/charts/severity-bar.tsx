import { Tooltip } from "@mantine/core";
import { type Severity, severities } from "../../../src/model.ts";
import { numberText } from "../kit/numbers.ts";
import { severityColour, severityWords } from "../kit/severity.tsx";
import classes from "./severity-bar.module.css";

export type BySeverity = Record<Severity, number>;

export function sumOf(counts: BySeverity): number {
  return severities.reduce((sum, severity) => sum + counts[severity], 0);
}

/** `3 critical, 12 high`, what is zero left out. */
function severityText(counts: BySeverity): string {
  const parts = severities.filter((severity) => counts[severity] > 0);
  if (parts.length === 0) return "none";
  return parts.map((severity) => `${numberText(counts[severity])} ${severityWords[severity].toLowerCase()}`).join(", ");
}

/** How a number is made up of severities, as a bar; `most` is the number that fills the width. */
export function SeverityBar({ counts, most }: { counts: BySeverity; most: number }) {
  const sum = sumOf(counts);
  return (
    <Tooltip label={severityText(counts)}>
      <div className={classes.track} role="img" aria-label={severityText(counts)}>
        <div className={classes.bar} style={{ width: `${most === 0 ? 0 : Math.max(2, (100 * sum) / most)}%` }}>
          {severities.map((severity) =>
            counts[severity] === 0 ? null : (
              <span key={severity} style={{ flexGrow: counts[severity], background: severityColour(severity) }} />
            ),
          )}
        </div>
      </div>
    </Tooltip>
  );
}
