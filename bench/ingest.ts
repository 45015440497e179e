import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, openApp } from "../src/app.ts";
import { type EmulatorProcess, startEmulatorProcess } from "../src/cli/emulator-process.ts";
import { addEmulatorTenant } from "../src/cli/emulator-tenant.ts";
import { loadConfig } from "../src/config.ts";
import { createLogger } from "../src/log.ts";
import { recordCounts } from "../src/store/record-counts.ts";
import { measureCopy } from "./copy-ceiling.ts";
import { measureWeir, peakOf, type Usage } from "./process.ts";

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
    const emulator = { startSeconds: tenant.startSeconds, peakMb: peakOf(tenant.emulator.pid) };
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

export interface Tenant {
  app: App;
  emulator: EmulatorProcess;
  /** Until the emulator answered. */
  startSeconds: number;
  integrationId: string;
  sync(args: readonly string[], env?: Record<string, string>): Promise<Usage>;
}

/** An emulator, an empty inventory on the embedded PostgreSQL, and an integration between them. */
export async function withTenant<T>(emulatorArgs: readonly string[], work: (tenant: Tenant) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), "weir-bench-"));
  const started = performance.now();
  const emulator = await startEmulatorProcess(["--port", "0", ...emulatorArgs]);
  const startSeconds = (performance.now() - started) / 1000;
  const env = { WEIR_DATA_DIR: dataDir, WEIR_ALLOWED_HOSTS: emulator.host, WEIR_MAX_REQUESTS_PER_SECOND: "1000" };
  const app = await openApp(
    loadConfig(env, process.cwd()),
    createLogger({ format: "text", level: "warn", stream: process.stderr }),
  );
  try {
    const tenant = { name: "bench", url: emulator.url, isEnabled: false, intervalMinutes: 60 };
    const { id: integrationId } = await addEmulatorTenant(app, tenant);
    return await work({
      app,
      emulator,
      startSeconds,
      integrationId,
      sync: (args, more) => measureWeir(["sync", "bench", ...args], { ...env, ...more }),
    });
  } finally {
    await app.close();
    await emulator.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
