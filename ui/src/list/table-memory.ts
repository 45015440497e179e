/** Where lists were scrolled to, by the entry of the browser's history: going back finds the list as it was left. */
interface Place {
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

export function placeOf(entry: string): Place | null {
  return places.get(entry) ?? null;
}
