import type { AccountState } from "../connectors/connector.ts";
import type { PaceSample } from "../store/pace-sample.ts";

interface Known {
  epoch: number;
  sampledAt: number;
  rateLimited: number;
  isIdle: boolean;
}

const sampleEveryMs = 10_000;

export interface PaceSampler {
  /** What is to be stored of an account's state now; `null`: nothing. */
  look(of: { accountKey: string; epoch: number }, state: AccountState, now: number): PaceSample | null;
}

/** Chooses which states are worth keeping: one in ten seconds while there is work, and one when it has gone idle. */
export function createPaceSampler(): PaceSampler {
  const known = new Map<string, Known>();
  return {
    look({ accountKey, epoch }, state, now) {
      const before = known.get(accountKey);
      // Under another epoch the account was opened anew, and its numbers count from then.
      const last = before?.epoch === epoch ? before : undefined;
      const isIdle = state.usedPerSecond === 0 && state.waiting === 0 && state.inFlight === 0;
      if (isIdle ? (last?.isIdle ?? true) : last !== undefined && !last.isIdle && isRecent(last.sampledAt, now))
        return null;
      known.set(accountKey, { epoch, sampledAt: now, rateLimited: state.rateLimited, isIdle });
      return sampleOf(state, state.rateLimited - (last?.rateLimited ?? 0));
    },
  };
}

/** A clock that was set back must not end the samples. */
function isRecent(at: number, now: number): boolean {
  return Math.abs(now - at) < sampleEveryMs;
}

function sampleOf(state: AccountState, limited: number): PaceSample {
  const { requestsPerSecond, usedPerSecond, waiting, inFlight, pausedUntil, learnedLimit } = state;
  return { requestsPerSecond, usedPerSecond, waiting, inFlight, isPaused: pausedUntil !== null, limited, learnedLimit };
}
