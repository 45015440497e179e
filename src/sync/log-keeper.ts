import { setTimeout as sleep } from "node:timers/promises";
import type { Kysely } from "kysely";
import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { IntegrationLine, LogLines } from "../log-lines.ts";
import { insertLogLines, keptLines, trimLogLines } from "../store/integration-log.ts";
import type { Schema } from "../store/schema.ts";

export interface LogKeeperDeps {
  db: Kysely<Schema>;
  log: Logger;
  lines: LogLines;
}

export interface LogKeeperTimes {
  intervalMs?: number;
  /** After the database refused or did not answer. */
  retryMs?: number;
  /** How long the end may wait for the last lines to be stored. */
  graceMs?: number;
}

const standardTimes = { intervalMs: 1_000, retryMs: 5_000, graceMs: 2_000 };

/** So many lines of an integration are stored until the oldest are looked for. */
const trimEvery = keptLines / 4;

/**
 * Stores the log lines of integrations in the background, a batch at a time. Nothing waits for it and nothing fails by
 * it: what the database does not take stays in `lines`, which drops the oldest when there are too many.
 */
export function keepLogLines(deps: LogKeeperDeps, times: LogKeeperTimes = {}): { stop(): Promise<void> } {
  const { intervalMs, retryMs, graceMs } = { ...standardTimes, ...times };
  const stopping = new AbortController();
  const untrimmed = new Map<string, number>();
  let isTroubled = false;

  async function storeAll(): Promise<void> {
    for (let batch = deps.lines.take(); batch.length > 0; batch = deps.lines.take()) {
      try {
        await insertLogLines(deps.db, batch);
      } catch (error) {
        deps.lines.giveBack(batch);
        throw error;
      }
      await trim(batch);
    }
  }

  async function trim(batch: readonly IntegrationLine[]): Promise<void> {
    for (const { integrationId } of batch) untrimmed.set(integrationId, (untrimmed.get(integrationId) ?? 0) + 1);
    for (const [integrationId, n] of untrimmed) {
      if (n < trimEvery) continue;
      untrimmed.delete(integrationId);
      await trimLogLines(deps.db, integrationId);
    }
  }

  async function attempt(): Promise<boolean> {
    try {
      await storeAll();
      isTroubled = false;
    } catch (error) {
      if (!isTroubled)
        deps.log.warn(`log lines of integrations cannot be stored just now, tried again: ${errorText(error)}`);
      isTroubled = true;
    }
    return !isTroubled;
  }

  async function run(): Promise<void> {
    for (let isWell = true; !stopping.signal.aborted; isWell = await attempt())
      await sleep(isWell ? intervalMs : retryMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      const isDone = new AbortController();
      const grace = sleep(graceMs, undefined, { signal: isDone.signal }).catch(() => {});
      await Promise.race([running.then(attempt), grace]);
      isDone.abort();
    },
  };
}
