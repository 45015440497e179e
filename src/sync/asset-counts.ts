import type { Kysely } from "kysely";
import { countAssets } from "../store/record-counts.ts";
import type { Schema } from "../store/schema.ts";

/** How many assets integrations hold, for pages that ask again and again. */
export interface AssetCounts {
  /** `mark` is another text whenever the count must be of now; with the same one it may be some seconds old. */
  of(integrationId: string, mark: string): Promise<number>;
}

interface Known {
  mark: string;
  value: number;
  at: number;
  goodForMs: number;
}

const shortestMs = 5_000;
/** Counting may take so much of the time, whatever the size of the inventory. */
const share = 20;
/** Older than this is not shown any more. */
const longestMs = 120_000;

/**
 * Counts of a large inventory take their time, so they are kept: for five seconds, or twenty times as long as counting
 * took. Then they are counted anew, while whoever asks gets what is known.
 */
export function createAssetCounts({ db, now }: { db: Kysely<Schema>; now: () => number }): AssetCounts {
  const known = new Map<string, Known>();
  const counting = new Map<string, Promise<number>>();

  function countOnce(integrationId: string, mark: string): Promise<number> {
    const key = `${integrationId} ${mark}`;
    const running = counting.get(key) ?? countAnew(integrationId, mark).finally(() => counting.delete(key));
    counting.set(key, running);
    return running;
  }

  async function countAnew(integrationId: string, mark: string): Promise<number> {
    const begun = now();
    const value = await countAssets(db, integrationId);
    const goodForMs = Math.max(shortestMs, (now() - begun) * share);
    known.set(integrationId, { mark, value, at: begun, goodForMs });
    return value;
  }

  return {
    async of(integrationId, mark) {
      const last = known.get(integrationId);
      const age = last === undefined ? 0 : now() - last.at;
      if (last?.mark !== mark || age < 0 || age > last.goodForMs + longestMs)
        return await countOnce(integrationId, mark);
      // One that fails is forgotten, so whoever asks next waits for the count and is told why.
      if (age > last.goodForMs) countOnce(integrationId, mark).catch(() => known.delete(integrationId));
      return last.value;
    },
  };
}
