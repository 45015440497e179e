import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { createLogger } from "../src/log.ts";
import { openDatabase } from "../src/store/database.ts";
import { openEmbedded } from "../src/store/embedded/embedded.ts";
import { migrate } from "../src/store/migrate.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A server for all tests, as the URL of a database from which one may create others. */
    serverUrl: string;
    /** Name of the migrated database that tests clone. */
    template: string;
  }
}

const log = createLogger({ format: "text", level: "warn", stream: process.stderr });

/** One PostgreSQL for all database tests: the embedded one, or yours when WEIR_TEST_DATABASE_URL is set. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const external = process.env.WEIR_TEST_DATABASE_URL;
  const server = external === undefined ? await startServer() : { url: external, stop: async () => undefined };
  const template = `weir_template_${randomBytes(4).toString("hex")}`;
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query(`create database ${template} encoding 'UTF8' template template0`);
  await migrateTemplate(databaseUrl(server.url, template));
  project.provide("serverUrl", server.url);
  project.provide("template", template);
  return async () => {
    await admin.query(`drop database ${template} with (force)`);
    await admin.end();
    await server.stop();
  };
}

async function startServer(): Promise<{ url: string; stop: () => Promise<void> }> {
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

async function migrateTemplate(url: string): Promise<void> {
  const database = await openDatabase({ databaseUrl: url, dataDir: tmpdir(), log });
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
}

/** The same server, another database. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
