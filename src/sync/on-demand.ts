import type { Kysely } from "kysely";
import { ConfigError } from "../errors.ts";
import type { Lane, StreamName } from "../model.ts";
import { type By, recordAudit } from "../store/audit.ts";
import { type Integration, lockIntegration } from "../store/integration.ts";
import { type Run, readRun, requestCancel, requestRun } from "../store/run.ts";
import type { Schema } from "../store/schema.ts";
import { auditSubject, runsOf } from "./edit.ts";
import { enabledStreams } from "./stream-settings.ts";

export interface DemandDeps {
  db: Kysely<Schema>;
  now: () => number;
  by: By;
}

export interface Demand {
  mode: Lane;
  /** Those that are switched on when absent. */
  streams?: readonly StreamName[] | undefined;
}

/**
 * Asks for a run, or finds the one that waits for the same already. Whoever works for the service account begins it.
 * @throws ConfigError when there is nothing to fetch
 */
export async function requestSync(deps: DemandDeps, integration: Integration, demand: Demand): Promise<Run> {
  const streams = streamsOf(integration, demand);
  return await deps.db.transaction().execute(async (trx) => {
    await lockIntegration(trx, integration.id);
    const queued = (await runsOf(trx, integration)).find((run) => isSame(run, demand.mode, streams));
    if (queued !== undefined) return queued;
    const request = { integrationId: integration.id, trigger: "demand", mode: demand.mode, streams } as const;
    const id = await requestRun(trx, request, deps.now());
    const details = { run: id, mode: demand.mode, streams };
    const entry = { action: "integration.sync", subject: auditSubject(integration), details };
    await recordAudit(trx, { ...deps.by, ...entry }, deps.now());
    return (await readRun(trx, id)) as Run;
  });
}

function streamsOf(integration: Integration, demand: Demand): readonly StreamName[] {
  const streams = demand.streams === undefined ? enabledStreams(integration) : [...new Set(demand.streams)];
  if (streams.length > 0) return streams;
  throw new ConfigError(
    demand.streams === undefined
      ? `Every stream of "${integration.name}" is switched off: name the ones to fetch, or switch one on.`
      : "The list of streams is empty: name some, or leave it out for those that are switched on.",
    { field: "streams" },
  );
}

function isSame(run: Run, mode: Lane, streams: readonly StreamName[]): boolean {
  return (
    run.startedAt === null &&
    run.cancelRequestedAt === null &&
    run.trigger === "demand" &&
    run.mode === mode &&
    streams.every((stream) => run.streams.includes(stream))
  );
}

/** Asks all runs that are queued or running to stop; what came in is kept. Returns their ids. */
export async function cancelRuns(deps: DemandDeps, integration: Integration): Promise<string[]> {
  return await deps.db.transaction().execute(async (trx) => {
    const runs = (await runsOf(trx, integration)).filter((run) => run.cancelRequestedAt === null).map(({ id }) => id);
    for (const id of runs) await requestCancel(trx, id, deps.now());
    if (runs.length === 0) return runs;
    const entry = { action: "integration.cancel", subject: auditSubject(integration), details: { runs } };
    await recordAudit(trx, { ...deps.by, ...entry }, deps.now());
    return runs;
  });
}
