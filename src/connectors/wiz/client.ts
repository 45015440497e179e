import { WizAuthError } from "../../errors.ts";
import type { Connection } from "../connector.ts";
import { type GraphqlAnswer, readAnswer, TokenRefusedError } from "./answer.ts";
import type { TokenDeps, TokenSource } from "./auth.ts";
import { exchange } from "./transport.ts";
import { userAgent } from "./user-agent.ts";

export interface WizQuery {
  document: string;
  variables: Readonly<Record<string, unknown>>;
  /** What is read, in words: `issues`. */
  subject: string;
  /** Scopes of which it needs one, for messages. */
  scopes: readonly string[];
}

export interface WizClient {
  /**
   * One GraphQL request, asked a second time only if the token was refused. Everything else is the caller's to repeat.
   * @throws WizAuthError and the errors of `readAnswer` and `exchange`
   */
  query(query: WizQuery, signal: AbortSignal): Promise<GraphqlAnswer>;
  /** Wiz's clock as of now: the `Date` header of a request made for it. */
  clock(signal: AbortSignal): Promise<number>;
}

export function createWizClient(connection: Connection, tokens: TokenSource, deps: TokenDeps): WizClient {
  const transport = { fetch: deps.fetch, timeoutMs: deps.timeoutMs ?? 100_000, isHeavy: true };

  async function send(query: WizQuery, token: string, signal: AbortSignal) {
    return exchange(
      transport,
      connection.apiUrl,
      {
        method: "POST",
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          accept: "application/json",
          "user-agent": userAgent(deps.integrationGuid),
        },
        body: JSON.stringify({ query: query.document, variables: query.variables }),
      },
      signal,
    );
  }

  async function ask(query: WizQuery, signal: AbortSignal) {
    for (let isSecond = false; ; isSecond = true) {
      const token = await tokens.get(signal);
      const answer = await send(query, token, signal);
      try {
        const read = readAnswer(
          answer,
          { ...query, apiUrl: connection.apiUrl, hasCursor: hasCursor(query) },
          deps.now(),
        );
        return { read, headers: answer.headers };
      } catch (error) {
        if (!(error instanceof TokenRefusedError)) throw error;
        tokens.refuse(token);
        if (isSecond) throw new WizAuthError(error.message);
      }
    }
  }

  return {
    query: async (query, signal) => (await ask(query, signal)).read,
    async clock(signal) {
      const { headers } = await ask(clockQuery, signal);
      const time = Date.parse(headers.get("date") ?? "");
      return Number.isNaN(time) ? deps.now() : time;
    },
  };
}

/** The lightest question there is; it needs no scope. */
const clockQuery: WizQuery = {
  document: "query Clock { __typename }",
  variables: {},
  subject: "the clock",
  scopes: [],
};

function hasCursor(query: WizQuery): boolean {
  return typeof query.variables.after === "string";
}
