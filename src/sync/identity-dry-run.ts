import type { Kysely } from "kysely";
import { type Connected, type RulesOf, readConnected, resolveConnected } from "../identity/closure.ts";
import type { Join } from "../identity/resolve.ts";
import { readRules } from "../identity/rules-of.ts";
import type { IdentificationRule } from "../model.ts";
import type { StoredIdentity } from "../store/identity.ts";
import { countIdentityAssets, readMachineIds, readNames } from "../store/identity-list.ts";
import type { Schema } from "../store/schema.ts";

interface TriedSource {
  id: string;
  integration: string | null;
  externalId: string;
}

/** An asset as it is now, or as it would be. */
interface TriedAsset {
  id: string;
  name: string;
  sources: TriedSource[];
}

export interface TriedChange {
  /** The rule that would join them, or that joins them now; `null`: something else changed meanwhile. */
  rule: IdentificationRule | null;
  values: string[];
  /** Those that would become one, or that one would become. */
  assets: TriedAsset[];
}

/** What a change of rules would do to all machines. */
export interface DryRun {
  /** Machines of all integrations, as sources and as assets. */
  sources: number;
  assets: { before: number; after: number };
  /** Assets that would hold what several hold now, and those that would become several. */
  merges: { count: number; examples: TriedChange[] };
  splits: { count: number; examples: TriedChange[] };
}

export interface DryRunDeps {
  db: Kysely<Schema>;
  signal?: AbortSignal;
  onProgress?: (done: { sources: number; total: number }) => void;
  batchSize?: number;
}

const mostExamples = 20;
const standardBatchSize = 1_000;

/**
 * Says what the inventory would be with other rules, by the function that makes it what it is; nothing is written. It
 * goes through the machines batch by batch with what hangs together with each, so the memory does not grow with the
 * inventory: each asset, now or then, is counted where its first source is.
 */
export async function dryRun(
  { db, signal, onProgress, batchSize = standardBatchSize }: DryRunDeps,
  changes: ReadonlyMap<string, readonly IdentificationRule[]>,
): Promise<DryRun> {
  const present = await readRules(db);
  const rulesOf = await readRules(db, changes);
  const { sources: total } = await countIdentityAssets(db);
  const result: DryRun = {
    sources: 0,
    assets: { before: 0, after: 0 },
    merges: { count: 0, examples: [] },
    splits: { count: 0, examples: [] },
  };
  for (let afterId: string | null = null; ; ) {
    signal?.throwIfAborted();
    const ids: string[] = await readMachineIds(db, { afterId, limit: batchSize });
    const last = ids.at(-1);
    if (last === undefined) return result;
    await tryBatch(db, { ids: new Set(ids), rulesOf, present }, result);
    result.sources += ids.length;
    onProgress?.({ sources: result.sources, total });
    afterId = last;
  }
}

interface Batch {
  ids: ReadonlySet<string>;
  rulesOf: RulesOf;
  present: RulesOf;
}

async function tryBatch(db: Kysely<Schema>, { ids, rulesOf, present }: Batch, result: DryRun): Promise<void> {
  const connected = await readConnected(db, [...ids], rulesOf);
  const after = await resolveConnected(db, connected, rulesOf);
  const machines = [...connected.sources.values()].filter(({ identifiers }) => identifiers !== null);
  const afterOf = ({ id, assetId }: StoredIdentity) => after.assetIds.get(id) ?? assetId;
  const isCountedHere = (some: readonly StoredIdentity[]) =>
    ids.has(some.reduce((first, { id }) => (id < first ? id : first), some[0]!.id));
  const now = [...Map.groupBy(machines, ({ assetId }) => assetId).values()].filter(isCountedHere);
  const then = [...Map.groupBy(machines, afterOf).values()].filter(isCountedHere);
  const merges = then.filter((some) => new Set(some.map(({ assetId }) => assetId)).size > 1);
  const splits = now.filter((some) => new Set(some.map(afterOf)).size > 1);
  result.assets.before += now.length;
  result.assets.after += then.length;
  result.merges.count += merges.length;
  result.splits.count += splits.length;
  const wantedMerges = merges.slice(0, mostExamples - result.merges.examples.length);
  const wantedSplits = splits.slice(0, mostExamples - result.splits.examples.length);
  if (wantedMerges.length + wantedSplits.length === 0) return;
  const before = wantedSplits.length === 0 ? [] : (await resolveConnected(db, connected, present)).joins;
  const tell = await teller(db, connected);
  for (const some of wantedMerges) result.merges.examples.push(tell(some, after.joins, ({ assetId }) => assetId));
  for (const some of wantedSplits) result.splits.examples.push(tell(some, before, afterOf));
}

/** Puts a change into words: the first rule that joins sources of different groups, and its values. */
async function teller(db: Kysely<Schema>, { sources }: Connected) {
  const names = await readNames(db, [...sources.values()]);
  return (
    some: readonly StoredIdentity[],
    joins: readonly Join[],
    groupOf: (source: StoredIdentity) => string,
  ): TriedChange => {
    const groups = Map.groupBy(some, groupOf);
    const groupOfId = new Map(some.map((source) => [source.id, groupOf(source)]));
    const join = joins.find(({ parts }) => new Set(parts.flat().flatMap((id) => groupOfId.get(id) ?? [])).size > 1);
    return {
      rule: join?.rule ?? null,
      values: join?.values.map(({ value }) => value).slice(0, 10) ?? [],
      assets: [...groups].map(([id, ofAsset]) => ({
        id,
        name: names.assets.get(ofAsset[0]!.assetId) ?? ofAsset[0]!.externalId,
        sources: ofAsset.map((source) => ({
          id: source.id,
          integration: names.integrations.get(source.integrationId) ?? null,
          externalId: source.externalId,
        })),
      })),
    };
  };
}
