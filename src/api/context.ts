import type { Context } from "hono";
import type { Kysely } from "kysely";
import type { Passwords } from "../auth/passwords.ts";
import type { Connector, SourceLimits } from "../connectors/connector.ts";
import type { Logger } from "../log.ts";
import type { Role } from "../model.ts";
import type { Schema } from "../store/schema.ts";
import type { SecretBox } from "../store/secret.ts";
import type { Metrics } from "./metrics.ts";

/** What the HTTP application works with. A room of routes names those that it uses. */
export interface ApiDeps {
  db: Kysely<Schema>;
  box: SecretBox;
  passwords: Passwords;
  metrics: Metrics;
  log: Logger;
  now: () => number;
  /** The fetch for sources, see `createConnectorFetch`. */
  fetch: typeof fetch;
  findConnector: (name: string) => Connector;
  /** Hosts of sources beside the vendor's own. */
  allowedHosts: readonly string[];
  limits: SourceLimits;
  /** Proxies whose `X-Forwarded-For` is believed: addresses and networks. */
  trustedProxies: readonly string[];
  /** Where the built pages are; without it there is only the API. */
  pagesDir?: string;
}

/** Whoever a request comes from: a person who signed in, or a program with a token of theirs. */
export type Principal = {
  /** Of the user, or of the token. */
  id: string;
  /** Of the user, or of the token's owner: whose things these are. */
  userId: string;
  email: string;
  name: string;
  role: Role;
} & ({ type: "user"; sessionId: string } | { type: "token" });

export interface ApiEnv {
  Variables: {
    /** Set by the guard on every route that is not public. */
    principal: Principal;
    requestId: string;
    /** See `clientAddress`. */
    address: string | null;
  };
}

export type ApiContext = Context<ApiEnv>;

/** Where a request came from; `null` where it came without a network. */
export function clientAddress(c: ApiContext): string | null {
  return c.var.address ?? null;
}
