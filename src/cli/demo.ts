import { join } from "node:path";
import Table from "cli-table3";
import { Command, Option } from "commander";
import { type App, openApp } from "../app.ts";
import { createLogger } from "../log.ts";
import { createLogLines } from "../log-lines.ts";
import { searchFindings } from "../query/search.ts";
import { demoName, resetDemo } from "../store/demo.ts";
import type { Integration } from "../store/integration.ts";
import { recordCounts } from "../store/record-counts.ts";
import { buildPages } from "./build-pages.ts";
import { type CliContext, configOf } from "./context.ts";
import { addDemoAdmin } from "./demo-admin.ts";
import { liveThroughThePast, tenantOptions } from "./demo-past.ts";
import { type EmulatorProcess, startEmulatorProcess } from "./emulator-process.ts";
import { addEmulatorTenant } from "./emulator-tenant.ts";
import { CommandFailed } from "./exit.ts";
import { countText, printPage } from "./output.ts";
import { followRuns } from "./progress.ts";
import { parsePort, type Server, startServer } from "./serve.ts";
import { aborted, stopSignal } from "./signals.ts";

interface DemoOptions {
  port?: number;
  findings: number;
  once?: boolean;
}

/** As many as are there within seconds on a small machine. */
const defaultFindings = 15_000;
/** The emulator is on this machine: there is no tenant to be gentle with. */
const demoRequestsPerSecond = 100;
const queries = [
  "kev:true AND severity:critical AND status:open",
  "asset.class:storage AND kind:misconfiguration AND status:open",
  "log4j",
  'tags.name:"env:prod" AND kind:threat',
];

export function demoCommand(context: CliContext): Command {
  return new Command("demo")
    .description("see it all work: a Wiz tenant (the emulator), its inventory in the pages, and a few searches")
    .option("--port <port>", "port of Weir's HTTP server (else WEIR_PORT, else 8080)", parsePort)
    .addOption(new Option("--findings <number>", "size of the tenant").argParser(Number).default(defaultFindings))
    .option("--once", "end after the first load instead of polling on")
    .action((options: DemoOptions) => runDemo(context, options));
}

async function runDemo(context: CliContext, options: DemoOptions): Promise<void> {
  const stop = stopSignal();
  const base = configOf(context);
  const say = (line: string) => void context.stderr.write(`${line}\n`);
  const pages = buildPages(context.stderr);
  say(`Starting a Wiz tenant with ${options.findings.toLocaleString("en-US")} findings (the emulator) …`);
  const emulator = await startEmulatorProcess(["--port", "0", ...tenantOptions(options.findings, Date.now())]);
  try {
    const log = heldLog(context, base.logFormat);
    const config = {
      ...base,
      port: options.port ?? base.port,
      allowedHosts: [...base.allowedHosts, emulator.host],
      maxRequestsPerSecond: demoRequestsPerSecond,
    };
    const app = await openApp(config, log.logger, log.lines);
    try {
      await demonstrate({ app, context, emulator, pages, say, stop, openLog: log.open }, options);
    } finally {
      await app.close();
    }
  } finally {
    await emulator.stop();
  }
}

interface Demo {
  app: App;
  context: CliContext;
  emulator: EmulatorProcess;
  /** Whether they are there, once that is known. */
  pages: Promise<boolean>;
  say: (line: string) => void;
  stop: AbortSignal;
  openLog: () => void;
}

async function demonstrate(demo: Demo, options: DemoOptions): Promise<void> {
  const { app, emulator, stop } = demo;
  await resetDemo(app.db);
  const integration = await addEmulatorTenant(app, {
    name: demoName,
    url: emulator.url,
    isEnabled: true,
    intervalMinutes: 1,
  });
  const admin = await addDemoAdmin(app);
  try {
    if (!(await demo.pages)) throw new CommandFailed("The pages could not be built; the lines above say why.");
    const server = await startServer(app, stop, "all");
    try {
      await run({ ...demo, server, integration, login: admin.login }, options);
    } finally {
      await server.close();
      demo.context.stderr.write("\n");
    }
  } finally {
    await admin.remove();
  }
}

interface RunningDemo extends Demo {
  server: Server;
  integration: Integration;
  login: string;
}

