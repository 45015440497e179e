import {
  WizAuthError,
  WizCursorError,
  WizPermissionError,
  WizRateLimitError,
  WizResponseError,
  WizUnavailableError,
} from "../../errors.ts";
import { type RawAnswer, readRetryAfter } from "./transport.ts";

export interface GraphqlError {
  message: string;
  code: string | null;
  path: readonly unknown[];
  locations: readonly { line: number; column: number }[];
  extensions: Readonly<Record<string, unknown>>;
}

/** What was asked, for messages that say what to do. */
export interface AskedFor {
  /** `issues`, `vulnerabilities`, … */
  subject: string;
  /** Scopes of which the subject needs one. */
  scopes: readonly string[];
  apiUrl: string;
  hasCursor: boolean;
}

export interface GraphqlAnswer {
  data: Readonly<Record<string, unknown>>;
  /** Parts of the data are missing, for these reasons. Empty almost always. */
  partial: readonly GraphqlError[];
}

/** Wiz does not know a field of our query, an argument or an enum value: its schema is not the one that Weir knows. */
export class SchemaDriftError extends WizResponseError {
  readonly errors: readonly GraphqlError[];
  constructor(message: string, errors: readonly GraphqlError[]) {
    super(message);
    this.errors = errors;
  }
}

/** The service account is limited to some projects, and Wiz wants them named in every query. */
export class ProjectsWantedError extends WizPermissionError {}

/** The tenant has not bought what this is about. */
export class LicenceMissingError extends WizPermissionError {}

/** The bearer token was refused: worth one try with a new one. */
export class TokenRefusedError extends WizAuthError {}

/**
 * Reads a GraphQL answer. Errors come with every HTTP status, 200 above all, so the codes inside decide first.
 * @throws TokenRefusedError, WizAuthError, WizPermissionError, WizRateLimitError, WizUnavailableError,
 * WizResponseError, SchemaDriftError, WizCursorError
 */
export function readAnswer(answer: RawAnswer, asked: AskedFor, now: number): GraphqlAnswer {
  const body = parseObject(answer.body);
  const errors = readErrors(body?.errors);
  if (answer.status === 429) throw rateLimited(readRetryAfter(answer.headers, now) ?? retryAfterOf(errors[0]));
  if (answer.status === 401) throw new TokenRefusedError(tokenAdvice(asked, "401"));
  const data = asObject(body?.data);
  const isFilled = data !== null && Object.values(data).some((value) => value !== null);
  if (errors.length > 0 && isFilled) {
    throwSevere(errors, asked);
    return { data, partial: errors };
  }
  if (errors[0] !== undefined) throw toError(mostTelling(errors), errors, asked, answer.status);
  if (answer.status !== 200) throw failedStatus(answer, asked);
  if (body === null) throw unreadable(answer, asked);
  if (data === null) throw new WizResponseError(`${hostOf(asked)} answered without data and without saying why`);
  return { data, partial: [] };
}

/** A scope or licence that is missing deep inside the data leaves the rest usable; a limit or a refused token does not. */
function throwSevere(errors: readonly GraphqlError[], asked: AskedFor): void {
  for (const error of errors) {
    if (error.code === "UNAUTHENTICATED" || isRateLimit(error)) throw toError(error, errors, asked, 200);
  }
}

const order = ["UNAUTHENTICATED", "FORBIDDEN_IP", "RATE_LIMIT_EXCEEDED", "UNAUTHORIZED", "LICENSE_MISSING"];

function mostTelling(errors: readonly GraphqlError[]): GraphqlError {
  for (const code of order) {
    const found = errors.find((error) => error.code === code);
    if (found !== undefined) return found;
  }
  return errors[0]!;
}

function toError(error: GraphqlError, errors: readonly GraphqlError[], asked: AskedFor, status: number): Error {
  const host = hostOf(asked);
  const said = `${error.message.slice(0, 300)}${error.code === null ? "" : ` (${error.code})`}`;
  if (isRateLimit(error)) return rateLimited(retryAfterOf(error));
  if (asked.hasCursor && /\bcursor\b/i.test(error.message)) {
    return new WizCursorError(`${host} no longer accepts the cursor: ${said}`);
  }
  if (isDrift(error)) return new SchemaDriftError(`${host} refused the query for ${asked.subject}: ${said}`, errors);
  switch (error.code) {
    case "UNAUTHENTICATED":
      return new TokenRefusedError(tokenAdvice(asked, "UNAUTHENTICATED"));
    case "FORBIDDEN_IP":
      return new WizAuthError(
        `${host} refuses requests from this network address (FORBIDDEN_IP). Add the address to the allowed ones in Wiz (Settings → Tenant → IP restrictions)`,
      );
    case "UNAUTHORIZED":
      return missingScope(error, asked);
    case "LICENSE_MISSING":
      return missingLicence(error, asked);
    case "QUERY_COMPLEXITY_LIMIT_EXCEEDED":
      return new WizUnavailableError(`${host} finds the query for ${asked.subject} too complex`, { isTooHeavy: true });
    case "INTERNAL":
    case "INTERNAL_SERVER_ERROR":
    case "DOWNSTREAM_SERVICE_ERROR":
      return new WizUnavailableError(`${host} failed to answer: ${said}`, { isTooHeavy: true });
    default:
      if (status >= 500) return new WizUnavailableError(`${host} is not well: ${said}`, { isTooHeavy: true });
      if (status === 403) return missingScope(error, asked);
      return new WizResponseError(`${host} refused the query for ${asked.subject}: ${said}`);
  }
}

