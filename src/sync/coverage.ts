import type { Kysely } from "kysely";
import { recordKindOf, type StreamName, streamNames } from "../model.ts";
import { listIntegrations } from "../store/integration.ts";
import { lastRecordCounts } from "../store/record-counts.ts";
import type { Schema } from "../store/schema.ts";
import { type FullCount, readFullCounts } from "../store/stream-pass.ts";
import { isNarrowedAs, parseScope } from "./scope.ts";
import { type IntegrationFacts, isStale, tileOf } from "./state.ts";
import { gapBetween, readFactsOf } from "./status.ts";

/**
 * `complete`: all of it was fetched, and lately. `loading`: not yet all. `stale`: no success within two intervals.
 * `unavailable`: the service account may not read it. `failing`: the last try failed. `off`: it is not polled.
 */
export const coverageStates = ["complete", "loading", "stale", "unavailable", "failing", "off"] as const;
type CoverageState = (typeof coverageStates)[number];

/** How much of every integration is here, as its status says it, in short. */
export async function readCoverage(db: Kysely<Schema>, now: number) {
  const integrations = await listIntegrations(db);
  const ids = integrations.map(({ id }) => id);
  const facts = await readFactsOf(db, integrations, now);
  const full = await readFullCounts(db, ids);
  const held = await lastRecordCounts(db, integrations);
  return integrations.map((integration, i) => {
    const { id, name } = integration;
    const counted = {
      facts: facts[i]!,
      wizCounts: full.filter((one) => one.integrationId === id && isNarrowedAs(integration, parseScope(one.scope))),
      weirCounts: held.get(id)!,
    };
    return { id, name, tile: tileOf(facts[i]!), streams: streamNames.map((stream) => coverageOf(counted, stream)) };
  });
}

interface Counted {
  facts: IntegrationFacts;
  wizCounts: readonly FullCount[];
  weirCounts: ReadonlyMap<string, number>;
}

function coverageOf({ facts, wizCounts, weirCounts }: Counted, stream: StreamName) {
  const full = wizCounts.find((count) => count.stream === stream);
  const weirCount = weirCounts.get(recordKindOf[stream]) ?? 0;
  return {
    stream,
    ...coverageState(facts, stream),
    wizCount: full?.value ?? null,
    weirCount,
    ...gapBetween(full, weirCount),
    lastSuccessAt: facts.states.get(stream)?.lastSuccessAt ?? null,
  };
}

/** The reason is `null` where there is nothing to be said. */
export function coverageState(
  facts: IntegrationFacts,
  stream: StreamName,
): { state: CoverageState; reason: string | null } {
  if (!facts.isEnabled) return { state: "off", reason: "the integration is disabled" };
  if (!facts.settings[stream].enabled) return { state: "off", reason: "the stream is switched off" };
  const state = facts.states.get(stream);
  if (state !== undefined && state.failures > 0)
    return { state: state.errorCode === "wiz_permission" ? "unavailable" : "failing", reason: state.error };
  if ((state?.lastFullAt ?? null) === null) return { state: "loading", reason: loadingText(facts, stream) };
  if (isStale(facts, stream)) return { state: "stale", reason: "no successful poll within two intervals" };
  const review = facts.reviews.find((one) => one.stream === stream);
  return { state: "complete", reason: review?.text ?? state?.warning ?? null };
}

function loadingText({ runs }: IntegrationFacts, stream: StreamName): string {
  const passes = runs.flatMap((active) => active.passes).filter((pass) => pass.stream === stream);
  const going = passes.find((pass) => pass.finishedAt === null);
  if (going === undefined) return "it has not been fetched as a whole yet";
  const count = (n: number) => n.toLocaleString("en-US");
  const of = going.sourceCount === null ? "" : ` of ${count(going.sourceCount)}`;
  return `the first full pass is going on: ${count(going.fetched)}${of}`;
}
