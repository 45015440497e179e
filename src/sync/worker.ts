import type { Kysely } from "kysely";
import type { Connector, HostRules, Source, SourceLimits, SourceState } from "../connectors/connector.ts";
import { errorText, FencedError } from "../errors.ts";
import type { Logger } from "../log.ts";
import { streamNames } from "../model.ts";
import { type Integration, listIntegrations, readConnection } from "../store/integration.ts";
import {
  adoptPasses,
  cancelPasses,
  finishRun,
  orphanedPasses,
  type Run,
  requestRun,
  unfinishedRuns,
} from "../store/run.ts";
import type { Schema } from "../store/schema.ts";
import type { SecretBox } from "../store/secret.ts";
import { adoptSlices } from "../store/slice.ts";
import { forgetAttempts, readStreamStates } from "../store/stream-state.ts";
import { RunAborted } from "./abort.ts";
import { createLeases, type LeaseDeps } from "./lease.ts";
import { executeRun } from "./run.ts";
import { dueRuns } from "./schedule.ts";

export interface WorkerDeps extends LeaseDeps, HostRules {
  db: Kysely<Schema>;
  box: SecretBox;
  fetch: typeof fetch;
  findConnector: (id: string) => Connector;
  limits?: SourceLimits;
  /** Records in a slice of a full pass, about; a default else. */
  sliceTarget?: number;
  log: Logger;
}

export interface WorkerOptions {
  /** Start runs by the clock. Without it only runs that someone asked for are done. */
  isScheduling: boolean;
  /** Work for this integration only. */
  integrationId?: string;
  tickMs?: number;
}

export interface Worker {
  /** Ends when `stop` was called and everything is put down. */
  readonly done: Promise<void>;
  stop(): Promise<void>;
  /** What the governors are doing, by service account. */
  sources(): Map<string, SourceState>;
}

interface ActiveRun {
  run: Run;
  abort: AbortController;
  done: Promise<void>;
}

/** One service account that this process works for. */
interface Account {
  key: string;
  epoch: number;
  active: Map<string, ActiveRun>;
  source?: { stamp: string; source: Source };
}

const defaultTickMs = 500;
/** While the database does not answer. */
const troubledTickMs = 3_000;

/**
 * Looks again and again at what is to be done, takes the service accounts that nobody works for, and does their runs.
 * Any number of workers may share a database.
 */