function failedStatus({ status, headers }: RawAnswer, asked: AskedFor): Error {
  const host = hostOf(asked);
  if (status >= 500 || status === 408) {
    return new WizUnavailableError(`${host} is not well: it answered ${status}`, { isTooHeavy: true });
  }
  if (status === 403) return new WizPermissionError(scopeAdvice(asked, asked.scopes), asked.scopes);
  if (status >= 300 && status < 400) {
    const target = URL.parse(headers.get("location") ?? "", asked.apiUrl)?.host ?? "another address";
    return new WizResponseError(
      `${host} redirects to ${target}. Weir follows no redirect, since its token would go along: check the API endpoint`,
    );
  }
  if (status === 404) {
    return new WizResponseError(`There is no API at ${asked.apiUrl} (404): check the API endpoint`);
  }
  return new WizResponseError(`${host} refused the query for ${asked.subject} with ${status}`);
}

function unreadable({ headers, body }: RawAnswer, asked: AskedFor): Error {
  const host = hostOf(asked);
  if (headers.get("content-type")?.includes("html") === true || /^\s*<(!doctype|html)/i.test(body)) {
    return new WizResponseError(
      `${host} answered with a web page instead of data. Check the API endpoint: it is not the console's address, and no proxy page may stand before it`,
    );
  }
  return new WizUnavailableError(`${host} answered with text that is not whole JSON`, { isTooHeavy: true });
}

function missingScope(error: GraphqlError, asked: AskedFor): WizPermissionError {
  if (/project.scoped|must filter by .*project/i.test(error.message)) {
    return new ProjectsWantedError(
      `The service account is limited to some projects and may read ${asked.subject} only when they are named. Give their ids to the integration: weir integration edit NAME --projects ID,ID. In Wiz they are under Settings → Service Accounts → your account; \`weir check\` lists them if the account has read:service_accounts or read:projects`,
      [],
    );
  }
  const required = textsOf(error.extensions.requiredScopes) ?? scopesInText(error.message) ?? asked.scopes;
  return new WizPermissionError(scopeAdvice(asked, required), required);
}

/** W-36: what is missing, and the scopes that a complete service account has. */
function scopeAdvice(asked: AskedFor, required: readonly string[]): string {
  const needed = required.length === 0 ? asked.scopes : required;
  const wanted = needed.filter((scope) => asked.scopes.includes(scope));
  return `The service account may not read ${asked.subject}: it needs ${(wanted.length > 0 ? wanted : needed).join(" or ")}. Add it in Wiz (Settings → Service Accounts); Weir uses read:resources, read:issues and read:vulnerabilities, and reads misconfigurations and detections with read:cloud_configuration and read:detections`;
}

function missingLicence(error: GraphqlError, asked: AskedFor): WizPermissionError {
  const features = textsOf(error.extensions.requiredFeatures) ?? [];
  const named = features.length === 0 ? "" : ` (${features.join(", ")})`;
  return new LicenceMissingError(
    `Your Wiz licence does not include ${asked.subject}${named}. Switch this stream off, or ask Wiz for the licence`,
    features,
  );
}

/** W-39. */
function rateLimited(retryAfterMs: number | undefined): WizRateLimitError {
  const wait = retryAfterMs === undefined ? "" : `; it asks to wait ${Math.ceil(retryAfterMs / 1000)} s`;
  return new WizRateLimitError(
    `Wiz limits the rate of requests (429)${wait}. Weir slows down by itself; if it goes on, raise the polling interval to 15 minutes, and see who else uses this service account`,
    retryAfterMs,
  );
}

function tokenAdvice(asked: AskedFor, said: string): string {
  return `${hostOf(asked)} refused the token (${said}). Check the client ID and the client secret, that the service account still exists in Wiz (Settings → Service Accounts), and that the token URL and the API endpoint belong to the same environment`;
}

function isRateLimit(error: GraphqlError): boolean {
  return error.code === "RATE_LIMIT_EXCEEDED" || /rate limit exceeded/i.test(error.message);
}

function isDrift(error: GraphqlError): boolean {
  return (
    error.code === "GRAPHQL_VALIDATION_FAILED" ||
    error.code === "VALIDATION_INVALID_TYPE_VARIABLE" ||
    error.code === "GRAPHQL_PARSE_FAILED" ||
    /^Cannot query field /.test(error.message) ||
    /^failed to parse /i.test(error.message)
  );
}

function retryAfterOf(error: GraphqlError | undefined): number | undefined {
  const seconds = Number(error?.extensions.retryAfter ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : undefined;
}

/** `… at least one of the following is required: [read:all read:issues], your permissions: […]` */
function scopesInText(message: string): string[] | null {
  const list = /required: \[([^\]]*)\]/.exec(message)?.[1];
  const scopes = list?.split(/[\s,]+/).filter((scope) => scope !== "") ?? [];
  return scopes.length === 0 ? null : scopes;
}

function readErrors(value: unknown): GraphqlError[] {
  if (!Array.isArray(value)) return [];
  return value.map((item) => {
    const error = asObject(item) ?? {};
    const extensions = asObject(error.extensions) ?? {};
    return {
      message: typeof error.message === "string" ? error.message : "an error without a message",
      code: typeof extensions.code === "string" ? extensions.code : null,
      path: Array.isArray(error.path) ? error.path : [],
      locations: Array.isArray(error.locations) ? error.locations : [],
      extensions,
    };
  });
}

function textsOf(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null;
  const texts = value.filter((item) => typeof item === "string");
  return texts.length === 0 ? null : texts;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    // Not JSON: the status and the content type say what it is.
    return null;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}

function hostOf(asked: AskedFor): string {
  return new URL(asked.apiUrl).host;
}
