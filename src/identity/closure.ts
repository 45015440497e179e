import type { Kysely } from "kysely";
import { type IdentificationRule, instant } from "../model.ts";
import { readHolders, readIdentities, readSeparations, type StoredIdentity } from "../store/identity.ts";
import type { Schema } from "../store/schema.ts";
import { identityKeys } from "./keys.ts";
import { type IdentitySource, type Resolution, resolve } from "./resolve.ts";

/** Sources and all that hang together with them: enough to say which asset each is. */
export interface Connected {
  sources: Map<string, StoredIdentity>;
  /** Keys that too many show, and those that too many showed so far. */
  commonKeys: Set<string>;
  markedKeys: Set<string>;
  /** Those that share a value with another, or an asset; any other is an asset of its own. */
  sharing: Set<string>;
}

export type RulesOf = (integrationId: string) => ReadonlySet<IdentificationRule>;

/**
 * Reads sources with whatever shares a value with them by a rule that is on, or is of the same asset now, and so on
 * until nothing new comes: what they are can depend on nothing else.
 */
export async function readConnected(
  db: Kysely<Schema>,
  sourceIds: readonly string[],
  rulesOf: RulesOf,
): Promise<Connected> {
  const sources = new Map<string, StoredIdentity>();
  const commonKeys = new Set<string>();
  const markedKeys = new Set<string>();
  const sharing = new Set<string>();
  const looked = new Set<string>();
  for (let wanted = [...sourceIds]; wanted.length > 0; ) {
    const found = (await readIdentities(db, wanted)).filter(({ id }) => !sources.has(id));
    for (const source of found) sources.set(source.id, source);
    const keys = [...new Set(found.flatMap((source) => activeKeys(source, rulesOf)))].filter((key) => !looked.has(key));
    for (const key of keys) looked.add(key);
    const { shared, common, marked } = await readHolders(db, keys);
    for (const key of common) commonKeys.add(key);
    for (const key of marked) markedKeys.add(key);
    const holders = new Set([...shared.values()].flat());
    for (const id of holders) sharing.add(id);
    wanted = [...holders].filter((id) => !sources.has(id));
  }
  for (const ofAsset of Map.groupBy(sources.values(), ({ assetId }) => assetId).values())
    if (ofAsset.length > 1) for (const { id } of ofAsset) sharing.add(id);
  return { sources, commonKeys, markedKeys, sharing };
}

function activeKeys({ integrationId, identifiers }: StoredIdentity, rulesOf: RulesOf): string[] {
  if (identifiers === null) return [];
  const rules = rulesOf(integrationId);
  return identityKeys(integrationId, identifiers)
    .filter(({ rule }) => rules.has(rule))
    .map(({ key }) => key);
}

export interface Resolved extends Resolution {
  /** Which asset each source is. */
  assetIds: Map<string, string>;
}

/** Says which asset each of the sources is, as all are stored now. */
export async function resolveConnected(
  db: Kysely<Schema>,
  { sources, commonKeys, sharing }: Connected,
  rulesOf: RulesOf,
): Promise<Resolved> {
  const machines = [...sources.values()].filter(({ id }) => sharing.has(id)).flatMap(toMachine);
  const separations = await readSeparations(
    db,
    machines.map(({ id }) => id),
  );
  const resolution = resolve({ sources: machines, rulesOf, separations, commonKeys });
  const assetIds = new Map<string, string>();
  for (const ids of resolution.clusters) {
    const assetId = oldestOf(ids.map((id) => sources.get(id)!));
    for (const id of ids) assetIds.set(id, assetId);
  }
  for (const { id, identifiers } of sources.values())
    if (identifiers !== null && !sharing.has(id)) assetIds.set(id, id);
  for (const [id, assetId] of othersOf([...sources.values()])) assetIds.set(id, assetId);
  return { ...resolution, assetIds };
}

function toMachine({ id, integrationId, isLive, identifiers }: StoredIdentity): IdentitySource[] {
  return identifiers === null ? [] : [{ id, integrationId, isLive, identifiers }];
}

/** What is no machine stays together, and leaves an asset that is one. */
function othersOf(sources: readonly StoredIdentity[]): [string, string][] {
  return [...Map.groupBy(sources, ({ assetId }) => assetId)].flatMap(([assetId, ofAsset]) => {
    const others = ofAsset.filter(({ identifiers }) => identifiers === null);
    if (others.length === 0) return [];
    const stays = others.length === ofAsset.length;
    const id = stays ? assetId : oldestOf(others);
    return others.map((other): [string, string] => [other.id, id]);
  });
}

function oldestOf(sources: readonly StoredIdentity[]): string {
  const oldest = sources.reduce((best, source) => {
    const [a, b] = [instant(source.addedAt) ?? 0, instant(best.addedAt) ?? 0];
    return a < b || (a === b && source.id < best.id) ? source : best;
  });
  return oldest.id;
}
