import type { Kysely } from "kysely";
import type { Logger } from "../log.ts";
import type { Schema } from "../store/schema.ts";
import { type IdentityDeps, resolveIdentities } from "./identities.ts";

interface Work {
  done: Promise<void>;
  isWantedAgain: boolean;
}

const working = new WeakMap<Kysely<Schema>, Work>();

/**
 * Begins to look at what is noted, unless this process is at it; then it goes on with what has come since. Pages do not
 * wait for it, so several of them are looked at together. What fails is logged and left noted: the end of the run does
 * it, or fails by it.
 */
export function resolveSoon(deps: IdentityDeps & { log: Logger }): void {
  const { db, log } = deps;
  const current = working.get(db);
  if (current !== undefined) {
    current.isWantedAgain = true;
    return;
  }
  const work: Work = { done: Promise.resolve(), isWantedAgain: false };
  const look = async () => {
    try {
      do {
        work.isWantedAgain = false;
        await resolveIdentities(deps);
      } while (work.isWantedAgain);
    } catch (error) {
      log.warn({ err: error }, "machines could not be identified after a page; it is tried again");
    } finally {
      working.delete(db);
    }
  };
  working.set(db, work);
  work.done = look();
}

/** Resolves when this process is at nothing that `resolveSoon` began. */
export async function settleIdentities(db: Kysely<Schema>): Promise<void> {
  await working.get(db)?.done;
}
