import { VisuallyHidden } from "@mantine/core";
import { findingKinds, type Severity, severities } from "../../../src/model.ts";
import type { AssetDetail, Finding } from "../api/types.ts";
import { AppLink } from "../kit/link.tsx";
import { countText, numberText } from "../kit/numbers.ts";
import { SeverityMark, severityWords } from "../kit/severity.tsx";
import { kindsText } from "../kit/words.ts";
import { hrefs } from "../places.ts";
import { both, term } from "../query/terms.ts";
import classes from "./asset-findings.module.css";
import { isOpenQuery } from "./asset-parts.tsx";
import { FindingRow } from "./finding-row.tsx";
import { RelatedSection } from "./related.tsx";
import { Section } from "./section.tsx";

/** What is wrong on it: how much of what, and the worst of it. */
export function AssetFindings({ asset }: { asset: AssetDetail }) {
  const all = term("asset.id", asset.id);
  const count = (statuses: readonly string[]) =>
    asset.findings.filter(({ status }) => statuses.includes(status)).reduce((sum, one) => sum + one.count, 0);
  const closed = count(["resolved", "rejected", "gone"]);
  return (
    <>
      <Section
        title="Open findings"
        aside={
          closed > 0 && (
            <AppLink href={hrefs.list("findings", both(all, "status:[resolved, rejected, gone]"))} fz="sm">
              {countText(closed, "closed finding")}
            </AppLink>
          )
        }
      >
        {asset.openByKind.length === 0 ? (
          <p className={classes.none}>Nothing is open on it, so its risk score is 0.</p>
        ) : (
          <Counts asset={asset} />
        )}
      </Section>
      {asset.openByKind.length > 0 && (
        <RelatedSection<Finding>
          on="findings"
          title="Worst open findings"
          q={both(all, isOpenQuery)}
          sort="riskScore"
          limit={10}
          none="Nothing is open on it."
          row={(one) => <FindingRow finding={one} by="title" />}
        />
      )}
    </>
  );
}

function Counts({ asset }: { asset: AssetDetail }) {
  const kinds = findingKinds.filter((kind) => asset.openByKind.some((one) => one.kind === kind));
  return (
    <table className={classes.counts}>
      <thead>
        <tr>
          <th scope="col">
            <VisuallyHidden>Kind</VisuallyHidden>
          </th>
          {severities.map((severity) => (
            <th key={severity} scope="col" className="number" title={severityWords[severity]}>
              <SeverityMark severity={severity} />
              <span className={classes.word}>{severityWords[severity]}</span>
            </th>
          ))}
          <th scope="col" className="number">
            All
          </th>
        </tr>
      </thead>
      <tbody>
        {kinds.map((kind) => (
          <tr key={kind}>
            <th scope="row">{kindsText(kind)}</th>
            {severities.map((severity) => (
              <Cell key={severity} asset={asset} kind={kind} severity={severity} />
            ))}
            <Cell asset={asset} kind={kind} />
          </tr>
        ))}
      </tbody>
      {kinds.length > 1 && (
        <tfoot>
          <tr>
            <th scope="row">All</th>
            {severities.map((severity) => (
              <Cell key={severity} asset={asset} severity={severity} />
            ))}
            <Cell asset={asset} />
          </tr>
        </tfoot>
      )}
    </table>
  );
}

function Cell({ asset, kind, severity }: { asset: AssetDetail; kind?: string; severity?: Severity }) {
  const count = asset.openByKind
    .filter((one) => (kind === undefined || one.kind === kind) && (severity === undefined || one.severity === severity))
    .reduce((sum, one) => sum + one.count, 0);
  const q = [
    term("asset.id", asset.id),
    isOpenQuery,
    kind === undefined ? "" : term("kind", kind),
    severity === undefined ? "" : term("severity", severity),
  ].reduce(both);
  return (
    <td className="number">
      {count === 0 ? (
        <span className={classes.none}>0</span>
      ) : (
        <AppLink href={hrefs.list("findings", q)} fz="inherit">
          {numberText(count)}
        </AppLink>
      )}
    </td>
  );
}
