import { type IdentificationRule, identificationRules } from "../model.ts";
import type { IdentityKey } from "./keys.ts";

/** Sources that are known to be one machine so far. */
export interface Cluster {
  /** Sorted. */
  ids: string[];
  /** Whether any of them is live. */
  isLive: boolean;
  /** The values they show, by rule and key; only of rules that are on. */
  keys: Map<IdentificationRule, Map<string, IdentityKey>>;
  /** Integrations of all sources, and of those that are live. */
  all: Set<string>;
  live: Set<string>;
}

export function union(clusters: readonly Cluster[]): Cluster {
  const keys: Cluster["keys"] = new Map();
  for (const cluster of clusters)
    for (const [rule, ofRule] of cluster.keys) {
      const all = keys.get(rule) ?? new Map<string, IdentityKey>();
      for (const [key, value] of ofRule) if (!all.has(key)) all.set(key, value);
      keys.set(rule, all);
    }
  return {
    ids: clusters.flatMap(({ ids }) => ids).sort(),
    isLive: clusters.some(({ isLive }) => isLive),
    keys,
    all: new Set(clusters.flatMap(({ all }) => [...all])),
    live: new Set(clusters.flatMap(({ live }) => [...live])),
  };
}

const positionOf = new Map(identificationRules.map((rule, index) => [rule, index]));
const fromHardware = positionOf.get("hardware_uuid")!;
const fromNames = positionOf.get("mac_hostname")!;

/**
 * Says, rule by rule, whether two clusters cannot be one: people separated them; a stronger rule knows both by other
 * values; their hardware is the same, but neither a network card nor the host name is, as with clones of one image; or
 * one integration tells them apart, which counts where both live, and for names and addresses always.
 */
export function createContradictions(separations: readonly (readonly [string, string])[]) {
  const apart = new Map<string, Set<string>>();
  for (const [a, b] of separations) {
    apart.set(a, (apart.get(a) ?? new Set()).add(b));
    apart.set(b, (apart.get(b) ?? new Set()).add(a));
  }
  const areSeparated = (a: Cluster, b: Cluster) =>
    apart.size > 0 && a.ids.some((id) => apart.has(id) && b.ids.some((other) => apart.get(id)!.has(other)));
  return (rule: IdentificationRule) => {
    const position = positionOf.get(rule)!;
    const stronger = identificationRules.slice(0, position);
    return (a: Cluster, b: Cluster): boolean =>
      areSeparated(a, b) ||
      stronger.some((other) => haveOtherValues(a.keys.get(other), b.keys.get(other))) ||
      (position >= fromHardware && position < fromNames && areClones(a, b)) ||
      (position >= fromHardware && share(a.live, b.live)) ||
      (position >= fromNames && share(a.all, b.all));
  };
}

function haveOtherValues(
  a: ReadonlyMap<string, unknown> | undefined,
  b: ReadonlyMap<string, unknown> | undefined,
): boolean {
  if (a === undefined || b === undefined) return false;
  return ![...a.keys()].some((key) => b.has(key));
}

function areClones(a: Cluster, b: Cluster): boolean {
  const [some, others] = [partsOf(a), partsOf(b)];
  return some.size > 0 && others.size > 0 && !share(some, others);
}

/** MAC addresses and host names, where the rule that compares them is on. */
function partsOf({ keys }: Cluster): Set<string> {
  return new Set([...(keys.get("mac_hostname")?.values() ?? [])].flatMap(({ value }) => value.split(" · ")));
}

function share(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return [...some].some((one) => others.has(one));
}
