import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError, Option } from "commander";
import { createApi } from "../api/api.ts";
import { listenSecurely } from "../api/https.ts";
import { createMetrics } from "../api/metrics.ts";
import type { Listening } from "../api/server.ts";
import { type App, openApp } from "../app.ts";
import { makeFirstAdmin } from "../auth/first-admin.ts";
import { issueSetupToken } from "../auth/setup.ts";
import type { Config } from "../config.ts";
import { findConnector } from "../connectors/registry.ts";
import { startLifeCycle } from "../lifecycle/keeper.ts";
import { createLogger } from "../log.ts";
import { createLogLines } from "../log-lines.ts";
import { holdServeLock } from "../store/embedded/serve-lock.ts";
import { keepFeedScores } from "../sync/feeds/keep-scores.ts";
import { startHousekeeping } from "../sync/housekeeping.ts";
import { startTagging } from "../tagging/tagging.ts";
import { type CliContext, configOf } from "./context.ts";
import { aborted, stopSignal } from "./signals.ts";

const pagesDir = fileURLToPath(new URL("../../ui/dist", import.meta.url));

/** What a process does of `weir serve`: poll, answer over HTTP, or both. */
type Role = "all" | "web" | "worker";

export function serveCommand(context: CliContext): Command {
  return new Command("serve")
    .description("run Weir: poll the integrations by their clocks and answer over HTTP")
    .option("--port <port>", "port to listen on (else WEIR_PORT, else 8080)", parsePort)
    .addOption(
      new Option(
        "--role <role>",
        "several processes can share one database: any number of `worker` poll, any number of `web` answer over HTTP",
      )
        .choices(["all", "web", "worker"])
        .default("all"),
    )
    .action(async (options: { port?: number; role: Role }) => {
      const stop = stopSignal();
      const config = configOf(context);
      const lines = createLogLines();
      const log = createLogger({ format: config.logFormat, level: config.logLevel, stream: context.stdout, lines });
      const app = await openApp({ ...config, port: options.port ?? config.port }, log, lines);
      try {
        if (options.role !== "worker") await makeFirstAdmin(app, config.admin);
        const server = await startServer(app, stop, options.role);
        if (server.url !== null) {
          log.info(`weir: listening on ${server.url}`);
          await announceSetup(app, server.url);
        }
        if (server.url === null) log.info("weir: working (this role does not answer over HTTP)");
        await aborted(server.stopped);
        log.info("weir: stopping");
        await server.close();
      } finally {
        await app.close();
      }
    });
}

export interface Server {
  /** `null` in the role `worker`. */
  url: string | null;
  /** Aborts when the server is to stop: someone asked, or it may not go on. */
  stopped: AbortSignal;
  close(): Promise<void>;
}

/** Starts everything that `weir serve` is in a role: the lock of the data directory, the worker and the HTTP server. */
export async function startServer(app: App, stop: AbortSignal, role: Role): Promise<Server> {
  const lost = new AbortController();
  const parts: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closePart of parts.reverse()) await closePart();
  };
  try {
    if (role === "all") parts.push(await lockDataDirectory(app, lost));
    if (role !== "web") {
      const { db, log, now, database, config } = app;
      parts.push(app.startWorker({ isScheduling: true }).stop);
      parts.push(startTagging({ db, log, now, connect: database.connect }).stop);
      parts.push(keepFeedScores({ db, log, now, connect: database.connect }).stop);
      parts.push(
        startLifeCycle({ db, log, now, connect: database.connect }).stop,
        startHousekeeping({ db, log, now, connect: database.connect, retentionDays: config.signalRetentionDays }).stop,
      );
    }
    const listening = role === "worker" ? null : await startHttp(app);
    if (listening !== null) parts.push(listening.close);
    return { url: listening?.url ?? null, stopped: AbortSignal.any([stop, lost.signal]), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function lockDataDirectory(app: App, lost: AbortController): Promise<() => Promise<void>> {
  const lock = await holdServeLock(app.database, (error) => {
    app.log.error({ err: error }, "another process serves this data directory now; stopping");
    lost.abort();
  });
  return lock.release;
}

/** A warning, so that whoever logs little reads it as well. */
async function announceSetup(app: App, url: string): Promise<void> {
  const token = await issueSetupToken(app);
  if (token === null) return;
  app.log.warn(
    `weir: there is no user yet. Make the first administrator within 24 hours at ${url}/setup with this one-time set-up token: ${token}`,
  );
}

async function startHttp(app: App): Promise<Listening> {
  const { db, box, passwords, log, now, fetch, config } = app;
  const { allowedHosts, trustedProxies } = config;
  const limits = { maxRequestsPerSecond: config.maxRequestsPerSecond };
  const metrics = createMetrics({ db });
  const api = createApi({
    db,
    box,
    passwords,
    metrics,
    log,
    now,
    fetch,
    findConnector,
    allowedHosts,
    limits,
    trustedProxies,
    pagesDir,
  });
  return await listenSecurely(api, addressOf(config), { tls: config.tls, log, now });
}

function addressOf(config: Config): { host: string; port: number } {
  return { host: config.host, port: config.port };
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new InvalidArgumentError("a port is a number from 0 to 65535");
  return port;
}
