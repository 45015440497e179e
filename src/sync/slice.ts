import type { Source, SourcePage } from "../connectors/connector.ts";
import { WizCursorError } from "../errors.ts";
import type { Logger } from "../log.ts";
import { restartSlice, type SliceRow } from "../store/slice.ts";
import { commitPage, type PageDeps, type PagePlace } from "./page.ts";

export interface SliceDeps extends PageDeps {
  source: Source;
  log: Logger;
  /** Records in a slice of a full pass, about; a default else. */
  sliceTarget?: number | undefined;
}

const maxRestarts = 3;

/**
 * Pulls a slice to its end, storing page by page. The next page is fetched while one is stored. A cursor that is no
 * longer good begins the slice again, three times at most.
 */
export async function runSlice(
  deps: SliceDeps,
  place: Omit<PagePlace, "cursor" | "sliceId">,
  slice: SliceRow,
  signal: AbortSignal,
): Promise<void> {
  let cursor = slice.cursor;
  for (let restarts = slice.restarts; ; restarts++) {
    try {
      await pullPages(deps, { ...place, sliceId: slice.id, cursor }, slice, signal);
      return;
    } catch (error) {
      if (!(error instanceof WizCursorError) || restarts >= maxRestarts) throw error;
      deps.log.warn(`${place.stream}: ${error.message}; starting this part again`);
      await restartSlice(deps.db, slice.id, place.epoch);
      cursor = null;
    }
  }
}

async function pullPages(deps: SliceDeps, start: PagePlace, slice: SliceRow, signal: AbortSignal): Promise<void> {
  const seen = new Set<string | null>([start.cursor]);
  let place = start;
  let fetching = fetchPage(deps.source, slice, place.cursor, signal);
  for (;;) {
    const page = await settled(fetching);
    signal.throwIfAborted();
    const next = page.nextCursor;
    if (next !== null && seen.has(next)) throw new WizCursorError("Wiz gave a cursor that it had given before");
    seen.add(next);
    if (next !== null) fetching = fetchPage(deps.source, slice, next, signal);
    try {
      await commitPage(deps, place, page);
    } catch (error) {
      // The page on its way is of no use any more; its own failure must not go unhandled.
      await Promise.allSettled([fetching]);
      throw error;
    }
    if (next === null) return;
    place = { ...place, cursor: next };
  }
}

type Fetching = Promise<{ page: SourcePage } | { error: unknown }>;

/** A fetch that runs ahead must not reject before anyone waits for it. */
function fetchPage(source: Source, slice: SliceRow, cursor: string | null, signal: AbortSignal): Fetching {
  return source.page(slice.spec, cursor, signal).then(
    (page) => ({ page }),
    (error: unknown) => ({ error }),
  );
}

async function settled(fetching: Fetching): Promise<SourcePage> {
  const result = await fetching;
  if ("error" in result) throw result.error;
  return result.page;
}
