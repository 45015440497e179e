import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type App, openApp } from "../../src/app.ts";
import { loadConfig } from "../../src/config.ts";
import { createLogger } from "../../src/log.ts";
import { type AssetClass, streamNames } from "../../src/model.ts";
import { findIntegration, type Integration } from "../../src/store/integration.ts";
import { runCli } from "../cli.ts";
import { databaseUrl, startServer, type TestServer } from "../server.ts";
import { type Diary, openDiary } from "./diary.ts";
import { createMember, type Member } from "./fleet.ts";
import { createRandom } from "./random.ts";
import { startTenant, type Tenant, type TenantOptions } from "./tenant.ts";

export interface WorldOptions {
  seed: string;
  workers: number;
  tenants: readonly Omit<TenantOptions, "clientId" | "secret" | "seed">[];
  /** Which tenant each integration reads. */
  integrations: readonly { name: string; tenant: number; assetClasses?: readonly AssetClass[] }[];
  /** A PostgreSQL of yours, in which a database is made for this run. Default: the bundled one. */
  databaseUrl?: string | undefined;
  env?: Readonly<Record<string, string>>;
}

/** A PostgreSQL, tenants, and processes of Weir between them. */
export interface World {
  folder: string;
  diary: Diary;
  app: App;
  tenants: Tenant[];
  workers: Member[];
  web: Member;
  integrations: { integration: Integration; tenant: Tenant }[];
  /** What must never be seen in a log or in the database. */
  secrets: Set<string>;
  /** What went wrong so far, a sentence each. */
  failures: string[];
  /** A `weir` command in this process. @throws when it fails */
  weir(args: readonly string[], env?: Record<string, string>): Promise<string>;
  /** Ends everything that was started. The folder stays when `keep` is set. */
  close(options: { keep: boolean }): Promise<void>;
}

type Undo = () => Promise<unknown> | unknown;

/** Builds the world, first of all what the rest stands on. When a part fails, those before it are taken down again. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const undo: Undo[] = [];
  const down = async () => {
    for (const step of undo.reverse()) await step();
  };
  try {
    return await build(options, undo, down);
  } catch (error) {
    await down();
    throw error;
  }
}

async function build(options: WorldOptions, undo: Undo[], down: () => Promise<void>): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "weir-torture-"));
  const failures: string[] = [];
  const random = createRandom(options.seed).fork("world");
  const diary = openDiary(join(folder, "events.log"));
  const database = await createDatabase(options.databaseUrl);
  undo.push(database.stop);
  const tenants: Tenant[] = [];
  for (const [number, tenant] of options.tenants.entries()) {
    const account = {
      clientId: `torture-${number}`,
      secret: `first-${random.text(24)}`,
      seed: random.whole(1, 1_000_000),
    };
    const started = await startTenant({ ...tenant, ...account });
    undo.push(started.stop);
    tenants.push(started);
  }
  const env = {
    DATABASE_URL: database.url,
    WEIR_DATA_DIR: join(folder, "data"),
    WEIR_SECRET_KEY: Buffer.from(random.text(32)).toString("hex"),
    WEIR_ALLOWED_HOSTS: tenants.map((tenant) => tenant.host).join(","),
    WEIR_LOG_LEVEL: "debug",
    WEIR_PORT: "0",
    WEIR_MAX_REQUESTS_PER_SECOND: "60",
    ...options.env,
  };
  mkdirSync(env.WEIR_DATA_DIR);
  const app = await openApp(
    loadConfig(env, folder),
    createLogger({ format: "text", level: "warn", stream: process.stderr }),
  );
  undo.push(app.close);
  const secrets = new Set([env.WEIR_SECRET_KEY, ...tenants.map((tenant) => tenant.secret()), tokenBeginning]);
  const password = new URL(database.url).password;
  if (password !== "") secrets.add(password);
  const weir: World["weir"] = async (args, more = {}) => {
    const attempt = () => runCli(args, { env: { ...env, ...more } });
    let { code, stdout, stderr } = await attempt();
    // Two who edit at once: the one that is told so tries again.
    for (let tries = 1; code !== 0 && tries < 5 && stderr.includes("changed by someone else meanwhile"); tries++)
      ({ code, stdout, stderr } = await attempt());
    for (const secret of secrets)
      if ((stdout + stderr).includes(secret)) failures.push(`\`weir ${args.join(" ")}\` printed a secret`);
    if (code !== 0) throw new Error(`weir ${args.join(" ")} ended with ${code}: ${stderr}`);
    return stdout;
  };
  const integrations: World["integrations"] = [];
  for (const { name, tenant: number, assetClasses } of options.integrations) {
    const tenant = tenants[number]!;
    const classes = ["--asset-classes", assetClasses?.join() ?? "all"];
    await weir(["integration", "add", name, ...endpointOf(tenant), ...classes, ...shortIntervals], {
      WEIR_CLIENT_SECRET: tenant.secret(),
    });
    integrations.push({ integration: await findIntegration(app.db, name), tenant });
  }
  const member = (name: string, args: readonly string[], more: Record<string, string> = {}) => {
    const made = createMember({ name, args, env: { ...env, ...more }, folder, onDeath: (text) => failures.push(text) });
    undo.push(made.kill);
    return made;
  };
  const workers = Array.from({ length: options.workers }, (_, number) =>
    // Both forms of the log are looked through for secrets.
    member(`worker ${number}`, ["serve", "--role", "worker"], { WEIR_LOG_FORMAT: number % 2 === 0 ? "text" : "json" }),
  );
  const web = member("web", ["serve", "--role", "web"]);
  return {
    ...{ folder, diary, app, tenants, workers, web, integrations, secrets, failures, weir },
    async close({ keep }) {
      await down();
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Every token of the emulator begins so: the header of a JWT. */
const tokenBeginning = Buffer.from(JSON.stringify({ alg: "RS256", typ: "JWT" })).toString("base64url");

const shortIntervals = streamNames.flatMap((stream) => ["--interval", `${stream}=1`]);

function endpointOf(tenant: Tenant): string[] {
  const token = ["--token-url", `${tenant.url}/oauth/token`];
  return ["--api-endpoint", tenant.url, ...token, "--client-id", tenant.clientId];
}

async function createDatabase(serverUrl: string | undefined): Promise<TestServer> {
  if (serverUrl === undefined) return await startServer();
  const name = `weir_torture_${Date.now().toString(36)}`;
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`create database ${name} encoding 'UTF8' template template0`);
  return {
    url: databaseUrl(serverUrl, name),
    async stop() {
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
}
