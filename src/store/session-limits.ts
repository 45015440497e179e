const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How long a session lasts: without a request, and in all (NIST SP 800-63B-4, section 2.2.3, asks for 24 hours or less idle). */
export const sessionLimits = { idleMs: 12 * hourMs, absoluteMs: 7 * 24 * hourMs } as const;

/** When something was last seen or used is written this often at most. */
const seenEveryMs = minuteMs;

/** Whether a session is good at a time. A clock that was set back does not end it. */
export function isSessionGood(session: { createdAt: string; lastSeenAt: string }, now: number): boolean {
  return (
    now < Date.parse(session.createdAt) + sessionLimits.absoluteMs &&
    now < Date.parse(session.lastSeenAt) + sessionLimits.idleMs
  );
}

/** Whether it is time to write down that something was seen; also when the clock was set back in between. */
export function isSeenStale(lastSeenAt: string | null, now: number): boolean {
  return lastSeenAt === null || Math.abs(now - Date.parse(lastSeenAt)) >= seenEveryMs;
}
