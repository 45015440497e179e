import { findingStatuses, severities } from "../../../../src/model.ts";
import type { Finding } from "../../api/types.ts";
import { isSeverity, SeverityLabel } from "../../kit/severity.tsx";
import { cloudText, wordText } from "../../kit/words.ts";
import { AccountName } from "../../list/account-name.tsx";
import type { FacetValue, ListDescription } from "../../list/explorer-types.ts";
import { type FindingPlace, hrefs } from "../../places.ts";
import { findingCard, findingColumns } from "./findings-columns.tsx";

const word = (value: FacetValue) => wordText(String(value));
const yes = (value: FacetValue) => (value === true ? "Yes" : "No");

const worst = { desc: "Worst first", asc: "Mildest first" };
const newest = { desc: "Newest first", asc: "Oldest first" };

export const findingList: ListDescription<Finding> = {
  thing: "findings",
  words: { one: "finding", many: "findings" },
  columns: findingColumns,
  phone: findingCard,
  facets: [
    {
      by: "severity",
      title: "Severity",
      isOpen: true,
      order: severities,
      label: (value) => (isSeverity(value) ? <SeverityLabel severity={value} /> : String(value)),
    },
    { by: "status", title: "Status", isOpen: true, label: word, order: findingStatuses },
    { by: "kind", title: "Kind", isOpen: true, label: word },
    { by: "cloud", title: "Cloud", isOpen: true, label: (value) => cloudText(String(value)) },
    { by: "asset.class", title: "Asset class", isOpen: true, label: word },
    { by: "projects", title: "Project" },
    { by: "account", title: "Account", label: (value) => <AccountName id={String(value)} /> },
    { by: "region", title: "Region" },
    { by: "asset.type", title: "Asset type" },
    { by: "tags", title: "Tag" },
    { by: "cve", title: "CVE" },
    { by: "package.name", title: "Package" },
    { by: "rule", title: "Rule" },
    { by: "kev", title: "In CISA KEV", label: yes, order: [true, false] },
    { by: "exploit", title: "Exploit known", label: yes, order: [true, false] },
    { by: "fix", title: "Fix available", label: yes, order: [true, false] },
    { by: "overdue", title: "Overdue", label: yes, order: [true, false] },
    {
      by: "ageBucket",
      title: "Age",
      label: word,
      order: ["under_7_days", "7_to_29_days", "30_to_89_days", "90_to_364_days", "365_days_or_more"],
    },
    { by: "reopened", title: "Reopened", label: yes, order: [true, false] },
    { by: "dueBy", title: "Due date from", label: (value) => (value === "policy" ? "The policy" : "Wiz") },
    { by: "integration", title: "Integration" },
    { by: "vendorProductName", title: "Source" },
  ],
  sorts: [
    { name: "severity", title: "Severity", direction: "desc", words: worst },
    {
      name: "riskScore",
      title: "Risk score",
      direction: "desc",
      words: { desc: "Highest first", asc: "Lowest first" },
    },
    { name: "firstFound", title: "First found", direction: "desc", words: newest },
    { name: "changed", title: "Changed", direction: "desc", words: newest },
    { name: "due", title: "Due", direction: "asc", words: { asc: "Soonest first", desc: "Latest first" } },
  ],
  first: { q: "status:open" },
  id: ({ id }) => id,
  href: ({ id }) => hrefs.finding(id),
};

/** What is of most use for each kind, until someone chooses. */
export const firstFindingColumns: Record<FindingPlace, readonly string[]> = {
  all: ["severity", "title", "asset", "kind", "status", "riskScore", "due"],
  vulnerabilities: ["severity", "title", "asset", "version", "fixedVersion", "riskScore", "kev", "firstFound"],
  misconfigurations: ["severity", "title", "asset", "cloud", "region", "status", "riskScore", "firstFound"],
  threats: ["severity", "title", "asset", "cloud", "region", "status", "riskScore", "firstFound"],
  issues: ["severity", "title", "asset", "status", "riskScore", "due", "firstFound"],
};
