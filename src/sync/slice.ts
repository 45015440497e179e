import type { Source, SourcePage } from "../connectors/connector.ts";
import { WizCursorError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Touched } from "../store/asset-risk.ts";
import { restartSlice, type SliceRow } from "../store/slice.ts";
import type { IdentityDeps } from "./identities.ts";
import { commitPage, type PageDeps, type PagePlace } from "./page.ts";
import { resolveSoon } from "./resolve-soon.ts";
import { createTurns, type Turns } from "./turns.ts";

export interface SliceDeps extends PageDeps, IdentityDeps {
  source: Source;
  log: Logger;
  /** Records in a slice of a full pass, about; a default else. */
  sliceTarget?: number | undefined;
  /** What else follows from what a complete pass changed, before its assets are scored. */
  afterPass?: ((touched: Touched) => Promise<void>) | undefined;
  /** Shared by all passes of the service account. */
  turns: AccountTurns;
}

/** What slices that run side by side share: it bounds the memory that they take, whatever the size of the tenant. */
interface PageTurns {
  /** From the question to the end of the transaction. */
  pages: Turns;
  /** To be stored: who works on many pages at once works on each for longer, and holds all that belongs to them. */
  stores: Turns;
}

/** What all passes of a service account share. Urgent streams have turns of their own: they never wait for bulk. */
export type AccountTurns = Record<"urgent" | "bulk", PageTurns>;

export function createAccountTurns(): AccountTurns {
  return {
    urgent: { pages: createTurns(4, 3), stores: createTurns(2) },
    bulk: { pages: createTurns(10, 8), stores: createTurns(4, 3) },
  };
}

type PullDeps = Omit<SliceDeps, "turns"> & { turns: PageTurns };

const maxRestarts = 3;

/**
 * Pulls a slice to its end, storing page by page. The next page is fetched while one is stored. A cursor that is no
 * longer good begins the slice again, three times at most.
 */
export async function runSlice(
  deps: PullDeps,
  place: Omit<PagePlace, "cursor" | "sliceId">,
  slice: SliceRow,
  signal: AbortSignal,
): Promise<void> {
  let from = slice;
  for (let restarts = slice.restarts; ; restarts++) {
    try {
      await pullPages(deps, { ...place, sliceId: slice.id, cursor: from.cursor }, from, signal);
      return;
    } catch (error) {
      if (!(error instanceof WizCursorError) || restarts >= maxRestarts) throw error;
      deps.log.warn({ stream: place.stream }, `${place.stream}: ${error.message}; starting this part again`);
      await restartSlice(deps.db, slice.id, place.epoch);
      from = { ...slice, cursor: null, fetched: 0 };
    }
  }
}

async function pullPages(deps: PullDeps, start: PagePlace, slice: SliceRow, signal: AbortSignal): Promise<void> {
  const seen = new Set<string | null>([start.cursor]);
  let left = (slice.sourceCount ?? 0) - slice.fetched;
  let place = start;
  const fetch = (cursor: string | null) => fetchPage(deps, slice.spec, { cursor, left, group: start.pass }, signal);
  let fetching = fetch(place.cursor);
  for (;;) {
    const { page, end } = await settled(fetching);
    try {
      signal.throwIfAborted();
      const next = page.nextCursor;
      if (next !== null && seen.has(next)) throw new WizCursorError("Wiz gave a cursor that it had given before");
      seen.add(next);
      left -= page.records.length + page.rejected.length;
      if (next !== null) fetching = fetch(next);
      await storePage(deps, place, page, left);
      if (next === null) return;
      place = { ...place, cursor: next };
    } catch (error) {
      end();
      await abandon(fetching);
      throw error;
    } finally {
      end();
    }
  }
}

async function storePage(deps: PullDeps, place: PagePlace, page: SourcePage, left: number): Promise<void> {
  const end = await deps.turns.stores.enter(left, place.pass);
  try {
    await commitPage(deps, place, page);
    resolveSoon(deps);
  } finally {
    end();
  }
}

interface FetchedPage {
  page: SourcePage;
  /** Ends the page's turn. */
  end: () => void;
}

type Fetching = Promise<FetchedPage | { error: unknown }>;

/** A fetch that runs ahead must not reject before anyone waits for it. */
async function fetchPage(
  { source, turns }: { source: Source; turns: PageTurns },
  spec: SliceRow["spec"],
  { cursor, left, group }: { cursor: string | null; left: number; group: unknown },
  signal: AbortSignal,
): Fetching {
  const end = await turns.pages.enter(left, group);
  try {
    return { page: await source.page(spec, cursor, signal), end };
  } catch (error) {
    end();
    return { error };
  }
}

async function settled(fetching: Fetching): Promise<FetchedPage> {
  const result = await fetching;
  if ("error" in result) throw result.error;
  return result;
}

/** The page on its way is of no use any more; it must not keep its place. */
async function abandon(fetching: Fetching): Promise<void> {
  const result = await fetching;
  if ("end" in result) result.end();
}
