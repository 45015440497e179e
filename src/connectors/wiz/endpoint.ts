import { createHash } from "node:crypto";
import { AddressError, ConfigError } from "../../errors.ts";
import type { EndpointHelp } from "../catalogue.ts";
import type { AddressForm, Connection, ConnectionForm, HostRules } from "../connector.ts";
import { type PastedField, parsePasted } from "./pasted-url.ts";

/** Where a tenant can live, with the token hosts that serve it. Wiz adds data centres, not environments. */
const environments = [
  { domain: "app.wiz.io", title: "commercial", tokenHost: "auth.app.wiz.io", legacyTokenHost: "auth.wiz.io" },
  { domain: "app.wiz.us", title: "gov (FedRAMP)", tokenHost: "auth.app.wiz.us", legacyTokenHost: null },
  {
    domain: "gov.wiz.io",
    title: "commercial on AWS GovCloud",
    tokenHost: "auth.gov.wiz.io",
    legacyTokenHost: "auth0.gov.wiz.io",
  },
] as const;

type Environment = (typeof environments)[number];

/** The three regions that people know by name; any other data centre is typed as it is. */
const regionPresets = [
  { title: "US", apiEndpoint: "api.us1.app.wiz.io" },
  { title: "EU", apiEndpoint: "api.eu1.app.wiz.io" },
  { title: "US 2", apiEndpoint: "api.us2.app.wiz.io" },
] as const;

const dataCentre = /^[a-z]+[0-9]+$/;
const whereToFindIt = "In the Wiz portal: user icon → Tenant Info → Data Center and Regions.";
const formatHint = `It looks like https://api.us1.app.wiz.io: api, your data centre, and one of ${environments.map((e) => e.domain).join(", ")}. ${whereToFindIt}`;

const consoleHint = (example: string) => `The API endpoint is another one, such as ${example}. ${whereToFindIt}`;

const tokenUrlOf = (tokenHost: string) => `https://${tokenHost}/oauth/token`;

/** For the form (W-18, W-19, Q-14 to ). */
export const endpointHelp: EndpointHelp = {
  format: "https://api.<data centre>.<environment>",
  whereToFindIt: [
    whereToFindIt,
    "Or look at the address bar of your browser while you are signed in to Wiz: it names the environment, and often the data centre.",
  ],
  regions: regionPresets.map(({ title, apiEndpoint }) => ({
    title,
    apiEndpoint,
    tokenUrl: tokenUrlOf(environments[0].tokenHost),
  })),
  environments: environments.map(({ domain, title, tokenHost }) => ({
    domain,
    title,
    tokenUrl: tokenUrlOf(tokenHost),
  })),
};

/**
 * Reads what a person pasted: a bare host, a URL with or without `/graphql`, a data centre (`us17`,
 * `us17.app.wiz.us`), a preset (`EU`). Only Wiz's own hosts, and those allowed by name, ever get credentials.
 * @throws ConfigError naming the field
 */
export function parseConnection(form: ConnectionForm, rules: HostRules): Connection {
  const { api, token } = parseEndpoint(form, rules);
  const clientId = parseCredential(form.clientId, "clientId", "client ID");
  const clientSecret = parseCredential(form.clientSecret, "clientSecret", "client secret");
  return {
    apiUrl: api.url,
    tokenUrl: token.url,
    audience: token.audience,
    clientId,
    clientSecret,
    accountKey: createHash("sha256").update(`${api.url}\n${clientId}`).digest("hex").slice(0, 32),
    projects: parseProjects(form.projects ?? []),
  };
}

/**
 * Both addresses of a form, for whoever shows what they are understood as.
 * @throws AddressError naming the field
 */
export function parseEndpoint(form: AddressForm, rules: HostRules): { api: ApiEndpoint; token: TokenEndpoint } {
  const api = parseApiEndpoint(form.apiEndpoint, rules);
  return { api, token: parseTokenUrl(form.tokenUrl, api, rules) };
}

