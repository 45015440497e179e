import type { AssetDetail } from "../api/types.ts";
import { countText, numberText } from "../kit/numbers.ts";
import { isSeverity, severityWords } from "../kit/severity.tsx";

export type Score = AssetDetail["score"];
export type ScorePart = Score["parts"][number];

const inputs: Record<ScorePart["input"], string> = {
  cvss: "CVSS base score",
  severity: "Severity, without CVSS",
  epss: "EPSS",
  kev: "In CISA KEV",
  exploit: "Known exploit",
  worstFinding: "Worst open finding",
  critical: "Critical findings",
  high: "High findings",
  medium: "Medium findings",
  low: "Low findings",
};

export function inputWord({ input }: ScorePart): string {
  return inputs[input];
}

/** The inputs that are worth a line: where nobody says anything but the severity, the others are told in a sentence. */
export function scoreRows({ parts }: Score): ScorePart[] {
  const known = parts.filter(({ points }) => points !== null);
  return known.length === 1 && known[0]?.input === "severity" ? known : parts;
}

/** What is known of an input: `9.8`, `94.5 %`, `yes`. */
export function valueText({ input, value, points }: ScorePart): string {
  if (value === null) return "not said";
  if (isSeverity(value)) return severityWords[value];
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (input === "epss") return percentText(Number(value));
  const text = numberText(Number(value));
  return input === "cvss" && points === 0 && Number(value) > 0 ? `${text}, outweighed by KEV` : text;
}

/** `94.5 %`; small ones keep what tells them from nothing. */
export function percentText(part: number): string {
  const percent = part * 100;
  if (percent > 0 && percent < 0.1) return "< 0.1 %";
  return `${percent >= 10 ? Math.round(percent * 10) / 10 : Math.round(percent * 100) / 100} %`;
}

export function pointsText({ points }: ScorePart): string {
  if (points === null) return "–";
  const rounded = Math.round(points * 10) / 10;
  return points === 0 ? "0" : rounded === 0 ? "< 0.1" : `+${numberText(rounded)}`;
}

/** What the points of an asset are multiplied with; `null` where there is nothing of the kind. */
export function factorsText({ factors }: Score): string | null {
  if (factors.length === 0) return null;
  const all = factors.reduce((product, { factor }) => product * factor, 1);
  const words = factors.map(({ input, value, factor, tags }) =>
    input === "criticality"
      ? `criticality ${value} of 5${criticalityCause(tags)}`
      : `${exposureText(value)} (× ${factor})`,
  );
  return `Everything counts ${countText(Math.round(all * 10) / 10, "time")}: ${words.join(", ")}.`;
}

/** ` (tag Crown jewels)`: who says so; `undefined` where it is not told. */
function criticalityCause(tags: readonly string[] | undefined): string {
  if (tags === undefined) return "";
  if (tags.length === 0) return " (no tag says otherwise)";
  return ` (${tags.length === 1 ? "tag" : "tags"} ${tags.join(", ")})`;
}

function exposureText(value: number | boolean | null): string {
  return value === null
    ? "nobody says whether it can be reached from the internet"
    : value
      ? "reachable from the internet"
      : "not reachable from the internet";
}
