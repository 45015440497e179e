import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { databaseUrl } from "../server.ts";
import { startWeir } from "../weir-process.ts";

/** A Wiz tenant that runs as a process of its own. */
export interface Tenant {
  url: string;
  /** As WEIR_ALLOWED_HOSTS takes it. */
  host: string;
  /** One of the emulator's control endpoints, `faults` for example. */
  control(name: string, body: unknown): Promise<unknown>;
  /** Every record of a kind as it is at Wiz. */
  truth(kind: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<unknown>;
}

export async function startTenant(args: readonly string[] = []): Promise<Tenant> {
  const process = startWeir(["emulator", "--port", "0", "--findings", "2000", ...args]);
  const line = await process.line(/http:\/\/127\.0\.0\.1:\d+/);
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)![0];
  return {
    url,
    host: new URL(url).host,
    async control(name, body) {
      const answer = await fetch(`${url}/emulator/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${name}: ${await answer.text()}`);
      return await answer.json();
    },
    async truth(kind) {
      const lines = await (await fetch(`${url}/emulator/truth?kind=${kind}`)).text();
      return lines
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    stop: process.stop,
  };
}

/** Weir as someone starts it for the first time, on an empty database. */
export interface Weir {
  url: string;
  /** The one-time token from the log. */
  setupToken: string;
  /** Of its database, for tests in which that fails. */
  databaseUrl: string;
  /** What it has printed so far. */
  log(): readonly string[];
  stop(): Promise<void>;
}

export async function startEmptyWeir(allowedHosts: readonly string[], env: Record<string, string> = {}): Promise<Weir> {
  const database = await createDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), "weir-e2e-"));
  const process = startWeir(["serve", "--port", "0"], {
    DATABASE_URL: database.url,
    WEIR_DATA_DIR: dataDir,
    WEIR_ALLOWED_HOSTS: allowedHosts.join(","),
    WEIR_MAX_REQUESTS_PER_SECOND: "200",
    ...env,
  });
  const listening = await process.line(/listening on/);
  const token = await process.line(/set-up token/);
  return {
    url: /https?:\/\/\S+/.exec(listening)![0],
    setupToken: token.slice(token.lastIndexOf(" ") + 1),
    databaseUrl: database.url,
    log: () => process.lines,
    async stop() {
      await process.stop();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function createDatabase() {
  const server = process.env.WEIR_TEST_SERVER_URL!;
  const name = `weir_e2e_${randomBytes(6).toString("hex")}`;
  await ask(server, `create database ${name} encoding 'UTF8' template template0`);
  return { url: databaseUrl(server, name), drop: () => ask(server, `drop database ${name} with (force)`) };
}

export async function ask(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
