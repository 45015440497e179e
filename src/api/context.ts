import type { IncomingMessage } from "node:http";
import type { Context } from "hono";
import type { Kysely } from "kysely";
import type { Connector, SourceLimits } from "../connectors/connector.ts";
import type { Logger } from "../log.ts";
import type { Schema } from "../store/schema.ts";
import type { SecretBox } from "../store/secret.ts";
import type { Metrics } from "./metrics.ts";

/** What the HTTP application works with. A room of routes names those that it uses. */
export interface ApiDeps {
  db: Kysely<Schema>;
  box: SecretBox;
  metrics: Metrics;
  log: Logger;
  now: () => number;
  /** The fetch for sources, see `createConnectorFetch`. */
  fetch: typeof fetch;
  findConnector: (name: string) => Connector;
  /** Hosts of sources beside the vendor's own. */
  allowedHosts: readonly string[];
  limits: SourceLimits;
}

export const roles = ["viewer", "analyst", "admin"] as const;
/** What someone may do; each may do what those before it may. */
export type Role = (typeof roles)[number];

/** Whoever a request comes from. */
export type Principal =
  | { type: "user"; id: string; email: string; name: string; role: Role; sessionId: string }
  | { type: "token"; id: string; name: string; role: Role };

export interface ApiEnv {
  Variables: {
    /** Set by the guard on every route that is not public. */
    principal: Principal;
    requestId: string;
  };
}

export type ApiContext = Context<ApiEnv>;

/** Where a request came from; `null` where it came without a network. Headers of proxies are not believed. */
export function clientAddress(c: Context): string | null {
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming;
  return incoming?.socket.remoteAddress ?? null;
}
