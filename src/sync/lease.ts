import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import type { Client } from "pg";
import type { SourceState } from "../connectors/connector.ts";
import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import { nextEpoch, saveSourceState } from "../store/lease.ts";
import { insertPaceSample } from "../store/pace-sample.ts";
import type { Schema } from "../store/schema.ts";
import { beatHeart, evictSilentHolder, forgetWorker, registerWorker, type WorkerRow } from "../store/worker.ts";
import { createPaceSampler } from "./pace-sampler.ts";

export interface LeaseDeps {
  db: Kysely<Schema>;
  /** A connection of our own (`leaseConnectionName`): its advisory locks live and die with it. */
  connect: () => Promise<Client>;
  now: () => number;
  log: Logger;
  /** Who we are. */
  worker: WorkerRow;
}

export interface Leases {
  /** Joins the workers, so that they leave us our share; done already when it is. */
  join(): Promise<void>;
  /** The epoch when the lease was free and is now ours; `null` when another process has it. */
  acquire(accountKey: string): Promise<number | null>;
  release(accountKey: string): Promise<void>;
  close(): Promise<void>;
}

export interface LeaseEvents {
  /** Our connection broke or the others have given us up: nothing is ours any more. */
  onLost: () => void;
  /** What the governors are doing, by service account, to be told with each heartbeat. */
  states: () => Iterable<{ accountKey: string; epoch: number; state: SourceState }>;
}

const heartbeatMs = 1_500;

/**
 * Who works for a service account is whoever holds a PostgreSQL advisory lock for it. A dead process's locks fall
 * with its connection. One that is frozen keeps its connection but not its heartbeat: whoever wants its account ends
 * all its connections, and the epoch sees to it that nothing it still has in hand is stored.
 */
export function createLeases(deps: LeaseDeps, events: LeaseEvents): Leases {
  let client: Client | undefined;
  let heart: NodeJS.Timeout | undefined;
  const pace = createPaceSampler();

  async function connection(): Promise<Client> {
    if (client !== undefined) return client;
    const fresh = await deps.connect();
    const lost = () => {
      if (client !== fresh) return;
      client = undefined;
      events.onLost();
    };
    fresh.on("error", lost);
    fresh.on("end", lost);
    client = fresh;
    await registerWorker(deps.db, deps.worker);
    heart ??= setInterval(() => void beat(), heartbeatMs);
    return fresh;
  }

  async function beat(): Promise<void> {
    if (client === undefined) return;
    try {
      if (!(await beatHeart(client, deps.worker.id))) return await giveUp();
      for (const { state, ...of } of events.states()) {
        await saveSourceState(deps.db, of.accountKey, of.epoch, state);
        const sample = pace.look(of, state, performance.now());
        if (sample !== null) await insertPaceSample(deps.db, of, sample);
      }
    } catch (error) {
      // The next beat tells again; if the database stays away, our connection breaks, and with it the leases.
      deps.log.debug({ err: error }, `the heartbeat could not be written: ${errorText(error)}`);
    }
  }

  async function giveUp(): Promise<void> {
    const former = client;
    client = undefined;
    deps.log.warn("this process was silent for so long that others took over its work; it begins anew");
    events.onLost();
    await former?.end();
  }

  return {
    async join() {
      await connection();
    },
    async acquire(accountKey) {
      const session = await connection();
      const tryLock = async () => {
        const { rows } = await session.query<{ held: boolean }>("select pg_try_advisory_lock($1) as held", [
          lockKey(accountKey),
        ]);
        return rows[0]?.held === true;
      };
      if (!(await tryLock())) {
        const evicted = await evictSilentHolder(deps.db, accountKey);
        if (evicted === null) return null;
        deps.log.warn(`${evicted} is silent; this process takes over its work`);
        if (!(await tryLock())) return null;
      }
      return await nextEpoch(deps.db, accountKey, { workerId: deps.worker.id, name: deps.worker.name }, deps.now());
    },
    async release(accountKey) {
      await client?.query("select pg_advisory_unlock($1)", [lockKey(accountKey)]);
    },
    async close() {
      clearInterval(heart);
      const closing = client;
      client = undefined;
      if (closing === undefined) return;
      await forgetWorker(deps.db, deps.worker.id);
      await closing.end();
    },
  };
}

/** Advisory locks are keyed by a 64-bit number. */
function lockKey(accountKey: string): string {
  return createHash("sha256").update(`weir.account.${accountKey}`).digest().readBigInt64BE().toString();
}
