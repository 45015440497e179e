import { severities, severityRank } from "../../model.ts";
import { type CveWord, weighWords, wizWord } from "../../risk/feeds.ts";
import { findingScore } from "../../risk/score.ts";
import type { FeedWord } from "../../store/feed.ts";
import type { FindingRow } from "../../store/finding.ts";

/** The columns of a finding that follow from what Wiz and the feeds say of its CVE. */
export type FeedColumns = Pick<
  FindingRow,
  "epss" | "epssSource" | "wizEpss" | "epssDisputed" | "isKev" | "kevSource" | "wizKev" | "kevDisputed" | "riskScore"
>;

type Weighed = FeedColumns & Pick<FindingRow, "cve" | "cvss" | "hasExploit" | "severity">;

const silence: CveWord = { epss: null, kev: null };

/** What follows for a finding from the feeds as they are. What Wiz said of it stays known, so it can be done again. */
export function weighFinding(row: Weighed, feeds: ReadonlyMap<string, FeedWord>): FeedColumns {
  const feed = (row.cve === null ? undefined : feeds.get(row.cve)) ?? silence;
  const weighed = weighWords(wizWord(row), feed);
  const { epss, isKev } = weighed;
  const { cvss, hasExploit } = row;
  const severity = severities.find((name) => severityRank[name] === row.severity) ?? "informational";
  return { ...weighed, riskScore: findingScore({ cvss, epss, kev: isKev, exploit: hasExploit, severity }).score };
}

export function withFeeds(row: FindingRow, feeds: ReadonlyMap<string, FeedWord>): FindingRow {
  return { ...row, ...weighFinding(row, feeds) };
}

/** The row as if no feed were loaded. */
export function asWizSays(row: FindingRow): FindingRow {
  return withFeeds(row, new Map());
}
