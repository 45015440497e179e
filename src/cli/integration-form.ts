import type { Command } from "commander";
import type { Connection, Connector, HostRules } from "../connectors/connector.ts";
import { ConfigError } from "../errors.ts";
import type { AssetClass, IdentificationRule } from "../model.ts";
import { parseRules } from "../sync/identification-form.ts";
import { anySecret, parseAssetClasses } from "../sync/integration-form.ts";
import type { SecretOptions } from "./secret-input.ts";
import { secretOptions } from "./secret-input.ts";
import type { StreamChanges } from "./stream-options.ts";

/** The options that `add`, `edit` and `check` share. */
export interface EndpointOptions extends SecretOptions {
  apiEndpoint?: string;
  tokenUrl?: string;
  clientId?: string;
  /** `id,id`, or `all`. */
  projects?: string;
}

export interface FormOptions extends EndpointOptions, StreamChanges {
  description?: string;
  /** `compute,storage`, or `all`. */
  assetClasses?: string;
  /** `cloud_instance,serial`, or `default`. */
  identificationRules?: string;
}

export function addEndpointOptions(command: Command): Command {
  command
    .option("--api-endpoint <url>", "API endpoint, for example https://api.us1.app.wiz.io; us1 alone is enough")
    .option("--token-url <url>", "token URL; left out, it follows from the API endpoint")
    .option("--client-id <id>", "client ID of the service account")
    .option("--projects <ids>", "ids of the projects to read, separated by commas; all when left out or `all`");
  for (const option of secretOptions()) command.addOption(option);
  return command;
}

export function addFormOptions(command: Command): Command {
  return addEndpointOptions(command)
    .option("--streams <names>", "what to fetch, separated by commas; all of it when left out")
    .option(
      "--interval <stream=minutes...>",
      "how often to ask for changes, 1-1440 minutes; as often as wanted",
      collect,
    )
    .option("--asset-classes <names>", "classes of assets to fetch, separated by commas; all when left out or `all`")
    .option(
      "--identification-rules <names>",
      "rules by which its machines are one asset with others, separated by commas, or `default`",
    )
    .option("--description <text>", "a note for people");
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** @throws ConfigError that names what is missing or wrong; the secret is not looked at yet */
export function checkEndpoint(connector: Connector, options: EndpointOptions, rules: HostRules): Connection {
  const required = { "--api-endpoint": options.apiEndpoint, "--client-id": options.clientId };
  const missing = Object.entries(required).flatMap(([flag, value]) => (value === undefined ? [flag] : []));
  if (missing.length > 0) throw new ConfigError(`Missing: ${missing.join(" and ")}. See --help.`);
  return parseEndpoint(connector, options, anySecret, rules);
}

/** @throws ConfigError that names what is wrong */
export function parseEndpoint(
  connector: Connector,
  { apiEndpoint = "", tokenUrl, clientId = "", projects = "all" }: EndpointOptions,
  clientSecret: string,
  rules: HostRules,
): Connection {
  const form = { apiEndpoint, tokenUrl, clientId, clientSecret, projects: parseProjects(projects) };
  return connector.parseConnection(form, rules);
}

/** The parts of a list; none for `all`. @throws ConfigError when it names nothing */
export function parseProjects(text: string): string[] {
  if (isAll(text)) return [];
  const parts = partsOf(text);
  if (parts.length === 0)
    throw new ConfigError("--projects names no project. Give their ids, or all.", { field: "projects" });
  return parts;
}

/** `compute,storage`; `null` for `all`. @throws ConfigError when it names nothing, or no class */
export function parseClassList(text: string): AssetClass[] | null {
  return isAll(text) ? null : parseAssetClasses(partsOf(text));
}

/** `cloud_instance,serial`; `null` for `default`. @throws ConfigError when it names none */
export function parseRuleList(text: string): IdentificationRule[] | null {
  return text.trim().toLowerCase() === "default" ? null : parseRules(partsOf(text));
}

function isAll(text: string): boolean {
  return text.trim().toLowerCase() === "all";
}

function partsOf(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** A name as it is typed in a shell. */
export function shellWord(text: string): string {
  return /^[\w.@%+:,/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