async function run(demo: RunningDemo, options: DemoOptions): Promise<void> {
  const { app, emulator, integration, server, say, stop } = demo;
  say(`Weir keeps its inventory in ${app.database.description}`);
  say(`Connected the tenant at ${emulator.url} as integration "${integration.name}"; the first load begins.\n`);
  sayWhere(demo);
  const isComplete = await firstLoad(demo);
  if (stop.aborted) return;
  const isEqual = await compareCounts(demo);
  if (!isComplete || !isEqual)
    throw new CommandFailed("The inventory is not what the tenant holds; the lines above say where.");
  if (options.once !== true) await liveThroughThePast(demo, integration);
  await showSearches(demo);
  if (stop.aborted || options.once === true) return;
  pollOn(demo);
  await aborted(server.stopped);
  say("\nStopping …");
}

/** Before anything is loaded, so that whoever likes can watch it come in. */
function sayWhere({ server, login, say }: RunningDemo): void {
  say(`  Open ${server.url}`);
  say(`  and sign in as ${login}\n`);
}

/** Follows the run that the server starts by itself. */
async function firstLoad({ app, context, stop, integration }: RunningDemo): Promise<boolean> {
  for (;;) {
    const run = await app.db
      .selectFrom("run")
      .select("id")
      .where("integrationId", "=", integration.id)
      .executeTakeFirst();
    if (run !== undefined) {
      const [followed] = await followRuns(app.db, [run.id], context.stderr, stop);
      return followed?.result === "success";
    }
    if (stop.aborted) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What the emulator says it holds, beside what Weir holds. */
async function compareCounts({ app, context, emulator, integration }: RunningDemo): Promise<boolean> {
  const state = (await (await fetch(`${emulator.url}/emulator/state`)).json()) as { counts: Record<string, number> };
  const ours = await recordCounts(app.db, integration.id);
  const table = new Table({
    head: ["", "Wiz", "Weir", "gap"],
    style: { head: [], border: [] },
    colAligns: ["left", "right", "right", "right"],
  });
  const number = (n: number) => n.toLocaleString("en-US");
  const rows = Object.entries(state.counts).map(([kind, theirs]) => ({ kind, theirs, own: ours.get(kind) ?? 0 }));
  for (const { kind, theirs, own } of rows)
    table.push([plural(kind), number(theirs), number(own), number(theirs - own)]);
  context.stdout.write(`\n${table.toString()}\n`);
  return rows.every(({ theirs, own }) => theirs === own);
}

function plural(kind: string): string {
  return kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}

async function showSearches({ app, context, stop }: Demo): Promise<void> {
  const width = Math.min(context.stdout.columns ?? 140, 160);
  for (const query of queries) {
    if (stop.aborted) return;
    const page = await searchFindings(app.db, { query, limit: 5 });
    context.stdout.write(
      `\n$ weir search '${query}'\n${printPage("findings", page, { format: "table", width })}${countText("findings", page.items.length, page.total)}\n`,
    );
  }
}

/** The tenant lives, and Weir keeps up with it, until someone stops us. */
function pollOn(demo: RunningDemo): void {
  const { app, server, say, openLog } = demo;
  const dataDir =
    app.config.databaseUrl === undefined && app.config.dataDir !== join(process.cwd(), "weir-data")
      ? `WEIR_DATA_DIR=${app.config.dataDir} `
      : "";
  say("\nThe tenant lives on, and Weir polls it every minute.\n");
  sayWhere(demo);
  say(`The HTTP API: ${server.url}/api/v1, health: ${server.url}/healthz, metrics: ${server.url}/metrics`);
  say(
    `Search it from another terminal:  ${dataDir}npm run weir -- search 'severity:critical AND package.name:openssl'`,
  );
  say("Ctrl-C ends the demo.\n");
  openLog();
}

/** Log lines would tear the progress bars apart, so on a terminal they wait until those are done. */
function heldLog(context: CliContext, format: "text" | "json") {
  let held: string[] | null = context.stderr.isTTY ? [] : null;
  const lines = createLogLines();
  const stream = { write: (line: string) => (held === null ? context.stdout.write(line) : held.push(line)) };
  return {
    logger: createLogger({ format, level: "info", stream, lines }),
    lines,
    open() {
      for (const line of held ?? []) context.stdout.write(line);
      held = null;
    },
  };
}
