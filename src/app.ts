import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Kysely } from "kysely";
import { createPasswords, type Passwords } from "./auth/passwords.ts";
import type { Config } from "./config.ts";
import { createConnectorFetch } from "./connectors/http.ts";
import { findConnector } from "./connectors/registry.ts";
import { settlePass } from "./lifecycle/keeper.ts";
import type { Logger } from "./log.ts";
import type { LogLines } from "./log-lines.ts";
import type { Touched } from "./store/asset-risk.ts";
import { type Database, openDatabase } from "./store/database.ts";
import { migrate } from "./store/migrate.ts";
import type { Schema } from "./store/schema.ts";
import { checkSecretKey, createSecretBox, loadSecretKey, type SecretBox } from "./store/secret.ts";
import { leaseConnectionName, poolConnectionName } from "./store/worker.ts";
import { keepLogLines } from "./sync/log-keeper.ts";
import { startWorker, type Worker, type WorkerOptions } from "./sync/worker.ts";

/** Everything that a command or the server works with. */
export interface App {
  config: Config;
  log: Logger;
  database: Database;
  db: Kysely<Schema>;
  box: SecretBox;
  passwords: Passwords;
  /** The fetch for sources: no redirects, no private addresses, the proxy if there is one. */
  fetch: typeof fetch;
  now: () => number;
  startWorker(options: WorkerOptions): Worker;
  close(): Promise<void>;
}

/**
 * The one place where the parts are put together: database, migrations, secret key, connectors. With `lines`, what is
 * logged about an integration is kept for its page.
 * @throws ConfigError, DatabaseError
 */
export async function openApp(config: Config, log: Logger, lines?: LogLines): Promise<App> {
  const key = loadSecretKey(config);
  const processId = randomUUID();
  const { databaseUrl, dataDir } = config;
  const database = await openDatabase({
    databaseUrl,
    dataDir,
    log,
    applicationName: poolConnectionName(processId),
  });
  try {
    await migrate(database);
    const box = createSecretBox(key);
    await checkSecretKey(database.db, box);
    const keeper = lines === undefined ? null : keepLogLines({ db: database.db, log, lines });
    return assemble({ config, log, database, box, processId, keeper });
  } catch (error) {
    await database.close();
    throw error;
  }
}

interface Parts extends Pick<App, "config" | "log" | "database" | "box"> {
  processId: string;
  keeper: ReturnType<typeof keepLogLines> | null;
}

function assemble({ config, log, database, box, processId, keeper }: Parts): App {
  const outward = createConnectorFetch({ allowedHosts: config.allowedHosts, proxyUrl: config.httpsProxy });
  const now = Date.now;
  return {
    config,
    log,
    database,
    db: database.db,
    box,
    passwords: createPasswords(),
    fetch: outward.fetch,
    now,
    startWorker: (options) =>
      startWorker(
        {
          db: database.db,
          connect: () => database.connect(leaseConnectionName(processId)),
          now,
          log,
          workerId: processId,
          holder: `${hostname()} process ${process.pid}`,
          box,
          fetch: outward.fetch,
          findConnector,
          allowedHosts: config.allowedHosts,
          limits: { maxRequestsPerSecond: config.maxRequestsPerSecond },
          afterPass: (touched) => settleAfter({ db: database.db, now, log }, touched),
        },
        options,
      ),
    async close() {
      await outward.close();
      await keeper?.stop();
      await database.close();
    },
  };
}

/** What came is stored; that the acceptances do not follow at once must not make the pass fail. The server tries again. */
async function settleAfter(deps: Pick<App, "db" | "now" | "log">, touched: Touched): Promise<void> {
  try {
    await settlePass(deps, touched);
  } catch (error) {
    deps.log.warn(
      { err: error },
      "what a pass brought could not be held against the risk acceptances; tried again within the hour",
    );
  }
}
