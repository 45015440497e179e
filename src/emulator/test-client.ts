import { createEmulator, type Emulator } from "./emulator.ts";
import type { EmulatorOptions } from "./options.ts";

/** A body as a test reads it. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
export type Body = any;

export interface TestClient {
  emulator: Emulator;
  token(form?: Record<string, string>, init?: RequestInit): Promise<{ status: number; body: Body }>;
  /** Sends a query with a token of its own. */
  query(
    query: string,
    variables?: Record<string, unknown>,
    init?: RequestInit,
  ): Promise<{ status: number; text: string; body: Body; headers: Headers }>;
  post(path: string, body: unknown): Promise<{ status: number; body: Body }>;
  get(path: string): Promise<{ status: number; text: string }>;
}

const base = "http://emulator.test";

/** A frozen tenant of a few hundred findings and someone who asks it. */
export function createTestClient(options: EmulatorOptions = {}): TestClient {
  const emulator = createEmulator({ findings: 500, start: "2026-08-03T00:00:00Z", clock: "frozen", ...options });
  const client: TestClient = {
    emulator,
    async token(form = {}, init = {}) {
      const body = new URLSearchParams({
        grant_type: "client_credentials",
        client_id: options.clientId ?? "emulator",
        client_secret: options.clientSecret ?? "emulator-secret",
        audience: "wiz-api",
        ...form,
      });
      const response = await emulator.fetch(`${base}/oauth/token`, { method: "POST", body, ...init });
      return { status: response.status, body: await response.json() };
    },
    async query(query, variables = {}, init = {}) {
      const { body: token } = await client.token();
      const response = await emulator.fetch(`${base}/graphql`, {
        method: "POST",
        body: JSON.stringify({ query, variables }),
        ...init,
        headers: { authorization: `Bearer ${token.access_token}`, "content-type": "application/json", ...init.headers },
      });
      const text = await response.text();
      return { status: response.status, text, body: parseOrNull(text), headers: response.headers };
    },
    async post(path, body) {
      const response = await emulator.fetch(`${base}${path}`, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      });
      return { status: response.status, body: await response.json() };
    },
    async get(path) {
      const response = await emulator.fetch(`${base}${path}`);
      return { status: response.status, text: await response.text() };
    },
  };
  return client;
}

function parseOrNull(text: string): Body {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Walks a list to its end; the query takes `$first`, `$after` and `$filterBy` and has one root field. */
export async function readAll(
  client: TestClient,
  query: string,
  first: number,
  filterBy: unknown = null,
): Promise<Body[]> {
  const nodes: Body[] = [];
  let after: string | null = null;
  for (let page = 0; page < 1000; page++) {
    const { body }: { body: Body } = await client.query(query, { first, after, filterBy });
    const connection = Object.values(body.data)[0] as Body;
    nodes.push(...connection.nodes);
    if (!connection.pageInfo.hasNextPage) return nodes;
    after = connection.pageInfo.endCursor;
  }
  throw new Error("the list has no end");
}
