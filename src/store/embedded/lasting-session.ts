import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";

/** A connection whose session matters (it holds advisory locks): when it breaks it is made and prepared again. */
export interface LastingSession {
  /** The connection of this moment. */
  client(): pg.Client;
  /** From now on the session is not made again when it breaks; returns the connection of the last moment. */
  settle(): Promise<pg.Client>;
  /** Ends the connection, and with it everything that the session holds. */
  close(): Promise<void>;
}

const firstRetryMs = 100;
const lastRetryMs = 5_000;

/** Opens the session; `open` connects and takes what the session shall hold. A failure of the first try is thrown, later ones are told. */
export async function openLastingSession(
  open: () => Promise<pg.Client>,
  onTrouble: (error: unknown) => void,
): Promise<LastingSession> {
  const closing = new AbortController();
  let current = await open();
  let recovery: Promise<void> | undefined;

  function watch(client: pg.Client): void {
    client.once("end", () => {
      if (!closing.signal.aborted && client === current) recovery = recover();
    });
  }

  async function recover(): Promise<void> {
    for (let waitMs = firstRetryMs; !closing.signal.aborted; waitMs = Math.min(waitMs * 2, lastRetryMs)) {
      try {
        current = await open();
        watch(current);
        return;
      } catch (error) {
        onTrouble(error);
        await sleep(waitMs, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  }

  watch(current);
  async function settle(): Promise<pg.Client> {
    closing.abort();
    await recovery;
    return current;
  }

  return { client: () => current, settle, close: async () => (await settle()).end() };
}
