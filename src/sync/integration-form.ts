import type { Connector, HostRules } from "../connectors/connector.ts";
import { ConfigError, ConflictError } from "../errors.ts";
import { type AssetClass, assetClasses } from "../model.ts";
import type { ChangedConnection, Integration } from "../store/integration.ts";

/** What people fill in, whoever asks: the command line and the HTTP API check it here. */

const longestName = 100;
const longestDescription = 1000;

/** @throws ConfigError when it is no name that people could work with */
export function parseName(text: string): string {
  const name = text.trim().normalize("NFC");
  const refuse = (problem: string) => new ConfigError(problem, { field: "name" });
  if (name === "") throw refuse("The name is empty: give the integration one, for example prod.");
  if (name.length > longestName)
    throw refuse(`The name has ${name.length} characters: ${longestName} is the most, use the description for more.`);
  if (/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(name))
    throw refuse("The name has a line break or another character that cannot be seen: leave it out.");
  return name;
}

/** An empty text takes the description away. @throws ConfigError when it is too long */
export function parseDescription(text: string): string | null {
  const description = text.trim();
  if (description.length > longestDescription)
    throw new ConfigError(
      `The description has ${description.length} characters: ${longestDescription} is the most, shorten it.`,
      { field: "description" },
    );
  return description === "" ? null : description;
}

/**
 * The chosen asset classes by their words or titles, `container_image` or `Container Images`; `null` when all are named.
 * @throws ConfigError when there is none, or a name is not of one
 */
export function parseAssetClasses(names: readonly string[]): AssetClass[] | null {
  const refuse = (problem: string) =>
    new ConfigError(`${problem} Give some of ${assetClasses.join(", ")}, or all of them.`, { field: "assetClasses" });
  if (names.length === 0) throw refuse("No asset class is chosen.");
  const wanted = names.map((name) => {
    const found = assetClasses.find((one) => classKey(one) === classKey(name));
    if (found === undefined) throw refuse(`There is no asset class "${name.trim()}".`);
    return found;
  });
  const chosen = assetClasses.filter((one) => wanted.includes(one));
  return chosen.length === assetClasses.length ? null : chosen;
}

/** One or many, capitals, spaces, dashes and underscores are the same. */
function classKey(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, "")
    .replace(/(ies|y|s)$/, "");
}

/** @throws ConflictError when another integration has the name (upper and lower case are the same) */
export function refuseTakenName(name: string, others: readonly Integration[]): void {
  const taken = others.find((other) => other.name.toLowerCase() === name.toLowerCase());
  if (taken !== undefined)
    throw new ConflictError(`An integration named "${taken.name}" exists already: choose another name.`, {
      field: "name",
    });
}

/** Stands in for the secret while the rest of the form is checked, so that nobody pastes one for nothing. */
export const anySecret = "not-asked-yet";

/** What of a stored connection is to be another. */
export interface ConnectionEdits {
  apiEndpoint?: string | undefined;
  /** `null`: the one that follows from the endpoint. */
  tokenUrl?: string | null | undefined;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  /** Empty: all. */
  projects?: readonly string[] | undefined;
}

export interface NewConnection {
  connection: ChangedConnection;
  /** The stored secret does not belong to it: it would go to a host or be of an account that it was not given for. */
  needsSecret: boolean;
}

/** The connection with what is to be another; `null` when nothing is. @throws ConfigError naming what is wrong */
export function changeConnection(
  connector: Connector,
  before: Integration,
  edits: ConnectionEdits,
  rules: HostRules,
): NewConnection | null {
  const { clientSecret } = edits;
  const isOtherClient = edits.clientId !== undefined && edits.clientId.trim() !== before.clientId;
  const form = {
    apiEndpoint: edits.apiEndpoint ?? before.apiUrl,
    tokenUrl: edits.tokenUrl ?? "",
    clientId: edits.clientId ?? before.clientId,
    clientSecret: clientSecret ?? anySecret,
    // Another service account sees other projects.
    projects: edits.projects ?? (isOtherClient ? [] : (before.projects ?? [])),
  };
  // A new endpoint may be in another environment: its token URL follows from it, unless it is given.
  const withNewToken = () => connector.parseConnection(form, rules);
  const keepsToken =
    edits.tokenUrl === undefined && (edits.apiEndpoint === undefined || withNewToken().apiUrl === before.apiUrl);
  const parsed = keepsToken ? connector.parseConnection({ ...form, tokenUrl: before.tokenUrl }, rules) : withNewToken();
  const connection = { ...parsed, clientSecret: clientSecret?.trim() };
  const needsSecret =
    connection.clientId !== before.clientId ||
    hostOf(connection.apiUrl) !== hostOf(before.apiUrl) ||
    hostOf(connection.tokenUrl) !== hostOf(before.tokenUrl);
  const isSame =
    connection.apiUrl === before.apiUrl &&
    connection.tokenUrl === before.tokenUrl &&
    (connection.projects ?? []).join() === (before.projects ?? []).join();
  return isSame && !needsSecret && clientSecret === undefined ? null : { connection, needsSecret };
}

/** @throws ConfigError when the stored secret does not go with the connection and no other was given */
export function requireSecret({ connection, needsSecret }: NewConnection): ChangedConnection {
  if (needsSecret && connection.clientSecret === undefined)
    throw new ConfigError(
      "A stored client secret is sent to no other host, and belongs to one client ID: give the client secret again.",
      { field: "clientSecret" },
    );
  return connection;
}

function hostOf(url: string): string {
  return new URL(url).host;
}
