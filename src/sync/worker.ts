import { type Integration, listIntegrations } from "../store/integration.ts";
import { unfinishedRuns } from "../store/run.ts";
import { countPollingWorkers } from "../store/worker.ts";
import type { RunAborted } from "./abort.ts";
import { type Account, type AccountDeps, openAccount } from "./account.ts";
import { fillIdentifiers } from "./fill-identifiers.ts";
import { createIdentityTender } from "./identity-tender.ts";
import { createLeases, type LeaseDeps } from "./lease.ts";
import { fairShare, surplus } from "./share.ts";

export interface WorkerDeps extends AccountDeps, Omit<LeaseDeps, "worker"> {
  /** Who we are, unique among all processes on this database. */
  workerId: string;
  /** Host and process, for people. */
  holder: string;
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
}

/** Integrations by the service account that they use. */
type Members = ReadonlyMap<string, readonly Integration[]>;

const defaultTickMs = 500;
/** While the database does not answer. */
const troubledTickMs = 3_000;

/**
 * Looks again and again at what is to be done, takes the service accounts that nobody works for, and does their runs.
 * Any number of workers may share a database; those that poll by the clock share the accounts evenly.
 */
export function startWorker(deps: WorkerDeps, options: WorkerOptions): Worker {
  const accounts = new Map<string, Account>();
  const leaving = new Set<string>();
  let isFilled = false;
  const stopping = new AbortController();
  const identities = createIdentityTender(deps);
  const worker = { id: deps.workerId, name: deps.holder, isPolling: options.isScheduling };
  const leases = createLeases(
    { ...deps, worker },
    {
      onLost() {
        abandon("lease lost");
        accounts.clear();
      },
      *states() {
        for (const { key, epoch, state } of accounts.values()) {
          const current = state();
          if (current !== undefined) yield { accountKey: key, epoch, state: current };
        }
      },
    },
  );

  function abandon(why: RunAborted["why"]): void {
    for (const account of accounts.values()) account.abandon(why);
  }

  async function tick(): Promise<void> {
    // Before anything is fetched: a machine that is known by nothing yet would seem to be another one.
    if (!isFilled) await fillIdentifiers(deps.db, stopping.signal);
    isFilled = true;
    if (options.isScheduling) await leases.join();
    if (options.isScheduling) identities.tend();
    const integrations = (await listIntegrations(deps.db)).filter(
      (one) => options.integrationId === undefined || one.id === options.integrationId,
    );
    const byAccount = Map.groupBy(integrations, (integration) => integration.accountKey);
    const share = await shareOf(byAccount);
    for (const [key, members] of byAccount) {
      const account = accounts.get(key) ?? (await takeAccount(key, byAccount, share));
      if (account !== undefined && !leaving.has(key))
        await account.tend(members, options.isScheduling && !stopping.signal.aborted);
    }
    for (const account of toDrop(byAccount, share)) drop(account);
  }

  /** How many polled accounts are ours. A command that does one run takes what it needs. */
  async function shareOf(byAccount: Members): Promise<number> {
    if (!options.isScheduling) return Number.POSITIVE_INFINITY;
    return fairShare([...byAccount.values()].filter(isPolled).length, await countPollingWorkers(deps.db));
  }

  function polledAccounts(byAccount: Members): Account[] {
    return [...accounts.values()].filter(({ key }) => isPolled(byAccount.get(key) ?? []));
  }

  /** What was removed, what is more than our share, and what only a run on demand, now done, was wanted for. */
  function toDrop(byAccount: Members, share: number): Account[] {
    const polled = polledAccounts(byAccount);
    const others = [...accounts.values()].filter((account) => !polled.includes(account));
    const isDone = (account: Account) =>
      !byAccount.has(account.key) || (options.isScheduling && account.active() === 0);
    return [...others.filter(isDone), ...surplus(polled, share)];
  }

  async function takeAccount(key: string, byAccount: Members, share: number): Promise<Account | undefined> {
    const isOurs = options.isScheduling && isPolled(byAccount.get(key) ?? []);
    if (isOurs && polledAccounts(byAccount).length >= share) return undefined;
    if (!isOurs && (await unfinishedRuns(deps.db, key)).length === 0) return undefined;
    const epoch = await leases.acquire(key);
    if (epoch === null) return undefined;
    const account = await openAccount(deps, key, epoch);
    accounts.set(key, account);
    return account;
  }

  /** Puts an account down for others to take; what is in progress comes to a halt first, and they go on with it. */
  function drop(account: Account): void {
    if (leaving.has(account.key)) return;
    leaving.add(account.key);
    account.abandon("shutdown");
    void account
      .settled()
      .then(async () => {
        if (accounts.get(account.key) !== account) return;
        accounts.delete(account.key);
        await leases.release(account.key);
      })
      .catch((error: unknown) => deps.log.error({ err: error }, "a service account could not be put down"))
      .finally(() => leaving.delete(account.key));
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
    await Promise.all([identities.stop(), ...[...accounts.values()].map((account) => account.settled())]);
    await leases.close();
  }

  const done = loop();
  return {
    done,
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

function isPolled(members: readonly Integration[]): boolean {
  return members.some((member) => member.isEnabled);
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
