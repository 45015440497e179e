import { createApi } from "../src/api/api.ts";
import type { ApiDeps } from "../src/api/context.ts";
import { createMetrics } from "../src/api/metrics.ts";
import { findConnector } from "../src/connectors/registry.ts";
import { createLogger } from "../src/log.ts";
import type { TestDatabase } from "./postgres.ts";
import { emulatorHost, testSecretBox } from "./weir.ts";

/** The HTTP application on a test database, as a function: `api.request("/api/v1/…")`. */
export function testApi(database: TestDatabase, options: Partial<ApiDeps> = {}) {
  const log: string[] = [];
  const deps: ApiDeps = {
    db: database.db,
    box: testSecretBox(),
    metrics: createMetrics({ db: database.db }),
    log: createLogger({ format: "json", level: "debug", stream: { write: (line) => log.push(line) } }),
    now: Date.now,
    fetch: async () => new Response(null, { status: 503 }),
    findConnector,
    allowedHosts: [emulatorHost],
    limits: { maxRequestsPerSecond: 1_000, startRequestsPerSecond: 1_000 },
    ...options,
  };
  return { deps, log, api: createApi(deps) };
}
