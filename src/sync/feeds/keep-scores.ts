import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../../log.ts";
import { readFeedWork } from "../../store/feed.ts";
import { hasFeedWork } from "../../store/feed-work.ts";
import { type ScoringDeps, scoreAnew } from "./score-anew.ts";

interface KeepingDeps extends ScoringDeps {
  log: Logger;
}

const intervalMs = 2_000;
const retryMs = 30_000;

/**
 * Scores anew in the background what an import leaves to do, whichever process imported. Any number of processes may do
 * this: one works. A failure is logged and tried again.
 */
export function keepFeedScores(deps: KeepingDeps): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const log = deps.log.child({ component: "feeds" });
  async function run(): Promise<void> {
    while (!signal.aborted) {
      const waitMs = await work().then(
        () => intervalMs,
        (error: unknown) => {
          log.warn({ err: error }, "scoring after an import stopped; going on with it soon");
          return retryMs;
        },
      );
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }
  async function work(): Promise<void> {
    if (!(await hasFeedWork(deps.db)) || !(await scoreAnew(deps, { signal }))) return;
    const done = await readFeedWork(deps.db);
    if (done !== null && done.finishedAt !== null)
      log.info(
        `${count(done.changed)} of ${count(done.done)} findings scored anew, and ${count(done.assetsDone)} assets`,
      );
  }
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

const count = (n: number) => n.toLocaleString("en-US");
