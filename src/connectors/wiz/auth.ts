import { WizAuthError, WizRateLimitError, WizUnavailableError } from "../../errors.ts";
import type { Connection } from "../connector.ts";
import { exchange, type RawAnswer, readRetryAfter } from "./transport.ts";
import { userAgent } from "./user-agent.ts";

export interface TokenDeps {
  fetch: typeof fetch;
  now: () => number;
  /** Milliseconds for one token request. */
  timeoutMs?: number;
  /** Issued by Wiz to certified integrations; goes before the product in the user agent. */
  integrationGuid?: string | undefined;
}

/** The tokens of one service account: asked for once for all callers, and again before they end. */
export interface TokenSource {
  /** @throws WizAuthError, WizUnavailableError, WizRateLimitError */
  get(signal: AbortSignal): Promise<string>;
  /** Wiz refused this token: the next `get` asks for another one. */
  refuse(token: string): void;
}

interface Token {
  text: string;
  /** Our clock: when to ask for the next one. */
  renewAt: number;
}

export function createTokenSource(connection: Connection, deps: TokenDeps): TokenSource {
  let current: Token | null = null;
  let asking: Promise<Token> | null = null;

  async function ask(): Promise<Token> {
    try {
      current = await requestToken(connection, deps);
      return current;
    } finally {
      asking = null;
    }
  }

  return {
    async get(signal) {
      signal.throwIfAborted();
      if (current !== null && deps.now() < current.renewAt) return current.text;
      asking ??= ask();
      // One caller's cancellation must not take the token from the others.
      return (await orAborted(asking, signal)).text;
    },
    refuse(token) {
      if (current?.text === token) current = null;
    },
  };
}

/** Shortest life seen on a real tenant, for answers that do not say how long. */
const shortestLifeSeconds = 900;

async function requestToken(connection: Connection, deps: TokenDeps): Promise<Token> {
  const askedAt = deps.now();
  const answer = await exchange(
    { fetch: deps.fetch, timeoutMs: deps.timeoutMs ?? 30_000 },
    connection.tokenUrl,
    {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        accept: "application/json",
        "user-agent": userAgent(deps.integrationGuid),
      },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: connection.clientId,
        client_secret: connection.clientSecret,
        audience: connection.audience,
      }).toString(),
    },
    new AbortController().signal,
  );
  const body = parseBody(answer.body);
  refuseFailure(answer, body, connection.tokenUrl, askedAt);
  if (body === null)
    throw new WizUnavailableError(
      `${hostOf(connection.tokenUrl)} answered the token request with something that is no JSON: if it goes on, ${urlAdvice(connection)}`,
    );
  const text = body.access_token;
  if (typeof text !== "string" || text === "") {
    throw new WizAuthError(
      `${hostOf(connection.tokenUrl)} answered, but with no token in it: ${urlAdvice(connection)}`,
    );
  }
  const life = Number(body?.expires_in);
  const seconds = Number.isFinite(life) && life > 0 ? life : shortestLifeSeconds;
  const margin = Math.min(300, seconds / 10);
  return { text, renewAt: askedAt + (seconds - margin) * 1000 };
}

/** The names that OAuth gives its errors. Nothing else of the body is repeated: it may hold what we sent. */
const oauthErrors = [
  "access_denied",
  "invalid_client",
  "invalid_grant",
  "invalid_request",
  "invalid_scope",
  "unauthorized_client",
  "unsupported_grant_type",
];

function refuseFailure(
  { status, headers }: RawAnswer,
  body: Record<string, unknown> | null,
  tokenUrl: string,
  now: number,
): void {
  if (status >= 200 && status < 300) return;
  const host = hostOf(tokenUrl);
  const known = oauthErrors.find((name) => name === body?.error);
  const said = `${status}${known === undefined ? "" : ` ${known}`}`;
  if (status === 429) {
    throw new WizRateLimitError(`${host} asks for fewer token requests (429)`, readRetryAfter(headers, now));
  }
  if (status >= 500) throw new WizUnavailableError(`${host} is not well: it answered ${said} to the token request`);
  if (status === 400 || status === 401 || status === 403) throw new WizAuthError(credentialAdvice(host, said));
  throw new WizAuthError(`${host} answered ${said} instead of a token: the token URL ${tokenUrl} is wrong`);
}

/** W-35, in the order in which people find it. */
function credentialAdvice(host: string, said: string): string {
  return `${host} refused the credentials (${said}). Check the client ID and the client secret, that the service account still exists in Wiz (Settings → Service Accounts) and has not expired, and that the token URL is the one of your environment`;
}

function urlAdvice(connection: Connection): string {
  return `check the token URL, ${connection.tokenUrl}`;
}

function hostOf(url: string): string {
  return new URL(url).host;
}

function parseBody(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    // A page of text is an answer too: the caller says what it means.
    return null;
  }
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
