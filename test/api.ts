import { randomUUID } from "node:crypto";
import type { Kysely } from "kysely";
import { createApi } from "../src/api/api.ts";
import type { ApiDeps } from "../src/api/context.ts";
import { createMetrics } from "../src/api/metrics.ts";
import { createPasswords } from "../src/auth/passwords.ts";
import { hashSecret, newSecret } from "../src/auth/secret-token.ts";
import { findConnector } from "../src/connectors/registry.ts";
import { createLogger } from "../src/log.ts";
import type { Role } from "../src/model.ts";
import type { Schema } from "../src/store/schema.ts";
import { insertSession } from "../src/store/session.ts";
import type { TestDatabase } from "./postgres.ts";
import { emulatorHost, testSecretBox } from "./weir.ts";

/** Passwords are to be quick here; what protects them is tested with the real cost. */
const cheap = { memoryCost: 64, timeCost: 1, parallelism: 1 };

/** The HTTP application on a test database, as a function: `api.request("/api/v1/…")`. */
export function testApi(database: TestDatabase, options: Partial<ApiDeps> = {}) {
  const log: string[] = [];
  const deps: ApiDeps = {
    db: database.db,
    box: testSecretBox(),
    passwords: createPasswords(cheap),
    metrics: createMetrics({ db: database.db }),
    log: createLogger({ format: "json", level: "debug", stream: { write: (line) => log.push(line) } }),
    now: Date.now,
    fetch: async () => new Response(null, { status: 503 }),
    findConnector,
    allowedHosts: [emulatorHost],
    limits: { maxRequestsPerSecond: 1_000, startRequestsPerSecond: 1_000 },
    trustedProxies: [],
    ...options,
  };
  const api = createApi(deps);
  return { deps, log, api, as: actors(api, deps) };
}

/** Someone who is signed in. */
export interface TestActor {
  /** As `api.request`, with the session's cookie and, for a change, the origin of Weir's own pages. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** A request with a body in JSON. */
  send(method: string, path: string, body?: unknown): Promise<Response>;
  userId(): Promise<string>;
  /** The header of the session, for requests past `api`. */
  cookie(): Promise<string>;
}

/**
 * `as("viewer").request("/api/v1/…")`: someone with this role, made and signed in when first asked for (without the work
 * of a password). Another e-mail address is another person.
 */
function actors(api: ReturnType<typeof createApi>, { db, now }: ApiDeps) {
  const made = new Map<string, Promise<{ id: string; cookie: string }>>();
  async function signIn(role: Role, email: string) {
    const id = await makeUser(db, role, email, now());
    const secret = newSecret();
    await insertSession(db, { userId: id, secretHash: hashSecret(secret), address: null, userAgent: null }, now());
    return { id, cookie: `weir_session=${secret}` };
  }
  return (role: Role, email = `${role}@weir.test`): TestActor => {
    const signedIn = made.get(email) ?? signIn(role, email);
    made.set(email, signedIn);
    const request: TestActor["request"] = async (path, init = {}) => {
      const headers = new Headers({ cookie: (await signedIn).cookie, origin: "http://localhost" });
      for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
      return await api.request(path, { ...init, headers });
    };
    return {
      request,
      send: (method, path, body) =>
        request(path, {
          method,
          ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
        }),
      userId: async () => (await signedIn).id,
      cookie: async () => (await signedIn).cookie,
    };
  };
}

async function makeUser(db: Kysely<Schema>, role: Role, email: string, now: number): Promise<string> {
  const at = new Date(now).toISOString();
  const user = { id: randomUUID(), email, name: email, role, passwordHash: "none", createdAt: at, updatedAt: at };
  const { id } = await db
    .insertInto("appUser")
    .values(user)
    .onConflict((conflict) => conflict.column("email").doUpdateSet({ role }))
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}
