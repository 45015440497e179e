import { type IdentificationRule, type Identifiers, identificationRules } from "../model.ts";
import { type Cluster, createContradictions, union } from "./clusters.ts";
import { type IdentityKey, identityKeys } from "./keys.ts";

/** What one integration knows of one machine. */
export interface IdentitySource {
  id: string;
  integrationId: string;
  /** Neither deleted nor gone. */
  isLive: boolean;
  identifiers: Identifiers;
}

export interface IdentityQuestion {
  sources: readonly IdentitySource[];
  /** The rules that are on for an integration. A rule joins two sources only where it is on for both. */
  rulesOf: (integrationId: string) => ReadonlySet<IdentificationRule>;
  /** Pairs of sources that people said are not one machine. */
  separations: readonly (readonly [string, string])[];
  /** Keys that more sources show than are given here (`mostHolders`). */
  commonKeys?: ReadonlySet<string>;
}

/** A value, and who shows it. */
export interface SharedValue {
  value: string;
  sourceIds: string[];
}

/** Why some sources are one asset. */
export interface Join {
  rule: IdentificationRule;
  /** The sources that were one before, group by group. */
  parts: string[][];
  values: SharedValue[];
}

/** Sources that a rule says are one, though some of them cannot be: it joins none of them. */
interface SeveralMatches {
  rule: IdentificationRule;
  sourceIds: string[];
  values: SharedValue[];
}

export interface Resolution {
  /** The sources of each asset, in order. */
  clusters: string[][];
  joins: Join[];
  severalMatches: SeveralMatches[];
}

/** A value that more sources show than this identifies nothing. */
export const mostHolders = 50;

/** More assets than this hanging together by one rule are not looked at pair by pair: no machine is known so often. */
const mostParts = 64;

/**
 * Which sources are one asset: a function of what is known, not of the order in which it came. Each source begins
 * alone. Rule by rule, those that share a value and do not contradict each other hang together; where nobody among
 * them contradicts anybody, they are each other's one match and become one. Else they are several matches, and only
 * where the value belongs to one machine at a time do those that live, and those that are dead, get another look among
 * themselves. All values of a rule are judged by what was known before it, so their order makes no difference either.
 */
export function resolve(question: IdentityQuestion): Resolution {
  const common = commonKeysOf(question);
  let clusters = question.sources
    .map((source) => clusterOf(source, question.rulesOf(source.integrationId), common))
    .sort((a, b) => (a.ids[0]! < b.ids[0]! ? -1 : 1));
  const joins: Join[] = [];
  const severalMatches: SeveralMatches[] = [];
  const contradictions = createContradictions(question.separations);
  for (const rule of identificationRules) {
    const { groups, several } = judge(rule, clusters, contradictions(rule));
    for (const group of groups) joins.push({ rule, parts: group.map(({ ids }) => ids), values: sharedOf(rule, group) });
    for (const group of several)
      severalMatches.push({ rule, sourceIds: group.flatMap(({ ids }) => ids).sort(), values: sharedOf(rule, group) });
    if (groups.length === 0) continue;
    const joined = new Set(groups.flat());
    clusters = [...clusters.filter((cluster) => !joined.has(cluster)), ...groups.map(union)].sort((a, b) =>
      a.ids[0]! < b.ids[0]! ? -1 : 1,
    );
  }
  return { clusters: clusters.map(({ ids }) => ids), joins, severalMatches };
}

/** Counted over all rules, on or off, as the stored keys are. */
function commonKeysOf({ sources, commonKeys }: IdentityQuestion): ReadonlySet<string> {
  const holders = new Map<string, number>();
  for (const { integrationId, identifiers } of sources)
    for (const key of new Set(identityKeys(integrationId, identifiers).map((one) => one.key)))
      holders.set(key, (holders.get(key) ?? 0) + 1);
  const common = new Set(commonKeys);
  for (const [key, count] of holders) if (count > mostHolders) common.add(key);
  return common;
}

