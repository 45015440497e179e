import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import { createLiveWatch, type LiveDeps, type LiveEvent, type LiveWatch } from "../sync/live.ts";

export interface LiveHub {
  /** Hears of everything that changes after the promise resolved; it resolves with how to stop. */
  listen(listener: (events: readonly LiveEvent[]) => void): Promise<() => void>;
}

const intervalMs = 1_000;

/** One look at the database a second for all who listen in this process, and none while nobody does. */
export function createLiveHub(deps: LiveDeps & { log: Logger }): LiveHub {
  const listeners = new Set<(events: readonly LiveEvent[]) => void>();
  let current: { watch: LiveWatch; isBegun: Promise<void> } | undefined;

  function begin() {
    const watch = createLiveWatch(deps);
    const begun = Promise.withResolvers<void>();
    current = { watch, isBegun: begun.promise };
    void loop(watch, begun.resolve);
    return current;
  }

  async function loop(watch: LiveWatch, begun: () => void): Promise<void> {
    while (current?.watch === watch) {
      try {
        const events = await watch.look();
        begun();
        if (events.length > 0) for (const listener of listeners) listener(events);
      } catch (error) {
        // The next look sees what this one missed.
        deps.log.warn({ err: error }, `what changed could not be looked up: ${errorText(error)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, intervalMs).unref());
    }
  }

  return {
    async listen(listener) {
      listeners.add(listener);
      await (current ?? begin()).isBegun;
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) current = undefined;
      };
    },
  };
}
