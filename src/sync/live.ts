import type { Kysely } from "kysely";
import { type Integration, listIntegrations } from "../store/integration.ts";
import { newestSignal, type Pulse, readPulses } from "../store/live.ts";
import { readRun } from "../store/run.ts";
import type { Schema } from "../store/schema.ts";
import { readRunReports } from "./run-report.ts";
import { integrationState, nextRunAt, tileOf } from "./state.ts";
import { readFacts } from "./status.ts";

/** Something that changed, as the newest that is to be said about it: a later one with the same key replaces it. */
export interface LiveEvent {
  /** `integration` and `run` hold their newest state; `removed` an id; `inventory`: lists may be read again. */
  type: "integration" | "run" | "removed" | "inventory";
  key: string;
  data: unknown;
}

export interface LiveDeps {
  db: Kysely<Schema>;
  now: () => number;
}

/** How an integration stands, for its tile. */
async function readState(db: Kysely<Schema>, integration: Integration, now: number) {
  const facts = await readFacts(db, integration, now);
  const { name: state, text: stateText, progress } = integrationState(facts);
  const next = nextRunAt(facts);
  const nextRun = next === null ? null : new Date(next === 0 ? now : next).toISOString();
  const { id, name, isEnabled: enabled } = integration;
  return { id, name, enabled, state, stateText, progress, tile: tileOf(facts), nextRunAt: nextRun };
}

type IntegrationState = Awaited<ReturnType<typeof readState>>;
type RunReport = Awaited<ReturnType<typeof readRunReports>>[number];

export interface Snapshot {
  integrations: IntegrationState[];
  /** Those that are queued or running. */
  runs: RunReport[];
}

/** How everything stands, for whoever begins to listen. */
export async function readSnapshot({ db, now }: LiveDeps): Promise<Snapshot> {
  const integrations = await listIntegrations(db);
  const states = await Promise.all(integrations.map((integration) => readState(db, integration, now())));
  const pulses = await readPulses(db);
  return {
    integrations: states,
    runs: await readRuns(
      db,
      pulses.flatMap(({ runIds }) => runIds),
    ),
  };
}

async function readRuns(db: Kysely<Schema>, ids: readonly string[]): Promise<RunReport[]> {
  const runs = await Promise.all(ids.map((id) => readRun(db, id)));
  return await readRunReports(
    db,
    runs.filter((run) => run !== undefined),
  );
}

/** A tile also changes by time alone: what was fetched grows stale. */
const restMs = 30_000;

export interface LiveWatch {
  /** What changed since the last look; at the first look nothing. */
  look(): Promise<LiveEvent[]>;
}

/** Compares what the database says with what it said before, whichever process changed it. */
export function createLiveWatch({ db, now }: LiveDeps): LiveWatch {
  let pulses: Map<string, Pulse> | undefined;
  let signal: string | null = null;
  let looksAt = 0;
  const told = new Map<string, string>();

  async function changedStates(ids: readonly string[]): Promise<IntegrationState[]> {
    const integrations = (await listIntegrations(db)).filter(({ id }) => ids.includes(id));
    const states = await Promise.all(integrations.map((integration) => readState(db, integration, now())));
    return states.filter((state) => told.get(state.id) !== JSON.stringify(state));
  }

  async function runEvents(before: Map<string, Pulse>, after: readonly Pulse[]): Promise<LiveEvent[]> {
    const changed = after.filter(({ integrationId, mark }) => before.get(integrationId)?.mark !== mark);
    const ids = changed.flatMap((pulse) => [...(before.get(pulse.integrationId)?.runIds ?? []), ...pulse.runIds]);
    const reports = await readRuns(db, [...new Set(ids)]);
    return reports.map((data) => ({ type: "run", key: data.id, data }));
  }

  return {
    async look() {
      const [fresh, newest] = await Promise.all([readPulses(db), newestSignal(db)]);
      const before = pulses;
      const isResting = now() - looksAt < restMs;
      const changed = fresh.filter(({ integrationId, mark }) => before?.get(integrationId)?.mark !== mark);
      const states = await changedStates((isResting ? changed : fresh).map(({ integrationId }) => integrationId));
      const runs = before === undefined ? [] : await runEvents(before, fresh);
      const removed = [...(before?.keys() ?? [])].filter((id) => !fresh.some((pulse) => pulse.integrationId === id));
      const isInventoryNew =
        newest !== signal ||
        removed.length > 0 ||
        fresh.some(({ integrationId, written }) => (before?.get(integrationId)?.written ?? 0) < written);
      // Only now that nothing can fail any more: a look that fails is made up for by the next.
      for (const state of states) told.set(state.id, JSON.stringify(state));
      for (const id of removed) told.delete(id);
      pulses = new Map(fresh.map((pulse) => [pulse.integrationId, pulse]));
      signal = newest;
      if (!isResting) looksAt = now();
      if (before === undefined) return [];
      return [
        ...states.map((data): LiveEvent => ({ type: "integration", key: data.id, data })),
        ...runs,
        ...removed.map((id): LiveEvent => ({ type: "removed", key: id, data: { id } })),
        ...(isInventoryNew ? [{ type: "inventory", key: "", data: {} } as const] : []),
      ];
    },
  };
}
