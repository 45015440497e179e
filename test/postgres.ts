import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import pg from "pg";
import { inject } from "vitest";
import { createLogger } from "../src/log.ts";
import { type Database, openDatabase } from "../src/store/database.ts";
import { databaseUrl } from "./server.ts";

/** A database of one's own; `url` goes into DATABASE_URL of a process that shall use it, `close` drops it. */
export type TestDatabase = Database & { url: string };

/**
 * A migrated, empty database, cloned from the template; about 50 ms. Every test file (or test) may have its own, side by
 * side with others. `{ migrated: false }` gives one without tables.
 */
export async function testDatabase(options: { migrated?: boolean; poolSize?: number } = {}): Promise<TestDatabase> {
  const name = `weir_test_${randomBytes(6).toString("hex")}`;
  const template = options.migrated === false ? "template0" : inject("template");
  await asAdmin(`create database ${name} template ${template} strategy file_copy`);
  const url = databaseUrl(inject("serverUrl"), name);
  const log = createLogger({ format: "text", level: "error", stream: process.stderr });
  const database = await openDatabase({ databaseUrl: url, dataDir: tmpdir(), log, poolSize: options.poolSize });
  return {
    ...database,
    url,
    async close() {
      await database.close();
      await asAdmin(`drop database if exists ${name} with (force)`);
    },
  };
}

async function asAdmin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject("serverUrl") });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
