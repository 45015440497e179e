import type { AccountState } from "../connector.ts";
import type { Pace } from "./pace.ts";

/**
 * Who goes first: a `poll` of what is urgent, then the whole of what is urgent (`soon`), then everything else. Places
 * are kept free for polls alone.
 */
export type Urgency = "poll" | "soon" | "bulk";

const byUrgency: readonly Urgency[] = ["poll", "soon", "bulk"];

interface QueueDeps {
  now: () => number;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  pace: Pick<Pace, "perSecond" | "isLimitMet">;
  maxConcurrent: number;
}

interface Waiter {
  urgency: Urgency;
  since: number;
  start: () => void;
}

/** Lets requests start one gap apart, urgent ones first, a bounded number at a time. */
export interface Queue {
  /** Resolves when the request may start; the answer gives its place back. Rejects when `signal` is aborted. */
  enter(urgency: Urgency, signal: AbortSignal): Promise<() => void>;
  /** Nothing starts before this time. */
  pauseUntil(time: number): void;
  state(): Pick<AccountState, "usedPerSecond" | "inFlight" | "waiting" | "requests" | "waitedMs" | "pausedUntil">;
}

export function createQueue({ now, sleep, pace, maxConcurrent }: QueueDeps): Queue {
  // Bulk pages that take half a minute each must not hold every place when a poll is due.
  const mostOthers = maxConcurrent - Math.min(2, Math.floor(maxConcurrent / 4));
  const waiters: Waiter[] = [];
  const use = createUse(now);
  let polls = 0;
  let others = 0;
  let nextStartAt = 0;
  let dueAt = 0;
  let pausedUntil = 0;
  let requests = 0;
  let waitedMs = 0;
  let isPumping = false;
  let idle = new AbortController();

  async function pump(): Promise<void> {
    if (isPumping) return;
    isPumping = true;
    try {
      while (findNext() !== undefined) {
        const waitMs = Math.max(nextStartAt, pausedUntil) - now();
        if (waitMs > 0) {
          dueAt = nextStartAt;
          await sleep(waitMs, idle.signal).catch(ignoreIdle);
          continue;
        }
        const waiter = findNext();
        if (waiter !== undefined) start(waiter);
      }
    } finally {
      isPumping = false;
    }
  }

  function findNext(): Waiter | undefined {
    if (polls + others >= maxConcurrent) return undefined;
    for (const urgency of byUrgency) {
      if (urgency !== "poll" && others >= mostOthers) return undefined;
      const waiter = waiters.find((candidate) => candidate.urgency === urgency);
      if (waiter !== undefined) return waiter;
    }
    return undefined;
  }

  function start(waiter: Waiter): void {
    waiters.splice(waiters.indexOf(waiter), 1);
    const gapMs = 1000 / pace.perSecond();
    // A timer that rang late must not slow everything down, but who counts our requests counts them as they come.
    const isLate = !pace.isLimitMet() && dueAt === nextStartAt && pausedUntil < nextStartAt;
    nextStartAt = (isLate ? Math.max(nextStartAt, now() - gapMs / 2) : now()) + gapMs;
    if (waiter.urgency === "poll") polls += 1;
    else others += 1;
    requests += 1;
    waitedMs += now() - waiter.since;
    use.add();
    waiter.start();
  }

  /** Nobody waits any more, so neither does the pump: a cancelled run must not keep the process alive. */
  function ignoreIdle(error: unknown): void {
    if (!idle.signal.aborted) throw error;
    idle = new AbortController();
  }

  function release(urgency: Urgency): void {
    if (urgency === "poll") polls -= 1;
    else others -= 1;
    void pump();
  }

  return {
    enter: (urgency, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const abort = () => {
          waiters.splice(waiters.indexOf(waiter), 1);
          if (waiters.length === 0) idle.abort();
          reject(signal.reason);
        };
        const start = () => {
          signal.removeEventListener("abort", abort);
          resolve(() => release(urgency));
        };
        const waiter: Waiter = { urgency, since: now(), start };
        signal.addEventListener("abort", abort, { once: true });
        waiters.push(waiter);
        void pump();
      }),
    pauseUntil(time) {
      pausedUntil = Math.max(pausedUntil, time);
    },
    state: () => ({
      usedPerSecond: use.perSecond(),
      inFlight: polls + others,
      waiting: waiters.length,
      requests,
      waitedMs: Math.round(waitedMs),
      pausedUntil: pausedUntil > now() ? pausedUntil : null,
    }),
  };
}

const usedOverSeconds = 10;

/** Counts by the second, since a list of instants would grow with the rate. */
function createUse(now: () => number) {
  const counts = new Map<number, number>();
  const second = () => Math.floor(now() / 1000);
  function forget(): void {
    for (const old of counts.keys()) if (old <= second() - usedOverSeconds) counts.delete(old);
  }
  return {
    add(): void {
      forget();
      counts.set(second(), (counts.get(second()) ?? 0) + 1);
    },
    perSecond(): number {
      forget();
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      // The present second is not over yet.
      const seconds = now() / 1000 - (second() - usedOverSeconds + 1);
      return Math.round((total / seconds) * 100) / 100;
    },
  };
}
