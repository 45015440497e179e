import type { Kysely } from "kysely";
import type {
  Connector,
  HostRules,
  Account as SharedAccount,
  Source,
  SourceLimits,
  SourceState,
} from "../connectors/connector.ts";
import { errorText, FencedError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { StreamName } from "../model.ts";
import { type Integration, readConnection } from "../store/integration.ts";
import {
  adoptPasses,
  cancelPasses,
  finishRun,
  orphanedPasses,
  pulledStreams,
  type Run,
  requestRun,
  unfinishedRuns,
} from "../store/run.ts";
import type { Schema } from "../store/schema.ts";
import type { SecretBox } from "../store/secret.ts";
import { adoptSlices } from "../store/slice.ts";
import { forgetAttempts, readStreamStates } from "../store/stream-state.ts";
import { RunAborted } from "./abort.ts";
import { executeRun } from "./run.ts";
import { dueRuns } from "./schedule.ts";
import { createSecretTrials } from "./secret-trials.ts";
import { createAccountTurns, type SliceDeps } from "./slice.ts";

export interface AccountDeps extends HostRules {
  db: Kysely<Schema>;
  box: SecretBox;
  fetch: typeof fetch;
  findConnector: (id: string) => Connector;
  limits?: SourceLimits;
  /** Records in a slice of a full pass, about; a default else. */
  sliceTarget?: number;
  now: () => number;
  log: Logger;
  /** See `SliceDeps`. */
  afterPass?: SliceDeps["afterPass"];
}

/** One service account that this process works for, under a lease. */
export interface Account {
  readonly key: string;
  readonly epoch: number;
  /** Runs in progress. */
  active(): number;
  /** Starts what was asked for, ends what was cancelled, and with `isScheduling` begins what is due. */
  tend(members: readonly Integration[], isScheduling: boolean): Promise<void>;
  /** Ends its runs, without waiting for their end. */
  abandon(why: RunAborted["why"]): void;
  /** Resolves when nothing is in progress any more. */
  settled(): Promise<void>;
  /** What its governor is doing; `undefined` before it was first asked. */
  state(): SourceState | undefined;
}

interface ActiveRun {
  run: Run;
  abort: AbortController;
  done: Promise<void>;
}

/** Takes over what an earlier process left of an account's work, under our lease. */
export async function openAccount(deps: AccountDeps, key: string, epoch: number): Promise<Account> {
  await adoptSlices(deps.db, key, epoch);
  await takeOver(deps, key);
  return createAccount(deps, key, epoch);
}

/**
 * The runs of an earlier process end as interrupted (or cancelled, if someone had asked for that), and a new run goes
 * on with what is left of their passes.
 */
async function takeOver({ db, now }: AccountDeps, key: string): Promise<void> {
  for (const run of (await unfinishedRuns(db, key)).filter((candidate) => candidate.startedAt !== null)) {
    if (run.cancelRequestedAt !== null) await cancelPasses(db, run.id, now());
    else await forgetAttempts(db, run.id);
    await finishRun(db, run.id, run.cancelRequestedAt === null ? "interrupted" : "cancelled", null, now());
  }
  const orphans = Map.groupBy(await orphanedPasses(db, key, now()), (pass) => `${pass.integrationId} ${pass.lane}`);
  for (const passes of orphans.values()) {
    const [first] = passes;
    if (first === undefined) continue;
    const streams = [...new Set(passes.map((pass) => pass.stream))];
    const request = { integrationId: first.integrationId, trigger: "resume", mode: first.lane, streams } as const;
    const id = await requestRun(db, request, now());
    await adoptPasses(
      db,
      passes.map((pass) => pass.id),
      id,
    );
  }
}

function createAccount(deps: AccountDeps, key: string, epoch: number): Account {
  const active = new Map<string, ActiveRun>();
  const sources = new Map<string, { stamp: string; source: Source }>();
  /** Its integrations share one governor and its tokens. */
  let shared: SharedAccount | undefined;
  const secrets = createSecretTrials(deps);
  const turns = createAccountTurns();

  async function cancel(run: Run): Promise<void> {
    const current = active.get(run.id);
    if (current !== undefined) current.abort.abort(new RunAborted("cancelled"));
    else await finishRun(deps.db, run.id, "cancelled", null, deps.now());
  }

  function isStartable(run: Run): boolean {
    if (active.has(run.id)) return false;
    return [...active.values()].every(
      ({ run: other }) => other.integrationId !== run.integrationId || areCompatible(other, run),
    );
  }

  async function schedule(integration: Integration, runs: readonly Run[]): Promise<void> {
    if (!integration.isEnabled) return;
    const states = new Map((await readStreamStates(deps.db, [integration.id])).map((state) => [state.stream, state]));
    const mine = runs.filter((run) => run.integrationId === integration.id);
    const pulled = await pulledStreams(deps.db, mine);
    // A full pass that is in already occupies its stream no more: should another be due, it comes before any delta.
    const isOver = (run: Run, stream: StreamName) => run.mode === "full" && pulled.get(run.id)?.has(stream) === true;
    const due = dueRuns({
      settings: integration.streams,
      states,
      now: deps.now(),
      isBusy: (stream, lane) =>
        mine.some((run) => run.mode === lane && run.streams.includes(stream) && !isOver(run, stream)),
    });
    for (const { trigger, mode, streams } of due) {
      const id = await requestRun(deps.db, { integrationId: integration.id, trigger, mode, streams }, deps.now());
      const run = (await unfinishedRuns(deps.db, key)).find((candidate) => candidate.id === id);
      if (run !== undefined && isStartable(run)) start(integration, run);
    }
  }

  function start(integration: Integration, run: Run): void {
    const abort = new AbortController();
    const done = perform(integration, run, abort.signal).finally(() => active.delete(run.id));
    active.set(run.id, { run, abort, done });
  }

  async function perform(integration: Integration, run: Run, signal: AbortSignal): Promise<void> {
    const connector = deps.findConnector(integration.connector);
    const integrationLog = logOf(deps.log, connector, integration);
    const log = integrationLog.child({ runId: run.id });
    try {
      const source = await openSource(integration, connector, integrationLog);
      const isUrgent = (stream: StreamName) => connector.streams[stream].isUrgent;
      const context = { integration, inventory: connector.catalogue.vendor, runId: run.id, epoch, isUrgent };
      await executeRun(
        {
          db: deps.db,
          now: deps.now,
          log,
          source,
          sliceTarget: deps.sliceTarget,
          turns,
          afterPass: deps.afterPass,
          findConnector: deps.findConnector,
        },
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

  /** One connection per integration, opened anew when its settings change. */
  async function openSource(integration: Integration, connector: Connector, log: Logger): Promise<Source> {
    const known = sources.get(integration.id);
    if (known?.stamp === integration.updatedAt) return known.source;
    const connection = await readConnection(deps.db, deps.box, integration.id);
    const { fetch, now, allowedHosts, limits } = deps;
    shared ??= connector.openAccount({ fetch, now, log, allowedHosts, limits });
    const latestSecret = async () => {
      const latest = await readConnection(deps.db, deps.box, integration.id);
      return latest.clientId === connection.clientId && latest.tokenUrl === connection.tokenUrl
        ? latest.clientSecret
        : connection.clientSecret;
    };
    // What the run goes by, also if that was changed a moment ago: source and pass must mean the same scope.
    const { projects, assetClasses } = integration;
    const scoped = { ...connection, projects: projects ?? undefined, assetClasses };
    const source = connector.open(scoped, { fetch, now, log, allowedHosts, limits, account: shared, latestSecret });
    sources.set(integration.id, { stamp: integration.updatedAt, source });
    return source;
  }

  return {
    key,
    epoch,
    active: () => active.size,
    async tend(members, isScheduling) {
      const runs = await unfinishedRuns(deps.db, key);
      for (const run of runs) if (run.cancelRequestedAt !== null) await cancel(run);
      for (const run of runs) {
        const integration = members.find((member) => member.id === run.integrationId);
        if (integration !== undefined && run.cancelRequestedAt === null && isStartable(run)) start(integration, run);
      }
      if (!isScheduling) return;
      for (const integration of members) {
        secrets.tend(integration);
        await schedule(integration, runs);
      }
    },
    abandon(why) {
      if (why !== "cancelled") secrets.abandon();
      for (const { abort } of active.values()) abort.abort(new RunAborted(why));
    },
    async settled() {
      await Promise.all([secrets.settled(), ...[...active.values()].map(({ done }) => done)]);
    },
    state: () => {
      const states = [...sources.values()].map(({ source }) => source.state());
      return states.length === 0
        ? undefined
        : states.reduce((all, one) => ({ ...one, pageSizes: smallest(all.pageSizes, one.pageSizes) }));
    },
  };
}

/** Every line of a connector's log contains its short name, and those of an integration are kept for its page. */
function logOf(log: Logger, connector: Connector, { id: integrationId }: Integration): Logger {
  return log.child({ component: connector.catalogue.shortName, integrationId });
}

/**
 * A stream is pulled by one run at a time, but a delta may run beside a full pass. Only a delta that the clock began is
 * one for certain: on demand, a stream that was never complete is fetched whole.
 */
function areCompatible(a: Run, b: Run): boolean {
  const isBesideFull = (run: Run, other: Run) =>
    run.mode === "delta" && run.trigger === "schedule" && other.mode === "full";
  return isBesideFull(a, b) || isBesideFull(b, a) || !a.streams.some((stream) => b.streams.includes(stream));
}

function smallest(a: SourceState["pageSizes"], b: SourceState["pageSizes"]): SourceState["pageSizes"] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])] as StreamName[];
  return Object.fromEntries(names.map((name) => [name, Math.min(a[name] ?? Infinity, b[name] ?? Infinity)]));
}
