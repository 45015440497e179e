import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import type { Client } from "pg";
import type { Logger } from "../log.ts";
import { nextEpoch } from "../store/lease.ts";
import type { Schema } from "../store/schema.ts";

export interface LeaseDeps {
  db: Kysely<Schema>;
  /** A connection of our own: its advisory locks live and die with it. */
  connect: () => Promise<Client>;
  now: () => number;
  log: Logger;
  /** Who we are, for people: host and process. */
  holder: string;
}

export interface Leases {
  /** The epoch when the lease was free and is now ours; `null` when another process has it. */
  acquire(accountKey: string): Promise<number | null>;
  release(accountKey: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Who works for a service account is whoever holds a PostgreSQL advisory lock for it. A dead process's locks fall
 * with its connection, so another takes over in seconds. `onLost` is called when our own connection breaks.
 */
export function createLeases(deps: LeaseDeps, onLost: () => void): Leases {
  let client: Client | undefined;

  async function connection(): Promise<Client> {
    if (client !== undefined) return client;
    const fresh = await deps.connect();
    const lost = () => {
      if (client !== fresh) return;
      client = undefined;
      onLost();
    };
    fresh.on("error", lost);
    fresh.on("end", lost);
    client = fresh;
    return fresh;
  }

  return {
    async acquire(accountKey) {
      const { rows } = await (await connection()).query<{ held: boolean }>("select pg_try_advisory_lock($1) as held", [
        lockKey(accountKey),
      ]);
      return rows[0]?.held === true ? await nextEpoch(deps.db, accountKey, deps.holder, deps.now()) : null;
    },
    async release(accountKey) {
      await client?.query("select pg_advisory_unlock($1)", [lockKey(accountKey)]);
    },
    async close() {
      const closing = client;
      client = undefined;
      await closing?.end();
    },
  };
}

/** Advisory locks are keyed by a 64-bit number. */
function lockKey(accountKey: string): string {
  return createHash("sha256").update(`weir.account.${accountKey}`).digest().readBigInt64BE().toString();
}
