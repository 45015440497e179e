import type { AssetDetail } from "../api/types.ts";
import { standardCriticality } from "../kit/criticality.ts";

type Tagged = Pick<AssetDetail, "ownTags" | "tags" | "criticality">;

/** Why an asset is as critical as it is. */
export function criticalityText({ ownTags, criticality }: Tagged): string {
  const saying = ownTags.filter((tag) => tag.criticality === criticality).map(({ name }) => name);
  if (saying.length > 0) return `as ${saying.join(" and ")} ${saying.length === 1 ? "says" : "say"}`;
  return ownTags.some((tag) => tag.criticality !== null) ? "" : "no tag says otherwise";
}

/** Its tags have just changed: the row, the findings and the score follow. */
export function isFollowing({ ownTags, tags, criticality }: Tagged): boolean {
  const said = ownTags.flatMap((tag) => (tag.criticality === null ? [] : [tag.criticality]));
  const expected = said.length === 0 ? standardCriticality : Math.max(...said);
  return expected !== criticality || ownTags.some(({ name }) => !tags.includes(name));
}