function clusterOf(
  { id, integrationId, isLive, identifiers }: IdentitySource,
  rules: ReadonlySet<IdentificationRule>,
  common: ReadonlySet<string>,
): Cluster {
  const keys: Cluster["keys"] = new Map();
  for (const key of identityKeys(integrationId, identifiers)) {
    if (!rules.has(key.rule) || common.has(key.key)) continue;
    const ofRule = keys.get(key.rule) ?? new Map<string, IdentityKey>();
    keys.set(key.rule, ofRule.set(key.key, key));
  }
  return { ids: [id], isLive, keys, live: new Set(isLive ? [integrationId] : []), all: new Set([integrationId]) };
}

type Contradicts = (a: Cluster, b: Cluster) => boolean;

/**
 * Hardware's numbers are copied with a machine, so several that show one prove that it identifies nothing. Names and
 * addresses are one machine's at a time, and move on to the next: who lives is not mistaken for who is dead.
 */
const isCopied: ReadonlySet<IdentificationRule> = new Set(["hardware_uuid", "serial"]);

function judge(rule: IdentificationRule, clusters: readonly Cluster[], contradicts: Contradicts) {
  const groups: Cluster[][] = [];
  const several: Cluster[][] = [];
  for (const component of componentsOf(rule, clusters, contradicts)) {
    if (isOne(component, contradicts)) {
      groups.push(component);
      continue;
    }
    const parts = isCopied.has(rule)
      ? []
      : [true, false].flatMap((isLive) =>
          componentsOf(
            rule,
            component.filter((cluster) => cluster.isLive === isLive),
            contradicts,
          ),
        );
    const settled = parts.filter((part) => isOne(part, contradicts));
    groups.push(...settled);
    const left = parts.filter((part) => !settled.includes(part));
    if (parts.length === 0) several.push(component);
    else several.push(...left);
  }
  return { groups, several };
}

function isOne(component: readonly Cluster[], contradicts: Contradicts): boolean {
  if (component.length > mostParts) return false;
  return component.every((a, i) => component.slice(i + 1).every((b) => !contradicts(a, b)));
}

/** Clusters that hang together by shared values without contradiction; only where there are two at least. */
function componentsOf(rule: IdentificationRule, clusters: readonly Cluster[], contradicts: Contradicts): Cluster[][] {
  const holders = new Map<string, Cluster[]>();
  for (const cluster of clusters)
    for (const key of cluster.keys.get(rule)?.keys() ?? []) {
      const others = holders.get(key);
      if (others === undefined) holders.set(key, [cluster]);
      else others.push(cluster);
    }
  const neighbours = new Map<Cluster, Set<Cluster>>();
  for (const some of holders.values())
    for (const [i, a] of some.entries())
      for (const b of some.slice(i + 1))
        if (!contradicts(a, b)) {
          neighbours.set(a, (neighbours.get(a) ?? new Set()).add(b));
          neighbours.set(b, (neighbours.get(b) ?? new Set()).add(a));
        }
  return connected(neighbours);
}

function connected(neighbours: ReadonlyMap<Cluster, ReadonlySet<Cluster>>): Cluster[][] {
  const seen = new Set<Cluster>();
  const components: Cluster[][] = [];
  for (const start of neighbours.keys()) {
    if (seen.has(start)) continue;
    const component = [start];
    seen.add(start);
    // The list grows while it is walked.
    for (const cluster of component)
      for (const next of neighbours.get(cluster) ?? [])
        if (!seen.has(next)) {
          seen.add(next);
          component.push(next);
        }
    components.push(component.sort((a, b) => (a.ids[0]! < b.ids[0]! ? -1 : 1)));
  }
  return components;
}

/** The values of a rule that more than one of the clusters shows. */
function sharedOf(rule: IdentificationRule, group: readonly Cluster[]): SharedValue[] {
  const shown = new Map<string, { value: string; holders: Cluster[] }>();
  for (const cluster of group)
    for (const { key, value } of cluster.keys.get(rule)?.values() ?? []) {
      const entry = shown.get(key) ?? { value, holders: [] };
      entry.holders.push(cluster);
      shown.set(key, entry);
    }
  return [...shown.values()]
    .filter(({ holders }) => holders.length > 1)
    .map(({ value, holders }) => ({ value, sourceIds: holders.flatMap(({ ids }) => ids).sort() }))
    .sort((a, b) => (a.value < b.value ? -1 : 1));
}