export function startWorker(deps: WorkerDeps, options: WorkerOptions): Worker {
  const accounts = new Map<string, Account>();
  const stopping = new AbortController();
  const leases = createLeases(deps, () => abandon("lease lost"));

  function abandon(why: "lease lost" | "shutdown"): void {
    for (const account of accounts.values())
      for (const { abort } of account.active.values()) abort.abort(new RunAborted(why));
    if (why === "lease lost") accounts.clear();
  }

  async function tick(): Promise<void> {
    const integrations = (await listIntegrations(deps.db)).filter(
      (one) => options.integrationId === undefined || one.id === options.integrationId,
    );
    const byAccount = Map.groupBy(integrations, (integration) => integration.accountKey);
    for (const [key, members] of byAccount) {
      const account = accounts.get(key) ?? (await takeAccount(key, members));
      if (account !== undefined) await tend(account, members);
    }
    for (const account of [...accounts.values()]) if (!byAccount.has(account.key)) await dropAccount(account);
  }

  async function takeAccount(key: string, members: readonly Integration[]): Promise<Account | undefined> {
    const runs = await unfinishedRuns(deps.db, key);
    const isWanted = options.isScheduling && members.some((member) => member.isEnabled);
    if (runs.length === 0 && !isWanted) return undefined;
    const epoch = await leases.acquire(key);
    if (epoch === null) return undefined;
    const account: Account = { key, epoch, active: new Map() };
    accounts.set(key, account);
    await adoptSlices(deps.db, key, epoch);
    await takeOver(key, runs);
    return account;
  }

  /**
   * What an earlier process left: its runs end as interrupted (or cancelled, if someone had asked for that), and a new
   * run goes on with what is left of their passes.
   */
  async function takeOver(key: string, runs: readonly Run[]): Promise<void> {
    for (const run of runs.filter((candidate) => candidate.startedAt !== null)) {
      if (run.cancelRequestedAt !== null) await cancelPasses(deps.db, run.id, deps.now());
      else await forgetAttempts(deps.db, run.id);
      await finishRun(deps.db, run.id, run.cancelRequestedAt === null ? "interrupted" : "cancelled", null, deps.now());
    }
    const orphans = Map.groupBy(
      await orphanedPasses(deps.db, key, deps.now()),
      (pass) => `${pass.integrationId} ${pass.lane}`,
    );
    for (const passes of orphans.values()) {
      const [first] = passes;
      if (first === undefined) continue;
      const streams = [...new Set(passes.map((pass) => pass.stream))];
      const request = { integrationId: first.integrationId, trigger: "resume", mode: first.lane, streams } as const;
      const id = await requestRun(deps.db, request, deps.now());
      const ids = passes.map((pass) => pass.id);
      await adoptPasses(deps.db, ids, id);
    }
  }

  async function dropAccount(account: Account): Promise<void> {
    for (const { abort } of account.active.values()) abort.abort(new RunAborted("shutdown"));
    await Promise.all([...account.active.values()].map((active) => active.done));
    accounts.delete(account.key);
    await leases.release(account.key);
  }

  async function tend(account: Account, members: readonly Integration[]): Promise<void> {
    const runs = await unfinishedRuns(deps.db, account.key);
    for (const run of runs) if (run.cancelRequestedAt !== null) await cancel(account, run);
    for (const run of runs) {
      const integration = members.find((member) => member.id === run.integrationId);
      if (integration !== undefined && run.cancelRequestedAt === null && isStartable(account, run))
        start(account, integration, run);
    }
    if (options.isScheduling) for (const integration of members) await schedule(account, integration, runs);
  }

  async function cancel(account: Account, run: Run): Promise<void> {
    const active = account.active.get(run.id);
    if (active !== undefined) active.abort.abort(new RunAborted("cancelled"));
    else await finishRun(deps.db, run.id, "cancelled", null, deps.now());
  }

  /** A stream is pulled by one run at a time, but a scheduled delta may run beside a full pass. */
  function isStartable(account: Account, run: Run): boolean {
    if (account.active.has(run.id)) return false;
    const rivals = [...account.active.values()]
      .map((active) => active.run)
      .filter((other) => other.integrationId === run.integrationId);
    const isBesideAllowed = (other: Run) =>
      other.mode !== run.mode && other.trigger !== "demand" && run.trigger !== "demand";
    return rivals.every(
      (other) => isBesideAllowed(other) || !other.streams.some((stream) => run.streams.includes(stream)),
    );
  }

  async function schedule(account: Account, integration: Integration, runs: readonly Run[]): Promise<void> {
    if (!integration.isEnabled || stopping.signal.aborted) return;
    const states = new Map((await readStreamStates(deps.db, [integration.id])).map((state) => [state.stream, state]));
    const mine = runs.filter((run) => run.integrationId === integration.id);
    const due = dueRuns({
      settings: integration.streams,
      states,
      now: deps.now(),
      isBusy: (stream, lane) => mine.some((run) => run.mode === lane && run.streams.includes(stream)),
    });
    for (const { trigger, mode, streams } of due) {
      const id = await requestRun(deps.db, { integrationId: integration.id, trigger, mode, streams }, deps.now());
      const run = (await unfinishedRuns(deps.db, account.key)).find((candidate) => candidate.id === id);
      if (run !== undefined && isStartable(account, run)) start(account, integration, run);
    }
  }

  function start(account: Account, integration: Integration, run: Run): void {
    const abort = new AbortController();
    const done = perform(account, integration, run, abort.signal).finally(() => account.active.delete(run.id));
    account.active.set(run.id, { run, abort, done });
  }

  async function perform(account: Account, integration: Integration, run: Run, signal: AbortSignal): Promise<void> {
    const connector = deps.findConnector(integration.connector);
    // Every line of a connector's log contains its short name.
    const log = deps.log.child({ component: connector.catalogue.shortName });
    try {
      const source = await openSource(account, integration, connector, log);
      const context = {
        integration,
        inventory: connector.catalogue.vendor,
        runId: run.id,
        epoch: account.epoch,
      };
      await executeRun(
        { db: deps.db, now: deps.now, log, source, sliceTarget: deps.sliceTarget },
        context,
        run,
        signal,
      );
    } catch (error) {
      if (error instanceof FencedError)
        log.warn(`integration "${integration.name}": ${error.message}; this process stops working on it`);
      else {
        log.error({ err: error }, `integration "${integration.name}": the run ended`);
        await finishRun(deps.db, run.id, "failed", errorText(error), deps.now()).catch((cause: unknown) =>
          log.error({ err: cause }, "the end of the run could not be stored"),
        );
      }
    }
  }

  /** One connection per service account, opened anew when the credentials change. */
  async function openSource(
    account: Account,
    integration: Integration,
    connector: Connector,
    log: Logger,
  ): Promise<Source> {
    const stamp = `${integration.id} ${integration.updatedAt}`;
    if (account.source?.stamp === stamp) return account.source.source;
    const connection = await readConnection(deps.db, deps.box, integration.id);
    const source = connector.open(connection, {
      fetch: deps.fetch,
      now: deps.now,
      log,
      allowedHosts: deps.allowedHosts,
      limits: deps.limits,
    });
    account.source = { stamp, source };
    return source;
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      const isWell = await tick().then(
        () => true,
        (error: unknown) => {
          if (!stopping.signal.aborted) deps.log.error({ err: error }, "the worker could not look for work");
          return false;
        },
      );
      await pause(isWell ? (options.tickMs ?? defaultTickMs) : troubledTickMs, stopping.signal);
    }
    abandon("shutdown");
    await Promise.all(
      [...accounts.values()].flatMap((account) => [...account.active.values()].map((active) => active.done)),
    );
    await leases.close();
  }

  const done = loop();
  return {
    done,
    async stop() {
      stopping.abort();
      await done;
    },
    sources: () =>
      new Map(
        [...accounts.values()].flatMap(({ key, source }) =>
          source === undefined ? [] : [[key, source.source.state()] as const],
        ),
      ),
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(end, ms);
    function end() {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    }
    signal.addEventListener("abort", end);
  });
}

/** All the streams that an integration has switched on. */
export function enabledStreams(integration: Integration) {
  return streamNames.filter((stream) => integration.streams[stream].enabled);
}
