import type { Logger } from "../log.ts";
import { type IdentityDeps, resolveIdentities } from "./identities.ts";

/** Does in the background what is noted and nobody waits for: after a change of rules, and what a crash left behind. */
export interface IdentityTender {
  /** Begins, unless it is at it. */
  tend(): void;
  /** Resolves after the batch in progress. */
  stop(): Promise<void>;
}

/** Between two looks, when there was nothing to do. */
const pauseMs = 2_000;

export function createIdentityTender(deps: IdentityDeps & { log: Logger }): IdentityTender {
  const stopping = new AbortController();
  let work: Promise<void> | null = null;
  let nextAt = Number.NEGATIVE_INFINITY;

  async function look(): Promise<void> {
    try {
      await resolveIdentities(deps, { isBackground: true, signal: stopping.signal });
    } catch (error) {
      if (!stopping.signal.aborted) deps.log.error({ err: error }, "identification failed; it is tried again");
    } finally {
      nextAt = performance.now() + pauseMs;
      work = null;
    }
  }

  return {
    tend() {
      if (work === null && !stopping.signal.aborted && performance.now() >= nextAt) work = look();
    },
    async stop() {
      stopping.abort();
      await work;
    },
  };
}
