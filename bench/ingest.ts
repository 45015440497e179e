import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, openApp } from "../src/app.ts";
import { loadConfig } from "../src/config.ts";
import { findConnector } from "../src/connectors/registry.ts";
import { createLogger } from "../src/log.ts";
import { type StreamName, streamNames } from "../src/model.ts";
import { insertIntegration, type StreamSettings } from "../src/store/integration.ts";
import { recordCounts } from "../src/store/record-counts.ts";
import { measureCopy } from "./copy-ceiling.ts";
import { measureWeir, type RunningEmulator, startEmulatorProcess, type Usage } from "./process.ts";

export interface IngestFigures {
  findings: number;
  emulator: { startSeconds: number; peakMb: number };
  /** Every stream, without limits. */
  firstLoad: Usage;
  unchanged: Usage;
  copySeconds: number;
  records: number;
}

/** Loads a whole tenant without limits, loads it again unchanged, and copies the same rows with PostgreSQL's own loader. */
export async function measureIngest(findings: number): Promise<IngestFigures> {
  return await withTenant(["--findings", String(findings), "--seed", "1"], async (tenant) => {
    const firstLoad = await tenant.sync(["--full"]);
    const unchanged = await tenant.sync(["--full"]);
    const counts = await recordCounts(tenant.app.db, tenant.integrationId);
    const records = [...counts.values()].reduce((sum, n) => sum + n, 0);
    const copySeconds = await measureCopy(tenant.app);
    const emulator = { startSeconds: tenant.emulator.startSeconds, peakMb: tenant.emulator.peakMb() };
    return { findings, emulator, firstLoad, unchanged, copySeconds, records };
  });
}

export interface LimitedFigures {
  findings: number;
  requestsPerSecond: number;
  pageMs: number;
  pages: number;
  seconds: number;
  /** The rate limit's floor: no program that keeps to the limit is quicker. */
  floorSeconds: number;
}

/** The first full pass over the vulnerabilities of a tenant with Wiz's pace: so many milliseconds a page, so many requests a second. */
export async function measureLimited(
  findings: number,
  requestsPerSecond: number,
  pageMs: number,
): Promise<LimitedFigures> {
  const args = [
    "--findings",
    String(findings),
    "--seed",
    "1",
    "--rps",
    String(requestsPerSecond),
    "--latency",
    String(pageMs),
  ];
  return await withTenant(args, async (tenant) => {
    const { seconds } = await tenant.sync(["--full", "--stream", "vulnerabilities"], {
      WEIR_MAX_REQUESTS_PER_SECOND: String(requestsPerSecond),
    });
    const { pages } = await tenant.app.db
      .selectFrom("slice")
      .select((eb) => eb.fn.sum<string>("pages").as("pages"))
      .executeTakeFirstOrThrow();
    return {
      findings,
      requestsPerSecond,
      pageMs,
      pages: Number(pages),
      seconds,
      floorSeconds: Number(pages) / requestsPerSecond,
    };
  });
}

interface Tenant {
  app: App;
  emulator: RunningEmulator;
  integrationId: string;
  sync(args: readonly string[], env?: Record<string, string>): Promise<Usage>;
}

/** An emulator, an empty inventory on the embedded PostgreSQL, and an integration between them. */
async function withTenant<T>(emulatorArgs: readonly string[], work: (tenant: Tenant) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), "weir-bench-"));
  const emulator = await startEmulatorProcess(emulatorArgs);
  const env = { WEIR_DATA_DIR: dataDir, WEIR_ALLOWED_HOSTS: emulator.host, WEIR_MAX_REQUESTS_PER_SECOND: "1000" };
  const app = await openApp(
    loadConfig(env, process.cwd()),
    createLogger({ format: "text", level: "warn", stream: process.stderr }),
  );
  try {
    const integrationId = await connect(app, emulator);
    return await work({
      app,
      emulator,
      integrationId,
      sync: (args, more) => measureWeir(["sync", "bench", ...args], { ...env, ...more }),
    });
  } finally {
    await app.close();
    await emulator.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function connect(app: App, emulator: RunningEmulator): Promise<string> {
  const connector = findConnector("wiz");
  const form = {
    apiEndpoint: emulator.url,
    tokenUrl: `${emulator.url}/oauth/token`,
    clientId: "emulator",
    clientSecret: "emulator-secret",
  };
  const connection = connector.parseConnection(form, { allowedHosts: [emulator.host] });
  const streams = Object.fromEntries(
    streamNames.map((name: StreamName) => [name, { enabled: true, intervalMinutes: 60 }]),
  ) as StreamSettings;
  const entry = {
    name: "bench",
    connector: connector.catalogue.id,
    description: null,
    connection,
    isEnabled: false,
    streams,
  };
  return (await insertIntegration(app.db, app.box, entry, app.now())).id;
}
