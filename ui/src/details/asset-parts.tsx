import { VisuallyHidden } from "@mantine/core";
import type { Severity } from "../../../src/model.ts";
import { severities } from "../../../src/model.ts";
import type { Thing } from "../api/types.ts";
import { AppLink } from "../kit/link.tsx";
import { numberText } from "../kit/numbers.ts";
import { SeverityMark, severityColour, severityWords } from "../kit/severity.tsx";
import { hrefs } from "../places.ts";
import { both, term } from "../query/terms.ts";
import classes from "./details.module.css";
import { None } from "./facts.tsx";
import { QueryLink } from "./query-link.tsx";

export const isOpenQuery = "status:[open, in_progress]";

/** Whether it can be reached from the internet; `undefined` while nobody has looked yet. */
export function AssetExposure({ on, exposed }: { on: Thing; exposed: boolean | null | undefined }) {
  if (exposed === undefined) return <None>…</None>;
  if (exposed === null) return <None>Wiz does not say</None>;
  const field = on === "assets" ? "internetExposed" : "asset.internetExposed";
  return (
    <span style={exposed ? { color: "var(--bad)", fontWeight: 550 } : undefined}>
      <QueryLink
        on={on}
        field={field}
        value={exposed}
        text={exposed ? "Reachable from the internet" : "Not reachable"}
      />
    </span>
  );
}

/** How many open findings of each severity an asset has; each number leads to them. */
export function OpenCounts({ assetId, counts }: { assetId: string; counts: Record<Severity, number> }) {
  const some = severities.filter((severity) => counts[severity] > 0);
  if (some.length === 0) return <None>none</None>;
  return (
    <span className={classes.counts}>
      {some.map((severity) => (
        <AppLink
          key={severity}
          href={hrefs.list("findings", both(term("asset.id", assetId), both(term("severity", severity), isOpenQuery)))}
          className={classes.count}
          style={{ color: severityColour(severity) }}
          title={`${numberText(counts[severity])} open, ${severityWords[severity].toLowerCase()}`}
        >
          <SeverityMark severity={severity} />
          {numberText(counts[severity])}
          <VisuallyHidden>{severityWords[severity]}</VisuallyHidden>
        </AppLink>
      ))}
    </span>
  );
}
