import type { Finding } from "../api/types.ts";
import { AppLink } from "../kit/link.tsx";
import { SeverityMark, severityWords } from "../kit/severity.tsx";
import { hrefs } from "../places.ts";
import classes from "./related.module.css";

/** A finding in one line: what it is, or on which asset. */
export function FindingRow({ finding, by }: { finding: Finding; by: "title" | "asset" }) {
  const { severity, asset, package: pack } = finding;
  const [first, second] =
    by === "asset"
      ? [asset?.name ?? "no asset", [pack?.version, asset?.cloud, asset?.region]]
      : [finding.title, [pack?.name, pack?.version]];
  const rest = second.filter((text) => text !== null && text !== undefined).join(" ");
  return (
    <AppLink href={hrefs.finding(finding.id)} className={classes.row} underline="never">
      {severity === null ? (
        <span />
      ) : (
        <span role="img" aria-label={severityWords[severity]} title={severityWords[severity]}>
          <SeverityMark severity={severity} />
        </span>
      )}
      <span className={classes.words}>
        <span className="foreign one-line" title={first}>
          {first}
        </span>
        {rest !== "" && (
          <span className={`foreign one-line ${classes.second}`} title={rest}>
            {rest}
          </span>
        )}
      </span>
      <span className={classes.end} title="Risk score">
        {finding.riskScore}
      </span>
    </AppLink>
  );
}
