import { isActiveStatus } from "../../../../src/model.ts";
import type { Finding } from "../../api/types.ts";
import { lateMs, lateText } from "../../kit/due.ts";
import { numberText } from "../../kit/numbers.ts";
import { SeverityLabel, SeverityMark, severityWords } from "../../kit/severity.tsx";
import { agoText } from "../../kit/times.ts";
import { cloudText, wordText } from "../../kit/words.ts";
import { AccountName } from "../../list/account-name.tsx";
import { Card, LateCell, RowLink, Second, StateCell, Tags, TimeCell } from "../../list/cells.tsx";
import type { Column } from "../../list/explorer-types.ts";
import { hrefs } from "../../places.ts";

export const findingColumns: readonly Column<Finding>[] = [
  {
    id: "severity",
    title: "Severity",
    width: 104,
    sort: "severity",
    text: ({ severity }) => (severity === null ? null : severityWords[severity]),
    render: ({ severity }) => <SeverityLabel severity={severity} />,
  },
  {
    id: "title",
    title: "Finding",
    width: 260,
    isWide: true,
    text: ({ title }) => title,
    render: (finding) => <Title finding={finding} />,
  },
  {
    id: "asset",
    title: "Asset",
    width: 212,
    text: ({ asset }) => asset?.name ?? null,
    render: ({ asset }) =>
      asset === null ? null : (
        <>
          {asset.name ?? <span className="mono">{asset.externalId}</span>}
          {asset.class !== null && <Second>{wordText(asset.class)}</Second>}
        </>
      ),
  },
  { id: "cloud", title: "Cloud", width: 96, text: ({ asset }) => (asset?.cloud ? cloudText(asset.cloud) : null) },
  {
    id: "account",
    title: "Account",
    width: 150,
    text: ({ asset }) => asset?.account ?? null,
    render: ({ asset }) => (asset?.account ? <AccountName id={asset.account} /> : null),
  },
  { id: "accountId", title: "Account ID", width: 150, isMono: true, text: ({ asset }) => asset?.account ?? null },
  { id: "region", title: "Region", width: 120, text: ({ asset }) => asset?.region ?? null },
  { id: "package", title: "Package", width: 150, isMono: true, text: (finding) => finding.package?.name ?? null },
  { id: "version", title: "Version", width: 110, isMono: true, text: (finding) => finding.package?.version ?? null },
  {
    id: "fixedVersion",
    title: "Fixed in",
    width: 110,
    isMono: true,
    text: (finding) => finding.package?.fixedVersion ?? null,
  },
  {
    id: "status",
    title: "Status",
    width: 92,
    text: ({ status }) => wordText(status),
    render: ({ status }) => <StateCell text={wordText(status)} isQuiet={!isActiveStatus(status)} />,
  },
  {
    id: "riskScore",
    title: "Risk",
    width: 58,
    isNumber: true,
    sort: "riskScore",
    text: ({ riskScore }) => String(riskScore),
  },
  { id: "cve", title: "CVE", width: 140, isMono: true, text: ({ cve }) => cve },
  { id: "rule", title: "Rule", width: 240, text: ({ rule }) => rule },
  { id: "cvss", title: "CVSS", width: 68, isNumber: true, text: ({ cvss }) => cvss?.toFixed(1) ?? null },
  { id: "epss", title: "EPSS", width: 72, isNumber: true, text: ({ epss }) => percentText(epss) },
  { id: "kev", title: "KEV", width: 64, text: ({ kev }) => yesText(kev) },
  { id: "exploit", title: "Exploit", width: 74, text: ({ exploit }) => yesText(exploit) },
  { id: "kind", title: "Kind", width: 124, text: ({ kind }) => wordText(kind) },
  time("firstFound", "First found", ({ firstFoundAt }) => firstFoundAt, "firstFound"),
  time("lastFound", "Last found", ({ lastFoundAt }) => lastFoundAt),
  {
    id: "due",
    title: "Due",
    width: 104,
    sort: "due",
    text: (finding, now) => {
      const late = lateMs(finding, now);
      return late > 0 ? lateText(late) : finding.dueAt === null ? null : agoText(finding.dueAt, now);
    },
    render: (finding, now) => <DueCell finding={finding} now={now} />,
  },
  {
    id: "reopened",
    title: "Reopened",
    width: 90,
    isNumber: true,
    text: ({ reopenedCount }) => (reopenedCount === 0 ? null : numberText(reopenedCount)),
  },
  time("resolved", "Resolved", ({ resolvedAt }) => resolvedAt),
  time("changed", "Changed", ({ changedAt }) => changedAt, "changed"),
  {
    id: "projects",
    title: "Projects",
    width: 180,
    text: ({ projects }) => projects.join(", "),
    render: ({ projects }) => <Tags tags={projects} />,
  },
  {
    id: "tags",
    title: "Tags",
    width: 220,
    text: ({ tags }) => tags.join(", "),
    render: ({ tags }) => <Tags tags={tags} />,
  },
  { id: "integration", title: "Integration", width: 130, text: ({ integration }) => integration },
  { id: "source", title: "Source", width: 90, text: ({ vendorProductName }) => vendorProductName },
  { id: "externalId", title: "ID at source", width: 290, isMono: true, text: ({ externalId }) => externalId },
];

/** In one cell of two lines, for a narrow screen. */
export const findingCard: Column<Finding> = {
  id: "card",
  title: "Finding",
  width: 0,
  isWide: true,
  text: ({ title }) => title,
  render: (finding, now) => (
    <Card
      first={
        <>
          {finding.severity !== null && <SeverityMark severity={finding.severity} />} <Title finding={finding} />
        </>
      }
      under={[
        finding.severity === null ? null : severityWords[finding.severity],
        wordText(finding.status),
        finding.asset?.name ?? null,
        lateMs(finding, now) > 0 ? lateText(lateMs(finding, now)) : null,
        finding.firstFoundAt === null ? null : agoText(finding.firstFoundAt, now),
      ]}
    />
  ),
};

/** What it is, and what says so in one word: the CVE of a vulnerability (or the package, where that is its title), a rule. */
function Title({ finding }: { finding: Finding }) {
  const { id, title, cve, rule } = finding;
  const second = cve !== null && cve !== title ? cve : (finding.package?.name ?? (rule === title ? null : rule));
  return (
    <>
      <RowLink href={hrefs.finding(id)}>{title}</RowLink>
      {second !== null && <Second isMono={cve !== null}>{second}</Second>}
      {finding.reopenedCount > 0 && <Second>reopened</Second>}
    </>
  );
}

function time(id: string, title: string, at: (finding: Finding) => string | null, sort?: string): Column<Finding> {
  return {
    id,
    title,
    width: 96,
    ...(sort !== undefined && { sort }),
    text: (finding, now) => (at(finding) === null ? null : agoText(at(finding)!, now)),
    render: (finding, now) => <TimeCell at={at(finding)} now={now} />,
  };
}

/** What is late stands out; what is not yet says how long there is. */
function DueCell({ finding, now }: { finding: Finding; now: number }) {
  const late = lateMs(finding, now);
  if (late === 0) return <TimeCell at={finding.dueAt} now={now} />;
  return <LateCell at={finding.dueAt ?? ""}>{lateText(late)}</LateCell>;
}

function yesText(value: boolean | null): string | null {
  return value === null ? null : value ? "Yes" : "No";
}

/** A probability as FIRST writes it. */
function percentText(share: number | null): string | null {
  return share === null ? null : `${(share * 100).toFixed(1)}%`;
}
