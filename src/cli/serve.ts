import { Command, InvalidArgumentError } from "commander";
import { createMetrics } from "../api/metrics.ts";
import { createApi, type Listening, listen } from "../api/server.ts";
import { type App, openApp } from "../app.ts";
import type { Config } from "../config.ts";
import { createLogger } from "../log.ts";
import { holdServeLock } from "../store/embedded/serve-lock.ts";
import type { Worker } from "../sync/worker.ts";
import { type CliContext, configOf } from "./context.ts";
import { aborted, stopSignal } from "./signals.ts";

export function serveCommand(context: CliContext): Command {
  return new Command("serve")
    .description("run Weir: poll the integrations by their clocks and answer over HTTP")
    .option("--port <port>", "port to listen on (else WEIR_PORT, else 8080)", parsePort)
    .action(async (options: { port?: number }) => {
      const stop = stopSignal();
      const config = configOf(context);
      const log = createLogger({ format: config.logFormat, level: config.logLevel, stream: context.stdout });
      const app = await openApp({ ...config, port: options.port ?? config.port }, log);
      try {
        const server = await startServer(app, stop);
        log.info(`weir: listening on ${server.url}`);
        await aborted(server.stopped);
        log.info("weir: stopping");
        await server.close();
      } finally {
        await app.close();
      }
    });
}

export interface Server {
  url: string;
  worker: Worker;
  /** Aborts when the server is to stop: someone asked, or it may not go on. */
  stopped: AbortSignal;
  close(): Promise<void>;
}

/** Starts everything that `weir serve` is: the lock of the data directory, the worker and the HTTP server. */
export async function startServer(app: App, stop: AbortSignal): Promise<Server> {
  const lost = new AbortController();
  const lock = await holdServeLock(app.database, (error) => {
    app.log.error({ err: error }, "another process serves this data directory now; stopping");
    lost.abort();
  });
  const worker = app.startWorker({ isScheduling: true });
  const metrics = createMetrics({ db: app.db, sources: worker.sources });
  let listening: Listening;
  try {
    listening = await listen(createApi({ db: app.db, metrics, log: app.log }), addressOf(app.config));
  } catch (error) {
    await worker.stop();
    await lock.release();
    throw error;
  }
  return {
    url: listening.url,
    worker,
    stopped: AbortSignal.any([stop, lost.signal]),
    async close() {
      await worker.stop();
      await listening.close();
      await lock.release();
    },
  };
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