/** The data centre in an API URL, or `null` for a host that is not Wiz's. */
export function dataCentreOf(apiUrl: string): string | null {
  return matchApiHost(new URL(apiUrl).hostname)?.dataCentre ?? null;
}

export interface ApiEndpoint {
  url: string;
  /** `null` for a host allowed by name. */
  environment: Environment | null;
}

interface TokenEndpoint {
  url: string;
  audience: string;
}

function parseApiEndpoint(typed: string, rules: HostRules): ApiEndpoint {
  const field: PastedField = { field: "apiEndpoint", title: "API endpoint", hint: formatHint };
  const pasted = parsePasted(expandShorthand(typed), field, rules);
  if (pasted.isAllowedByName) return { url: pasted.url.origin + (pasted.path || "/graphql"), environment: null };

  const { hostname } = pasted.url;
  refuseConsole(hostname);
  const match = matchApiHost(hostname);
  if (match === null) throw wrongHost(hostname);
  pasted.refusePortAndQuery();
  if (pasted.path !== "" && pasted.path !== "/graphql") {
    throw new AddressError("The API endpoint has a path that Wiz does not have.", {
      field: "apiEndpoint",
      hint: `Enter ${pasted.url.origin} alone.`,
      meant: pasted.url.origin,
    });
  }
  return { url: `https://${hostname}/graphql`, environment: match.environment };
}

/** `EU` or `us 2`, whatever the case. */
export function findPreset(typed: string): (typeof regionPresets)[number] | undefined {
  const name = (text: string) => text.trim().toLowerCase().replace(" ", "");
  return regionPresets.find((preset) => name(preset.title) === name(typed));
}

/** Whether it names a data centre and nothing else, so that the environment is a guess. */
export function isDataCentreAlone(typed: string): boolean {
  return dataCentre.test(typed.trim().toLowerCase());
}

/** `EU`, `us17` and `us17.app.wiz.us` are enough to know the host. A whole URL is left as it is. */
function expandShorthand(typed: string): string {
  const text = typed.trim();
  const preset = findPreset(text);
  if (preset !== undefined) return preset.apiEndpoint;
  const name = text.toLowerCase();
  if (isDataCentreAlone(name)) return `api.${name}.app.wiz.io`;
  const environment = environments.find((e) => name.endsWith(`.${e.domain}`));
  if (environment === undefined) return text;
  return dataCentre.test(name.slice(0, -environment.domain.length - 1)) ? `api.${name}` : text;
}

function matchApiHost(hostname: string): { dataCentre: string; environment: Environment } | null {
  for (const environment of environments) {
    if (!hostname.startsWith("api.") || !hostname.endsWith(`.${environment.domain}`)) continue;
    const middle = hostname.slice("api.".length, -environment.domain.length - 1);
    if (dataCentre.test(middle)) return { dataCentre: middle, environment };
  }
  return null;
}

function refuseConsole(hostname: string): void {
  const isConsole =
    hostname === "wiz.io" || hostname === "www.wiz.io" || environments.some((e) => hostname === e.domain);
  const dataCentreConsole = environments.find(
    (e) => hostname.endsWith(`.${e.domain}`) && dataCentre.test(hostname.slice(0, -e.domain.length - 1)),
  );
  if (!isConsole && dataCentreConsole === undefined) return;
  const meant = dataCentreConsole === undefined ? undefined : `https://api.${hostname}`;
  throw new AddressError(`${hostname} is the address of the Wiz console, where people sign in.`, {
    field: "apiEndpoint",
    hint: consoleHint(meant ?? "https://api.us1.app.wiz.io"),
    meant,
  });
}

function wrongHost(hostname: string): AddressError {
  return new AddressError(describeWrongHost(hostname), { field: "apiEndpoint", hint: formatHint });
}

