import { setTimeout as delay } from "node:timers/promises";
import { WizRateLimitError, WizUnavailableError } from "../../errors.ts";
import type { AccountState } from "../connector.ts";
import { createPace } from "./pace.ts";
import { createQueue, type Urgency } from "./queue.ts";

export interface GovernorOptions {
  now: () => number;
  /** Rejects with the signal's reason when it is aborted. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Never more requests per second than this. */
  maxRequestsPerSecond?: number;
  /** Where it begins: 3, or 30 % of the ceiling if that is more. */
  startRequestsPerSecond?: number;
  /** Requests on their way at the same time; Wiz is said to take ten of a service account. */
  maxConcurrent?: number;
  /** A number in [0, 1) for the jitter of waits. */
  random?: () => number;
}

interface GovernedTask<T> {
  urgency: Urgency;
  signal: AbortSignal;
  /** One request. Called again, from the start, when it failed with something that may pass. */
  attempt: () => Promise<T>;
  /** Told of every failure that will be tried again. */
  onRetry?: (error: Error, waitMs: number) => void;
  /** Fewer tries than the usual, for what nobody needs badly. */
  maxTries?: number;
}

/** One per service account: everything that asks Wiz goes through it. */
export interface Governor {
  /** @throws what the last attempt threw */
  run<T>(task: GovernedTask<T>): Promise<T>;
  state(): AccountState;
}

const maxTries = { unavailable: 6, rateLimit: 10 };
const longestWaitMs = 60_000;

/** Nobody published a rate that holds, so it is learned: it grows while all goes well and halves when Wiz objects. */
export function createGovernor(options: GovernorOptions): Governor {
  const sleep = options.sleep ?? sleepFor;
  const random = options.random ?? Math.random;
  const ceiling = options.maxRequestsPerSecond ?? 10;
  const maxConcurrent = options.maxConcurrent ?? 10;
  const pace = createPace(ceiling, options.startRequestsPerSecond);
  const queue = createQueue({ now: options.now, sleep, pace, maxConcurrent });
  let rateLimited = 0;

  async function runOnce<T>(task: GovernedTask<T>): Promise<T> {
    const release = await queue.enter(task.urgency, task.signal);
    const startedAt = options.now();
    try {
      const result = await task.attempt();
      pace.speedUp(options.now());
      return result;
    } catch (error) {
      if (error instanceof WizRateLimitError) {
        rateLimited += 1;
        pace.slowDown(startedAt, options.now());
        if (error.retryAfterMs !== undefined) queue.pauseUntil(options.now() + error.retryAfterMs);
      }
      throw error;
    } finally {
      release();
    }
  }

  return {
    async run(task) {
      for (let tries = 1; ; tries++) {
        try {
          return await runOnce(task);
        } catch (error) {
          task.signal.throwIfAborted();
          if (!isWorthRepeating(error) || tries >= (task.maxTries ?? triesFor(error))) throw error;
          const waitMs = waitBefore(error, tries, random());
          task.onRetry?.(error, waitMs);
          await sleep(waitMs, task.signal);
        }
      }
    },
    state: () => ({
      requestsPerSecond: rounded(pace.perSecond()),
      learnedLimit: rounded(pace.limit()),
      ceiling,
      maxConcurrent,
      rateLimited,
      ...queue.state(),
    }),
  };
}

function rounded<T extends number | null>(rate: T): T {
  return (rate === null ? null : Math.round(rate * 100) / 100) as T;
}

async function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    // Node rejects with an error of its own; the reason says who cancelled.
    signal.throwIfAborted();
    throw error;
  }
}

function isWorthRepeating(error: unknown): error is WizRateLimitError | WizUnavailableError {
  return error instanceof WizRateLimitError || error instanceof WizUnavailableError;
}

function triesFor(error: WizRateLimitError | WizUnavailableError): number {
  return error instanceof WizRateLimitError ? maxTries.rateLimit : maxTries.unavailable;
}

/** W-40: 1 s, 2 s, 4 s, … up to a minute, each spread over its upper half; what Wiz asks for is never cut short. */
function waitBefore(error: WizRateLimitError | WizUnavailableError, tries: number, random: number): number {
  const backoff = Math.min(longestWaitMs, 1000 * 2 ** (tries - 1));
  const asked = error instanceof WizRateLimitError ? error.retryAfterMs : undefined;
  if (asked !== undefined) return asked + random * 250;
  return backoff / 2 + (backoff / 2) * random;
}
