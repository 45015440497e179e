import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { Logger } from "../../log.ts";
import { lockKeys, lockSpace } from "../lock-keys.ts";
import { findPackage, installBinaries } from "./binaries.ts";
import { checkVersion, ensureCluster } from "./cluster.ts";
import { databaseName } from "./connect.ts";
import { openLastingSession } from "./lasting-session.ts";
import { findPlace, type Place } from "./place.ts";
import { connectOrStart, type ServerAddress, stopServer } from "./server.ts";

export interface EmbeddedOptions {
  dataDir: string;
  log: Logger;
  /** Where root keeps a cluster whose data directory the server cannot enter. */
  stateDir?: string | undefined;
  /** Settings that go before our own. Without fsync a cluster is made without it, too: for tests. */
  settings?: Record<string, string> | undefined;
  startTimeoutMs?: number | undefined;
}

export interface EmbeddedServer {
  address: ServerAddress & { database: string };
  place: Place;
  /** Leaves the server; the last process that leaves stops it. */
  release(): Promise<void>;
}

/**
 * Makes sure that a data directory's PostgreSQL runs, and joins those who use it. Each process holds a shared advisory
 * lock for as long as it uses the server, so the last one knows that it is the last.
 * @throws DatabaseError that says what to do
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { log } = options;
  const source = findPackage(process.platform, process.arch);
  const place = findPlace(options.dataDir, log, options.stateDir);
  const bin = installBinaries(place.home, source);
  await ensureCluster(place, bin, options.settings?.fsync !== "off");
  checkVersion(place, source.version);

  let address: ServerAddress | undefined;
  const session = await openLastingSession(
    async () => {
      const joined = await enter({ ...options, place, bin });
      address = joined.address;
      return joined.client;
    },
    (error) => log.warn({ err: error }, "the embedded database does not answer"),
  );
  return {
    address: { ...(address as unknown as ServerAddress), database: databaseName },
    place,
    async release() {
      const client = await session.settle();
      if (await isLast(client)) await stopServer(place, log);
      else log.debug("others use the embedded database, so it goes on");
      await client.end();
    },
  };
}

/** Connects and says "I am here". A process that is just stopping the server makes us wait, then cuts us off: try again. */
async function enter(
  options: Parameters<typeof connectOrStart>[0],
): Promise<{ client: pg.Client; address: ServerAddress }> {
  for (let attempt = 1; ; attempt++) {
    const joined = await connectOrStart(options);
    try {
      await joined.client.query("select pg_advisory_lock_shared($1, $2)", [lockSpace, lockKeys.presence]);
      return joined;
    } catch (error) {
      await joined.client.end();
      if (attempt === 20) throw error;
    }
  }
}

/**
 * Gives up our presence and tries to be alone. Whoever holds the exclusive lock may stop the server: newcomers wait for
 * the shared one. Clients that are no Weir (psql) count too, for as long as they do not vanish within a second.
 */
async function isLast(client: pg.Client): Promise<boolean> {
  try {
    await client.query("select pg_advisory_unlock_shared($1, $2)", [lockSpace, lockKeys.presence]);
    const alone = await client.query<{ locked: boolean }>("select pg_try_advisory_lock($1, $2) as locked", [
      lockSpace,
      lockKeys.presence,
    ]);
    if (alone.rows[0]?.locked !== true) return false;
    for (let waited = 0; waited < 1_000; waited += 25) {
      const others = await client.query(
        "select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1",
      );
      if (others.rowCount === 0) return true;
      await sleep(25);
    }
    return false;
  } catch {
    // The server is gone or going; there is nothing left for us to stop.
    return false;
  }
}
