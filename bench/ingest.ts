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
import { familyCpu, measureWeir, parentOf, peakOf, type Usage } from "./process.ts";

export interface IngestFigures {
  findings: number;
  emulator: { startSeconds: number; peakMb: number };
  /** Every stream, without limits. */
  firstLoad: Usage;
  unchanged: Usage;
  copySeconds: number;
  /** CPU seconds that PostgreSQL took for it. */
  copyCpu: number;
  records: number;
}

/** Loads a whole tenant without limits, loads it again unchanged, and copies the same rows with PostgreSQL's own loader. */
export async function measureIngest(findings: number): Promise<IngestFigures> {
  return await withTenant(["--findings", String(findings), "--seed", "1"], async (tenant) => {
    const firstLoad = await tenant.sync(["--full"]);
    const unchanged = await tenant.sync(["--full"]);
    const counts = await recordCounts(tenant.app.db, tenant.integrationId);
    const records = [...counts.values()].reduce((sum, n) => sum + n, 0);
    const copyStart = familyCpu(tenant.databasePid);
    const copySeconds = await measureCopy(tenant.app);
    const emulator = { startSeconds: tenant.startSeconds, peakMb: peakOf(tenant.emulator.pid) };
    return {
      findings,
      emulator,
      firstLoad,
      unchanged,
      copySeconds,
      copyCpu: familyCpu(tenant.databasePid) - copyStart,
      records,
    };
  });
}

export interface LimitedFigures {
  findings: number;
  requestsPerSecond: number;
  pageMs: number;
  pages: number;
  records: number;
  /** From the beginning of the run to the end of its pass. */
  passSeconds: number;
  /** Of the whole process. */
  usage: Usage;
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
    const usage = await tenant.sync(["--full", "--stream", "vulnerabilities"], {
      WEIR_MAX_REQUESTS_PER_SECOND: String(requestsPerSecond),
    });
    const { rows } = await tenant.app.database.pool.query<{ pages: number; records: number; seconds: number }>(
      `select (select sum(pages) from slice)::int as pages, (select sum(fetched) from slice)::int as records,
         extract(epoch from max(pass.finished_at) - min(run.started_at))::float8 as seconds
       from run join pass on pass.run_id = run.id`,
    );
    const { pages, records, seconds: passSeconds } = rows[0]!;
    const floorSeconds = pages / requestsPerSecond;
    return { findings, requestsPerSecond, pageMs, pages, records, passSeconds, usage, floorSeconds };
  });
}

export interface Tenant {
  app: App;
  emulator: EmulatorProcess;
  /** PostgreSQL's first process; 0 where it cannot be seen. */
  databasePid: number;
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
    const databasePid = await findDatabase(app);
    return await work({
      app,
      emulator,
      databasePid,
      startSeconds,
      integrationId,
      sync: (args, more) =>
        measureWeir(["sync", "bench", ...args], { ...env, ...more }, { emulator: emulator.pid, database: databasePid }),
    });
  } finally {
    await app.close();
    await emulator.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function findDatabase(app: App): Promise<number> {
  if (!app.database.isEmbedded) return 0;
  const { rows } = await app.database.pool.query<{ pid: number }>("select pg_backend_pid() as pid");
  return parentOf(rows[0]?.pid ?? 0);
}
