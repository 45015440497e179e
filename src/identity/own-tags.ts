import type { AssetFacts } from "../store/asset.ts";

/**
 * The tags of an asset: what its source says, then people's own that are not among them. Kept apart as well, so that
 * either can change without the other being lost; without own ones `tags` are the source's, and nothing is kept twice.
 */
export function withOwnTags(
  source: readonly string[],
  own: readonly string[],
): Pick<AssetFacts, "tags" | "ownTags" | "sourceTags"> {
  if (own.length === 0) return { tags: [...source], ownTags: [], sourceTags: null };
  return {
    tags: [...source, ...own.filter((name) => !source.includes(name))],
    ownTags: [...own],
    sourceTags: [...source],
  };
}
