import type { Search } from "./explorer-types.ts";

/** Where lists were scrolled to, by the entry of the browser's history: going back finds the list as it was left. */
interface Place {
  /** What the rows were of: another list under the same address begins at its top. */
  search: Search;
  offset: number;
  row: number | null;
}

const most = 200;
const places = new Map<string, Place>();

export function rememberPlace(entry: string, place: Place): void {
  places.delete(entry);
  places.set(entry, place);
  if (places.size > most) places.delete(places.keys().next().value!);
}

/** Whether the entry has a place of another list: then whoever asks is about to leave, and must not write over it. */
export function isOfOther(entry: string, search: Search): boolean {
  return places.has(entry) && placeOf(entry, search) === null;
}

export function placeOf(entry: string, search: Search): Place | null {
  const place = places.get(entry);
  return place !== undefined && isSame(place.search, search) ? place : null;
}

function isSame(a: Search, b: Search): boolean {
  return a.thing === b.thing && a.query === b.query && a.sort === b.sort;
}
