import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { createLogger } from "../src/log.ts";
import { openDatabase } from "../src/store/database.ts";
import { migrate } from "../src/store/migrate.ts";
import { databaseUrl, startServer } from "./server.ts";

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

async function migrateTemplate(url: string): Promise<void> {
  const database = await openDatabase({ databaseUrl: url, dataDir: tmpdir(), log });
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
}
