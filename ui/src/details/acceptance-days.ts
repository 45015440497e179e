const dayMs = 86_400_000;

/** How long a risk is accepted mostly. */
export const usualDays = [
  { days: 30, label: "30 days" },
  { days: 90, label: "90 days" },
  { days: 180, label: "180 days" },
  { days: 365, label: "A year" },
] as const;

/** `2026-12-01`: the UTC day that lies so many days ahead. */
export function dayAhead(days: number, now = Date.now()): string {
  return new Date(now + days * dayMs).toISOString().slice(0, 10);
}

/** An acceptance holds to the end of its last day. */
export function endOfDay(day: string): string {
  return `${day}T23:59:59.000Z`;
}

/** Ends so soon that someone should look at it. */
export function isEndingSoon({ expiresAt }: { expiresAt: string }, now = Date.now()): boolean {
  return Date.parse(expiresAt) - now < 14 * dayMs;
}
