import type { Connected, Resolved } from "../identity/closure.ts";
import type { Join, SharedValue } from "../identity/resolve.ts";
import type { IdentityLogRow } from "../store/asset.ts";
import { recordId } from "../store/id.ts";
import type { SourceMove } from "../store/identity-move.ts";

/** Of values and sources, so many are told of; there may be fifty of each. */
const mostTold = 10;

/** What the log says of values: how people read them, and who shows them. */
function evidenceOf(values: readonly SharedValue[], others: readonly string[]) {
  return {
    values: values.slice(0, mostTold).map(({ value }) => value),
    sources: others.slice(0, mostTold),
    count: others.length,
  };
}

/** Why each source that came to another asset did. */
export function movesLog(
  at: string,
  connected: Connected,
  resolved: Resolved,
  moves: readonly SourceMove[],
): IdentityLogRow[] {
  const joinsOf = new Map<string, Join[]>();
  for (const join of resolved.joins)
    for (const id of join.parts.flat()) joinsOf.set(id, [...(joinsOf.get(id) ?? []), join]);
  const matesOf = Map.groupBy(resolved.assetIds, ([, assetId]) => assetId);
  return moves.map(({ sourceId, from, to, version }) => {
    const mates = (matesOf.get(to) ?? []).map(([id]) => id).filter((id) => id !== sourceId);
    const isNewMate = (id: string) => connected.sources.get(id)?.assetId !== from;
    const row = { id: recordId("identity", sourceId, to, String(version)), at, assetId: to, sourceId };
    const join = joinsOf.get(sourceId)?.find(({ parts }) => parts.flat().some(isNewMate));
    if (mates.some(isNewMate) && join !== undefined) {
      const others = join.parts.filter((part) => !part.includes(sourceId)).flat();
      return { ...row, event: "merged", rule: join.rule, evidence: { ...evidenceOf(join.values, others), from } };
    }
    const left = [...connected.sources.values()]
      .filter(({ id, assetId }) => assetId === from && resolved.assetIds.get(id) !== to)
      .map(({ id }) => id);
    return { ...row, event: "split", rule: "native_key", evidence: { ...evidenceOf([], left), from } };
  });
}

/** One line per source for each state of things, however often it is looked at. */
export function severalMatchesLog(at: string, connected: Connected, resolved: Resolved): IdentityLogRow[] {
  return resolved.severalMatches.flatMap(({ rule, sourceIds, values }) => {
    const state = [rule, ...sourceIds, ...values.map(({ value }) => value)];
    return sourceIds.map((sourceId) => ({
      id: recordId("several matches", sourceId, ...state),
      at,
      assetId: resolved.assetIds.get(sourceId) ?? connected.sources.get(sourceId)!.assetId,
      sourceId,
      event: "several_matches",
      rule,
      evidence: evidenceOf(
        values,
        sourceIds.filter((id) => id !== sourceId),
      ),
    }));
  });
}