function describeWrongHost(hostname: string): string {
  if (hostname.startsWith("auth.") || hostname.startsWith("auth0."))
    return `${hostname} is a token host: it belongs in the token URL. The API endpoint is missing.`;
  const isOfWiz = hostname.endsWith(".wiz.io") || hostname.endsWith(".wiz.us");
  return `${hostname} ${isOfWiz ? "is not an API host in an environment that Weir knows" : "is not a host of Wiz"}.`;
}

function parseTokenUrl(typed: string | undefined, api: ApiEndpoint, rules: HostRules): TokenEndpoint {
  if (typed === undefined || typed.trim() === "") {
    if (api.environment === null) return { url: `${new URL(api.url).origin}/oauth/token`, audience: "wiz-api" };
    return { url: `https://${api.environment.tokenHost}/oauth/token`, audience: "wiz-api" };
  }
  const expected = environments.map((e) => `https://${e.tokenHost}/oauth/token (${e.title})`).join(", ");
  const field: PastedField = { field: "tokenUrl", title: "token URL", hint: `Wiz has ${expected}.` };
  const pasted = parsePasted(typed.trim(), field, rules);
  const { hostname } = pasted.url;
  const audience = isLegacyTokenHost(hostname) ? "beyond-api" : "wiz-api";
  if (pasted.isAllowedByName) return { url: pasted.url.origin + (pasted.path || "/oauth/token"), audience };

  const environment = environments.find((e) => e.tokenHost === hostname || e.legacyTokenHost === hostname);
  if (environment === undefined) {
    throw new AddressError(`${hostname} is not a token host of Wiz.`, { field: "tokenUrl", hint: field.hint });
  }
  pasted.refusePortAndQuery();
  if (pasted.path !== "" && pasted.path !== "/oauth/token") {
    const meant = tokenUrlOf(hostname);
    throw new AddressError("The path of the token URL is not one that Wiz has.", {
      field: "tokenUrl",
      hint: `It is ${meant}.`,
      meant,
    });
  }
  refuseMismatch(environment, api);
  return { url: `https://${hostname}/oauth/token`, audience };
}

/** A token of one environment is refused by the other's API, and says only "401" then. */
function refuseMismatch(tokenEnvironment: Environment, api: ApiEndpoint): void {
  if (api.environment === null || api.environment === tokenEnvironment) return;
  const meant = tokenUrlOf(api.environment.tokenHost);
  throw new AddressError(
    `The token URL belongs to ${tokenEnvironment.domain} (${tokenEnvironment.title}), the API endpoint to ${api.environment.domain} (${api.environment.title}).`,
    { field: "tokenUrl", hint: `For this endpoint it is ${meant}.`, meant },
  );
}

/** Hosts of the time before Cognito want another audience. */
function isLegacyTokenHost(hostname: string): boolean {
  return hostname === "auth.wiz.io" || hostname.startsWith("auth0.");
}

const projectId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Wiz filters by id, and names of projects change: a name is refused rather than looked up. Empty: all projects. */
function parseProjects(typed: readonly string[]): string[] {
  const ids = typed.map((text) => text.trim().toLowerCase()).filter((text) => text !== "");
  const wrong = ids.findIndex((id) => !projectId.test(id));
  if (wrong !== -1) {
    throw new ConfigError(
      `"${typed.filter((text) => text.trim() !== "")[wrong]?.trim()}" is not the id of a project. Ids look like 3fa85f64-5717-4562-b3fc-2c963f66afa6: in Wiz under Settings → Projects, in the address of a project's page, or from \`weir check\` for an account that is limited to some.`,
      { field: "projects" },
    );
  }
  return [...new Set(ids)].sort();
}

function parseCredential(typed: string, field: "clientId" | "clientSecret", title: string): string {
  const text = typed.trim();
  if (text === "") throw new ConfigError(`The ${title} is empty. Copy it from the service account in Wiz.`, { field });
  if (/[\s\p{Cc}]/u.test(text)) {
    throw new ConfigError(`The ${title} has a space or line break inside. Copy it again.`, { field });
  }
  return text;
}
