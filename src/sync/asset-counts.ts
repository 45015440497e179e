import type { Kysely } from "kysely";
import { type CountedIntegration, countAssets, type ScopedCount } from "../store/record-counts.ts";
import type { Schema } from "../store/schema.ts";

/** How many assets integrations hold, for pages that ask again and again. */
export interface AssetCounts {
  /** `mark` is another text whenever the count must be of now; with the same one it may be some seconds old. */
  of(integration: CountedIntegration, mark: string): Promise<ScopedCount>;
}

interface Known {
  mark: string;
  value: ScopedCount;
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
  const counting = new Map<string, Promise<ScopedCount>>();

  function countOnce(integration: CountedIntegration, mark: string): Promise<ScopedCount> {
    const key = `${integration.id} ${mark}`;
    const running = counting.get(key) ?? countAnew(integration, mark).finally(() => counting.delete(key));
    counting.set(key, running);
    return running;
  }

  async function countAnew(integration: CountedIntegration, mark: string): Promise<ScopedCount> {
    const begun = now();
    const value = await countAssets(db, integration);
    const goodForMs = Math.max(shortestMs, (now() - begun) * share);
    known.set(integration.id, { mark, value, at: begun, goodForMs });
    return value;
  }

  return {
    async of(integration, mark) {
      const last = known.get(integration.id);
      const age = last === undefined ? 0 : now() - last.at;
      if (last?.mark !== mark || age < 0 || age > last.goodForMs + longestMs) return await countOnce(integration, mark);
      // One that fails is forgotten, so whoever asks next waits for the count and is told why.
      if (age > last.goodForMs) countOnce(integration, mark).catch(() => known.delete(integration.id));
      return last.value;
    },
  };
}
