import type { SavedSearch, SearchContent } from "../../api/saved-searches.ts";
import type { Thing } from "../../api/types.ts";

/** Whether opening it would change nothing. */
export function isSameSearch(saved: SearchContent, current: SearchContent): boolean {
  return (
    saved.query.trim() === current.query.trim() &&
    (saved.sort === null || saved.sort === current.sort) &&
    (saved.columns === null || saved.columns.join() === current.columns?.join())
  );
}

/** Those of one list with all the words in their name or query, one's own before those of others. */
export function findSearches(all: readonly SavedSearch[], { on, text, me }: Wanted): SavedSearch[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter(
    (one) => one.on === on && words.every((word) => `${one.name} ${one.query}`.toLowerCase().includes(word)),
  );
  const isOwn = ({ owner }: SavedSearch) => owner?.id === me;
  return [...found.filter(isOwn), ...found.filter((one) => !isOwn(one))];
}

interface Wanted {
  on: Thing;
  text: string;
  /** Who looks. */
  me: string | null;
}
