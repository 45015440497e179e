import type { Thing } from "../src/query/field.ts";

/** A search that users make, in several forms with other values, so that no cache answers. */
export interface ListQuery {
  name: string;
  family: Family;
  on: Thing;
  queries: readonly string[];
  sort?: string;
  /** Pages forward and back again, each measured; 1 when left out. */
  pages?: number;
}

type Family =
  | "filters"
  | "text"
  | "ranges"
  | "tags and projects"
  | "combined"
  | "sorts"
  | "deep pages"
  | "assets"
  | "signals";

const list = (family: Family, on: Thing, name: string, ...queries: string[]): ListQuery => ({
  family,
  on,
  name,
  queries: queries.length === 0 ? [name] : queries,
});

const sorted = (on: Thing, sort: string, ...queries: string[]): ListQuery => ({
  family: "sorts",
  on,
  name: `${on} by ${sort}: ${queries[0] === "" ? "all" : queries[0]}`,
  queries,
  sort,
});

const deep = (on: Thing, sort: string, query: string): ListQuery => ({
  family: "deep pages",
  on,
  name: `${on} by ${sort}, 20 pages on and back: ${query === "" ? "all" : query}`,
  queries: [query],
  sort,
  pages: 20,
});

export const lists: readonly ListQuery[] = [
  list("filters", "findings", "all", ""),
  list("filters", "findings", "severity:critical AND status:open"),
  list("filters", "findings", "severity:[high, critical] AND status:[open, in_progress]"),
  list("filters", "findings", "severity:informational"),
  list("filters", "findings", "kind:threat", "kind:threat", "kind:issue AND status:open"),
  list("filters", "findings", "cve, common", "cve:CVE-2016-1001", "cve:CVE-2018-1003", "cve:CVE-2022-1007"),
  list("filters", "findings", "cve, rare", "cve:CVE-2021-45990", "cve:CVE-2023-33992", "cve:CVE-2016-50005"),
  list("filters", "findings", "package", "package.name:openssl", "package.name:zlib-3001", "package.name:curl-4002"),
  list("filters", "findings", "package, by its beginning", "package.name:log4j*", "package.name:openssl-12*"),
  list("filters", "findings", "account", "account:100000007919", "account:account-700", "account:100011000000"),
  list("filters", "findings", "region", "region:eu-west-1", "region:us-east-1-20", "region:sa-east-1"),
  list(
    "filters",
    "findings",
    "asset.type",
    "asset.type:BUCKET",
    "asset.type:CONTAINER_IMAGE_30",
    "asset.type:SERVERLESS_10",
  ),
  list("filters", "findings", "kev:true", "kev:true", "kev:true AND exploit:true AND status:open"),
  list("filters", "findings", "integration:acquired AND severity:low"),
  list("filters", "findings", "asset.externalId", "asset.externalId:asset-17", "asset.externalId:asset-4711"),
  list("text", "findings", "word, common", "openssl", "overflow", "attacker"),
  list("text", "findings", "word, rare", "quasar", "m4321", "m17"),
  list("text", "findings", "phrase", '"use after free in openssl"', '"race condition in zlib-1001"'),
  list("text", "findings", "part of a title", "title:serialization", "title:openjdk-30"),
  list("text", "findings", "asset.name", "asset.name:web-1009", "asset.name:cache-44", "asset.name:mail-*.example.com"),
  list("text", "findings", "rule", "rule:*injection*", "rule:glibc"),
  list(
    "text",
    "findings",
    "word and filter",
    "openssl AND severity:critical",
    "quasar AND status:open",
    "nginx AND cloud:gcp",
  ),
  list("text", "findings", "CVE id without a field", "CVE-2021-45990", "CVE-2016-1001"),
  list("ranges", "findings", "riskScore", "riskScore >= 98", "riskScore:[50 .. 55]", "riskScore < 3"),
  list("ranges", "findings", "cvss and epss", "cvss >= 9.8", "epss > 0.999", "epss:[0.5 .. 0.51]"),
  list("ranges", "findings", "firstFound", "firstFound > now-1d", "firstFound:2026-03", "firstFound < now-700d"),
  list("ranges", "findings", "lastFound", "lastFound > now-1h", "lastFound < now-39d"),
  list("ranges", "findings", "changed", "changed > now-1h", "changed:[now-2w .. now-1w]"),
  list("ranges", "findings", "due", "due < now AND status:open", "due:[now .. now+2d]"),
  list("ranges", "findings", "resolved", "resolved > now-1d", "resolved:2026-05"),
  list("tags and projects", "findings", "tag, common", 'tags.name:"Wiz"', "tags:env\\:prod", "tags:team\\:17"),
  list("tags and projects", "findings", "tag, rare", "tags:app\\:17005", "tags:app\\:3", "tags:cost\\:31"),
  list(
    "tags and projects",
    "findings",
    "project",
    "projects:project-1",
    "projects:project-250",
    "projects:[project-9, project-10]",
  ),
  list(
    "tags and projects",
    "findings",
    "project, severity and status",
    "projects:project-7 AND severity:critical AND status:open",
  ),
  list("combined", "findings", "NOT", "NOT status:open", "NOT cloud:aws AND severity:critical", "NOT tags:env\\:prod"),
  list(
    "combined",
    "findings",
    "OR over fields",
    "kev:true OR severity:critical",
    "cve:CVE-2021-45990 OR package.name:zlib-3001",
    "tags:app\\:17 OR account:account-900",
  ),
  list(
    "combined",
    "findings",
    "null tests",
    "due is null",
    "cve is null AND status:open",
    "asset.type is null",
    "region is null AND severity:critical",
  ),
  list("combined", "findings", "wildcards", "region:eu-*", "package.name:*ssl-1*", "tags:app\\:170*"),
  list("combined", "findings", "nested", "asset:(class:compute AND cloud:aws) AND severity:(critical OR high)"),
  list("combined", "findings", 'findings.vendorProductname:"Wiz" AND asset.inventory:"Wiz"'),
  list(
    "combined",
    "findings",
    "five filters",
    "status:open AND severity >= high AND cloud:aws AND exploit:true AND firstFound > now-30d",
  ),
  ...["severity", "riskScore", "firstFound", "changed", "due"].flatMap((sort) => [
    sorted("findings", sort, "", "status:open AND kind:vulnerability"),
    sorted("findings", `${sort}:asc`, "", "account:account-300", "severity:critical"),
  ]),
  sorted("assets", "riskScore", "", "class:storage", "tags:team\\:5"),
  sorted("assets", "riskScore:asc", ""),
  sorted("assets", "name", "", "cloud:gcp"),
  sorted("assets", "name:desc", "", "cloud:gcp"),
  sorted("assets", "lastSeen", "", "status:active"),
  sorted("assets", "lastSeen:asc", "", "status:active"),
  sorted("assets", "firstSeen", "", "status:active"),
  sorted("assets", "openCritical", "", "cloud:azure"),
  sorted("signals", "at", "", "change:gone"),
  sorted("signals", "at:asc", "", "change:gone"),
  deep("findings", "severity", ""),
  deep("findings", "severity", "status:open AND kind:vulnerability"),
  deep("findings", "severity", "projects:project-3 AND status:open"),
  deep("findings", "severity", "openssl"),
  deep("findings", "riskScore", "severity >= medium"),
  deep("findings", "firstFound:asc", ""),
  deep("findings", "changed", "cloud:azure"),
  deep("findings", "due", ""),
  deep("assets", "name", ""),
  deep("signals", "at", "severity:critical"),
  list("assets", "assets", "all", ""),
  list("assets", "assets", "asset.inventory:Wiz AND class:compute"),
  list("assets", "assets", "part of a name", "name:web-4711", "db-99", "name:cache-*7.example.com"),
  list(
    "assets",
    "assets",
    "openFindings.critical > 0",
    "openFindings.critical > 1",
    "criticality >= 4 AND internetExposed:true",
  ),
  list(
    "assets",
    "assets",
    "tags and accounts",
    "tags:app\\:12",
    "account:account-44",
    "tags:env\\:prod AND class:storage",
  ),
  list("assets", "assets", "provider id", "providerUniqueId:arn\\:aws\\:asset-4711", "externalId:asset-99"),
  list("signals", "signals", "of the last hour", "at > now-1h", "at > now-1d AND severity:critical"),
  list("signals", "signals", "change:[new, reopened] AND kind:vulnerability"),
  list("signals", "signals", "title", "title:CVE-2016-1001", "asset:web-1009"),
];

