import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "../src/log.ts";
import { openEmbedded } from "../src/store/embedded/embedded.ts";

/** A PostgreSQL for what is tested; `url` goes into DATABASE_URL of any number of processes. */
export interface TestServer {
  url: string;
  stop(): Promise<void>;
}

/** Starts the bundled PostgreSQL in a temporary folder that goes with it. */
export async function startServer(): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), "weir-test-"));
  // The server's user has to pass through.
  chmodSync(dataDir, 0o711);
  // Nothing here has to outlive a power cut; tests about crashes have a server of their own.
  const settings = {
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    shared_buffers: "128MB",
    max_connections: "200",
  };
  const log = createLogger({ format: "text", level: "warn", stream: process.stderr });
  const server = await openEmbedded({ dataDir, log, settings });
  const { host, user, password, database } = server.address;
  return {
    url: `postgres://${user}:${password}@localhost/${database}?host=${encodeURIComponent(host)}`,
    async stop() {
      await server.release();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The same server, another database. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
