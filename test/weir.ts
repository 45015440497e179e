import { randomUUID } from "node:crypto";
import { findConnector } from "../src/connectors/registry.ts";
import { settlePass } from "../src/lifecycle/keeper.ts";
import { createLogger, type LogOptions } from "../src/log.ts";
import type { AssetClass, StreamName } from "../src/model.ts";
import { type Integration, insertIntegration } from "../src/store/integration.ts";
import { type Run, readRun, requestRun } from "../src/store/run.ts";
import { createSecretBox } from "../src/store/secret.ts";
import { leaseConnectionName } from "../src/store/worker.ts";
import { enabledStreams } from "../src/sync/stream-settings.ts";
import { startWorker, type Worker, type WorkerDeps, type WorkerOptions } from "../src/sync/worker.ts";
import { allStreams } from "./builders.ts";
import type { TestDatabase } from "./postgres.ts";

/** Host under which the emulator answers in tests; nothing listens there, requests go to it as a function. */
export const emulatorHost = "127.0.0.1:4400";

/** What encrypts the secrets of a `testWeir`. */
export function testSecretBox() {
  return createSecretBox(Buffer.alloc(32, 7));
}

/** Weir without its shell: a database, and workers that fetch from an emulator which is a function. */
export interface TestWeir {
  /** Every line that was logged, as JSON. */
  log: string[];
  worker(options?: Partial<WorkerOptions>): Worker;
  addIntegration(
    name: string,
    options?: {
      clientSecret?: string;
      clientId?: string;
      streams?: Integration["streams"];
      projects?: readonly string[];
      assetClasses?: AssetClass[] | null;
    },
  ): Promise<Integration>;
  /** Asks for a run, does it with a worker of its own and waits for its end. */
  sync(integration: Integration, options?: { full?: boolean; streams?: StreamName[] }): Promise<Run>;
}

export function testWeir(
  database: TestDatabase,
  fetch: typeof globalThis.fetch,
  options: Partial<Pick<WorkerDeps, "now" | "sliceTarget" | "limits" | "findConnector">> &
    Pick<LogOptions, "lines"> = {},
): TestWeir {
  const log: string[] = [];
  const { lines, ...others } = options;
  const box = testSecretBox();
  const now = options.now ?? Date.now;
  const deps: Omit<WorkerDeps, "workerId" | "connect"> = {
    db: database.db,
    now,
    log: createLogger({ format: "json", level: "debug", stream: { write: (line) => log.push(line) }, lines }),
    holder: "test",
    box,
    fetch,
    findConnector,
    limits: { maxRequestsPerSecond: 1_000, startRequestsPerSecond: 1_000 },
    allowedHosts: [emulatorHost],
    afterPass: (touched) => settlePass({ db: database.db, now }, touched),
    ...others,
  };
  const worker = (more: Partial<WorkerOptions> = {}) => {
    const workerId = randomUUID();
    const connect = () => database.connect(leaseConnectionName(workerId));
    return startWorker({ ...deps, workerId, connect }, { isScheduling: false, tickMs: 10, ...more });
  };
  return {
    log,
    worker,
    async addIntegration(name, options = {}) {
      const { clientSecret = "emulator-secret", clientId = "emulator", streams = allStreams, projects } = options;
      const { assetClasses = null } = options;
      const connector = findConnector("wiz");
      const form = {
        apiEndpoint: `http://${emulatorHost}`,
        tokenUrl: `http://${emulatorHost}/oauth/token`,
        clientId,
        clientSecret,
        ...(projects !== undefined && { projects }),
      };
      const connection = connector.parseConnection(form, deps);
      const entry = {
        name,
        connector: connector.catalogue.id,
        description: null,
        connection,
        isEnabled: true,
        streams,
        assetClasses,
      };
      return await insertIntegration(database.db, box, entry, now());
    },
    async sync(integration, { full = false, streams } = {}) {
      const request = { integrationId: integration.id, trigger: "demand", mode: full ? "full" : "delta" } as const;
      const id = await requestRun(database.db, { ...request, streams: streams ?? enabledStreams(integration) }, now());
      const working = worker({ integrationId: integration.id });
      try {
        return await finished(database, id);
      } finally {
        await working.stop();
      }
    },
  };
}

/** Waits for the end of a run. */
export async function finished(database: TestDatabase, runId: string): Promise<Run> {
  for (;;) {
    const run = await readRun(database.db, runId);
    if (run !== undefined && run.finishedAt !== null) return run;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
