import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import type { List } from "./explorer-list.ts";
import type { Search } from "./explorer-types.ts";
import { isOfOther, placeOf, rememberPlace } from "./table-memory.ts";

/** Of the line of titles, which lies over the rows. */
const headPx = 28;

interface Scrolling {
  viewport: RefObject<HTMLDivElement | null>;
  list: Pick<List<unknown>, "search" | "rowCount" | "isPending" | "look">;
  height: number;
  /** The entry of the history: a list that is come back to stands where it was left. */
  entry: string;
  marked: number | null;
}

/** Which rows are drawn. Their heights are fixed, so a place in the list is a number of pixels and nothing ever jumps. */
export function useTableScroll({ viewport, list, height, entry, marked }: Scrolling) {
  const { search, rowCount, look } = list;
  const virtualizer = useVirtualizer({
    count: rowCount,
    getScrollElement: () => viewport.current,
    estimateSize: () => height,
    initialOffset: () => placeOf(entry, search)?.offset ?? 0,
    overscan: 10,
    scrollPaddingEnd: headPx,
    useFlushSync: false,
  });
  const items = virtualizer.getVirtualItems();
  const [from, to] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => look(from, to), [look, from, to]);
  useReturn({ viewport, entry, search, marked, hasRows: !list.isPending && rowCount > 0 });
  const drawn = useRef(height);
  useLayoutEffect(() => {
    if (drawn.current === height) return;
    const top = (viewport.current?.scrollTop ?? 0) / drawn.current;
    drawn.current = height;
    virtualizer.measure();
    viewport.current?.scrollTo({ top: top * height });
  }, [height, virtualizer, viewport]);
  const screen = Math.floor(((viewport.current?.clientHeight ?? 0) - headPx) / height);
  const show = (row: number) => virtualizer.scrollToIndex(row, { align: "auto" });
  return { items, screen, show };
}

type Returning = Pick<Scrolling, "viewport" | "entry" | "marked"> & { search: Search; hasRows: boolean };

/** Remembers under each entry of the history where the list stood, and stands there again when someone comes back. */
function useReturn({ viewport, entry, search, marked, hasRows }: Returning): void {
  const shown = useRef<Search | null>(null);
  const now = useRef({ entry, marked });
  now.current = { entry, marked };
  // The rows of another list have come: at its top, or where this entry was left.
  useLayoutEffect(() => {
    if (!hasRows || shown.current === search) return;
    shown.current = search;
    viewport.current?.scrollTo({ top: placeOf(now.current.entry, search)?.offset ?? 0 });
  }, [viewport, search, hasRows]);
  useEffect(() => {
    const element = viewport.current;
    const remember = () => {
      if (shown.current === null) return;
      rememberPlace(now.current.entry, { search: shown.current, offset: element!.scrollTop, row: now.current.marked });
    };
    element?.addEventListener("scroll", remember, { passive: true });
    return () => element?.removeEventListener("scroll", remember);
  }, [viewport]);
  // The same list under another entry (something was opened beside it), or another row was marked.
  useEffect(() => {
    if (shown.current === search && hasRows && !isOfOther(entry, search))
      rememberPlace(entry, { search, offset: viewport.current?.scrollTop ?? 0, row: marked });
  }, [entry, marked, search, hasRows, viewport]);
}
