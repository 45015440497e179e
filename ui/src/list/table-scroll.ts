import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { placeOf, rememberPlace } from "./table-memory.ts";

/** Of the line of titles, which lies over the rows. */
const headPx = 28;

interface Scrolling {
  viewport: RefObject<HTMLDivElement | null>;
  rowCount: number;
  height: number;
  /** The entry of the history, and what the rows are of: another list begins at its top, or where it was left. */
  entry: string;
  list: unknown;
  marked: number | null;
  look: (from: number, to: number) => void;
}

/** Which rows are drawn. Their heights are fixed, so a place in the list is a number of pixels and nothing ever jumps. */
export function useTableScroll({ viewport, rowCount, height, entry, list, marked, look }: Scrolling) {
  const virtualizer = useVirtualizer({
    count: rowCount,
    getScrollElement: () => viewport.current,
    estimateSize: () => height,
    initialOffset: () => placeOf(entry)?.offset ?? 0,
    overscan: 10,
    scrollPaddingEnd: headPx,
    useFlushSync: false,
  });
  const items = virtualizer.getVirtualItems();
  const [from, to] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => look(from, to), [look, from, to]);
  useReturn({ viewport, entry, list, marked, hasRows: rowCount > 0 });
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

type Returning = Pick<Scrolling, "viewport" | "entry" | "list" | "marked"> & { hasRows: boolean };

/** Remembers under each entry of the history where the list stood, and stands there again when someone comes back. */
function useReturn({ viewport, entry, list, marked, hasRows }: Returning): void {
  const shown = useRef<unknown>(null);
  const now = useRef({ entry, marked });
  now.current = { entry, marked };
  // The rows of another list have come: at its top, or where this entry was left.
  useLayoutEffect(() => {
    if (!hasRows || shown.current === list) return;
    shown.current = list;
    viewport.current?.scrollTo({ top: placeOf(now.current.entry)?.offset ?? 0 });
  }, [viewport, list, hasRows]);
  useEffect(() => {
    const element = viewport.current;
    const remember = () =>
      shown.current !== null &&
      rememberPlace(now.current.entry, { offset: element!.scrollTop, row: now.current.marked });
    element?.addEventListener("scroll", remember, { passive: true });
    return () => element?.removeEventListener("scroll", remember);
  }, [viewport]);
  // The same list under another entry (something was opened beside it), or another row was marked.
  useEffect(() => {
    if (shown.current === list && hasRows)
      rememberPlace(entry, { offset: viewport.current?.scrollTop ?? 0, row: marked });
  }, [entry, marked, list, hasRows, viewport]);
}