export interface FacetQuery {
  name: string;
  /** Asked at the same time, as a page does. */
  parts: readonly { on: Thing; query: string; by: readonly string[] }[];
}

const sides = ["severity", "status", "kind", "cloud", "asset.class", "projects", "cve"];
const more = ["tags", "account", "region", "asset.type", "package.name", "kev", "exploit", "fix", "integration"];
const open = "status:[open, in_progress]";

const beside = (query: string, by: readonly string[] = [...sides, ...more]): FacetQuery => ({
  name: `findings, ${by.length} fields: ${query === "" ? "all" : query}`,
  parts: [{ on: "findings", query, by }],
});

export const facets: readonly FacetQuery[] = [
  beside("", sides),
  beside(open, sides),
  beside(""),
  beside(open),
  beside("severity:critical AND status:open"),
  beside("NOT (severity:low OR status:resolved) AND cloud:aws"),
  beside("projects:project-7"),
  beside("projects:project-250 AND status:open"),
  beside("cve:CVE-2021-45990"),
  beside("cve:CVE-2016-1001"),
  beside("account:account-700"),
  beside("tags:app\\:17005"),
  beside("tags:env\\:prod AND status:open"),
  beside("openssl"),
  beside("quasar"),
  beside("kev:true AND status:open"),
  beside("firstFound > now-1d"),
  {
    name: "assets: all",
    parts: [{ on: "assets", query: "", by: ["class", "cloud", "type", "status", "region", "tags", "projects"] }],
  },
  {
    name: "assets: class:storage",
    parts: [{ on: "assets", query: "class:storage", by: ["cloud", "type", "status", "account"] }],
  },
  {
    name: "assets: tags:team:5",
    parts: [{ on: "assets", query: "tags:team\\:5", by: ["class", "cloud", "projects"] }],
  },
  {
    name: "signals: all, by day",
    parts: [{ on: "signals", query: "", by: ["at", "change", "stream", "severity", "kind"] }],
  },
  { name: "signals: of a day", parts: [{ on: "signals", query: "at > now-1d", by: ["change", "stream", "severity"] }] },
];
