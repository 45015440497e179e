import { type CSSProperties, type MouseEvent, useId, useRef, useState } from "react";
import { useNow } from "../kit/time.tsx";
import { type ColumnChoice, chosenColumns, gridColumns, totalWidth, withWidth } from "./columns.ts";
import type { List } from "./explorer-list.ts";
import type { ListDescription } from "./explorer-types.ts";
import classes from "./table.module.css";
import { TableHeader } from "./table-header.tsx";
import { useTableKeys } from "./table-marks.ts";
import { fittingWidth, showWhole } from "./table-measure.ts";
import { placeOf } from "./table-memory.ts";
import { TableRow } from "./table-row.tsx";
import { useTableScroll } from "./table-scroll.ts";

interface TableProps<T> {
  description: ListDescription<T>;
  list: List<T>;
  title: string;
  entry: string;
  choice: ColumnChoice;
  onChoice: (choice: ColumnChoice) => void;
  sort: { name: string; direction: "asc" | "desc" };
  onSort: (name: string) => void;
  /** Of a row, in pixels. */
  height: number;
  hasTitles: boolean;
  open: string | undefined;
  onOpen: (record: T) => void;
  onClose: () => void;
}

/** The rows of a list. Only those in view are drawn, however many there are. */
export function Table<T>(props: TableProps<T>) {
  const { description, list, title, entry, choice, onChoice, sort, onSort, height, hasTitles, open } = props;
  const viewport = useRef<HTMLDivElement>(null);
  const [marked, setMarked] = useMark(list, entry);
  const base = useId();
  const now = Math.max(useNow(30_000), list.readAt ?? 0);
  const [dragged, setDragged] = useState<{ id: string; width: number } | null>(null);
  const present = dragged === null ? choice : withWidth(choice, dragged.id, dragged.width);
  const columns = useColumns(description, choice);
  const { rowCount } = list;
  const scroll = useTableScroll({ viewport, list, height, entry, marked });
  useTableKeys({
    viewport,
    marked,
    rowCount,
    screen: () => scroll.screen,
    onMove: (move) => {
      if (move === "close") return props.onClose();
      const row = move === "open" ? marked! : move.to;
      if (move !== "open") setMarked(row);
      scroll.show(row);
      const record = list.rowAt(row);
      if (record !== undefined && (move === "open" || open !== undefined)) props.onOpen(record);
    },
  });
  const rows = scroll.items.map(({ index }) => {
    const record = list.rowAt(index);
    return (
      <TableRow
        key={index}
        record={record}
        columns={columns}
        index={index}
        id={`${base}-${index}`}
        now={now}
        height={height}
        isMarked={index === marked}
        isOpen={record !== undefined && open !== undefined && description.id(record) === open}
      />
    );
  });
  return (
    <div ref={viewport} className={classes.viewport}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys of a list are heard by the window */}
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is what a table with keys is called
        role="grid"
        aria-label={title}
        aria-rowcount={list.total === null || list.total.capped ? -1 : list.total.value + 1}
        aria-colcount={columns.length}
        aria-busy={list.isPending || list.isStale}
        aria-activedescendant={rows.some(({ props }) => props.isMarked) ? `${base}-${marked}` : undefined}
        tabIndex={0}
        className={classes.table}
        style={{ "--columns": gridColumns(columns, present), minWidth: totalWidth(columns, present) } as CSSProperties}
        onClick={(event) => onRowClick(event, props, setMarked)}
        onAuxClick={(event) => onRowClick(event, props, setMarked)}
        onMouseDown={(event) => event.button === 1 && event.preventDefault()}
        onMouseOver={(event) => showWhole(event.target)}
        onFocus={() => marked === null && rowCount > 0 && open === undefined && setMarked(0)}
      >
        {hasTitles && (
          <TableHeader
            columns={columns}
            choice={choice}
            onChoice={onChoice}
            sort={sort}
            onSort={onSort}
            onDrag={(id, width) => setDragged(width === null ? null : { id, width })}
            fittingWidth={(id) => fittingWidth(viewport.current, id)}
          />
        )}
        <tbody
          className={list.isStale ? `${classes.body} ${classes.stale}` : classes.body}
          style={{ height: rowCount * height, "--row": `${height - 1}px` } as CSSProperties}
        >
          {rows}
        </tbody>
      </table>
    </div>
  );
}

/** The marked row. Another list begins without one, unless it was left with one. */
function useMark<T>({ search }: List<T>, entry: string) {
  const [mark, setMark] = useState<{ search: unknown; row: number | null }>({ search: null, row: null });
  const row = mark.search === search ? mark.row : (placeOf(entry, search)?.row ?? null);
  return [row, (next: number) => setMark({ search, row: next })] as const;
}

/** The same array while the same columns are shown, so that rows are not drawn again for nothing. */
function useColumns<T>({ columns: all }: ListDescription<T>, choice: ColumnChoice) {
  const kept = useRef(chosenColumns(all, choice));
  const columns = chosenColumns(all, choice);
  const isSame = columns.length === kept.current.length && columns.every((one, i) => one === kept.current[i]);
  if (!isSame) kept.current = columns;
  return kept.current;
}

/** A click opens a row beside the list; the other buttons and keys of the browser open its page, as on a link. */
function onRowClick<T>(event: MouseEvent, { description, list, onOpen }: TableProps<T>, mark: (row: number) => void) {
  const target = event.target as Element;
  const row = Number(target.closest("[data-row]")?.getAttribute("data-row") ?? Number.NaN);
  const record = Number.isNaN(row) ? undefined : list.rowAt(row);
  if (record === undefined || event.button > 1) return;
  if (event.button === 1 || event.ctrlKey || event.metaKey || event.shiftKey) {
    if (target.closest("a") === null && !hasSelection()) window.open(description.href(record), "_blank", "noopener");
    return;
  }
  if (hasSelection()) return;
  event.preventDefault();
  mark(row);
  onOpen(record);
}

function hasSelection(): boolean {
  return (window.getSelection()?.toString() ?? "") !== "";
}
