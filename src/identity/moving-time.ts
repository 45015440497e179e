import { instant } from "../model.ts";

const weekMs = 7 * 86_400_000;

/**
 * Times that move by themselves (last seen, last detected) are written with the next real change; alone they are
 * worth a write only when the stored one is a week older.
 */
export function isWeekOlder(stored: string | null, fetched: string | null): boolean {
  if (stored === fetched) return false;
  const [a, b] = [instant(stored), instant(fetched)];
  return b !== null && (a === null || b - a >= weekMs);
}
