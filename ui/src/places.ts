import type { Thing } from "./api/types.ts";

/** Where everything is: the one place that knows the addresses of pages. */

export const findingPlaces = {
  all: { title: "All findings", kind: null },
  vulnerabilities: { title: "Vulnerabilities", kind: "vulnerability" },
  misconfigurations: { title: "Misconfigurations", kind: "misconfiguration" },
  threats: { title: "Threats", kind: "threat" },
  issues: { title: "Issues", kind: "issue" },
} as const;
export type FindingPlace = keyof typeof findingPlaces;

export function isFindingPlace(text: string): text is FindingPlace {
  return Object.hasOwn(findingPlaces, text);
}

/** What the address of a list holds. An absent `q` is the list's own beginning, an empty one everything. */
export interface ListView {
  q?: string;
  sort?: string;
  /** `24h`, `7d`, … or `2026-11-01..2026-11-08`. */
  range?: string;
  /** The record that is open beside the list. */
  open?: string;
}

export const places = {
  dashboard: "/",
  login: "/login",
  setup: "/setup",
  account: "/account",
  integrations: "/admin/settings/integrations",
  catalogue: "/admin/settings/connectors",
  feeds: "/admin/settings/feeds",
  users: "/admin/settings/users",
  tokens: "/admin/settings/tokens",
  tags: "/admin/settings/tags",
  riskAcceptances: "/admin/settings/risk-acceptances",
  policies: "/admin/settings/policies",
  audit: "/admin/settings/audit",
  help: "/help",
} as const;

export const hrefs = {
  findings: (place: FindingPlace = "all", view: ListView = {}) => withSearch(`/findings/${place}`, view),
  finding: (id: string) => `/findings/${id}`,
  assets: (view: ListView = {}) => withSearch("/inventory/assets", view),
  asset: (id: string) => `/inventory/assets/${id}`,
  signals: (view: ListView = {}) => withSearch("/signals/search", view),
  signal: (id: string) => `/signals/${id}`,
  newIntegration: (connector: string, step?: string) =>
    withSearch("/admin/settings/integrations/new", { connector, step }),
  integrations: (view: { q?: string; connector?: string }) => withSearch(places.integrations, view),
  catalogue: (view: { tag?: string | undefined; q?: string | undefined; open?: string }) =>
    withSearch(places.catalogue, view),
  /** `edit`: the id of a tag, or `new`; `q`: what a new one finds. */
  tags: (view: { edit?: string | undefined; q?: string | undefined } = {}) => withSearch(places.tags, view),
  integration: (id: string, tab?: string) => withSearch(`${places.integrations}/${id}`, { tab }),
  runs: (id: string, view: { run?: string | undefined; show?: string }) =>
    withSearch(`${places.integrations}/${id}`, { tab: "runs", ...view }),
  log: (id: string, level: string) => withSearch(`${places.integrations}/${id}`, { tab: "log", level }),
  help: (page: string) => `${places.help}/${page}`,
  login: (next?: string) => withSearch(places.login, { next }),
  /** The list behind a number. */
  list: (on: Thing, q: string) =>
    on === "findings" ? hrefs.findings("all", { q }) : on === "assets" ? hrefs.assets({ q }) : hrefs.signals({ q }),
};

function withSearch(path: string, search: object): string {
  const given = Object.entries(search).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const text = new URLSearchParams(given).toString();
  return text === "" ? path : `${path}?${text}`;
}
