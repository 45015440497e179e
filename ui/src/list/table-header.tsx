import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { type ColumnChoice, clampWidth, withColumnAt, withColumnMoved, withWidth } from "./columns.ts";
import type { Column } from "./explorer-types.ts";
import classes from "./table.module.css";

export interface HeaderProps<T> {
  columns: readonly Column<T>[];
  choice: ColumnChoice;
  onChoice: (choice: ColumnChoice) => void;
  /** What is sorted by, with its direction. */
  sort: { name: string; direction: "asc" | "desc" };
  onSort: (name: string) => void;
  /** While an edge is dragged: the width, before it is kept. */
  onDrag: (id: string, width: number | null) => void;
  /** How wide the widest cell in view would like to be. */
  fittingWidth: (id: string) => number | null;
}

/** The titles of the columns: a click sorts, an edge makes wider, dragging moves; Alt and Shift with arrows do the same. */
export function TableHeader<T>(props: HeaderProps<T>) {
  const { columns, choice, onChoice } = props;
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const drop = () => {
    if (dragged !== null && over !== null) onChoice(withColumnAt(choice, dragged, over));
    setDragged(null);
    setOver(null);
  };
  return (
    <thead className={classes.head}>
      <tr aria-rowindex={1} className={classes.grid}>
        {columns.map((column, index) => (
          <Title
            key={column.id}
            {...props}
            column={column}
            index={index}
            dropSide={over !== column.id || dragged === null ? null : sideOf(choice, dragged, over)}
            onDragStart={() => setDragged(column.id)}
            onDragOver={() => dragged !== null && setOver(column.id)}
            onDragEnd={drop}
          />
        ))}
      </tr>
    </thead>
  );
}

function sideOf({ shown }: ColumnChoice, dragged: string, over: string): "left" | "right" | null {
  const distance = shown.indexOf(over) - shown.indexOf(dragged);
  return distance === 0 ? null : distance < 0 ? "left" : "right";
}

interface TitleProps<T> extends HeaderProps<T> {
  column: Column<T>;
  index: number;
  /** Something is dragged over it, and would come to stand on this side of it. */
  dropSide: "left" | "right" | null;
  onDragStart: () => void;
  onDragOver: () => void;
  onDragEnd: () => void;
}

function Title<T>(props: TitleProps<T>) {
  const { column, index, sort, onSort, dropSide, onDragStart, onDragOver, onDragEnd } = props;
  const direction = sort.name === column.sort ? sort.direction : null;
  const Arrow = direction === "asc" ? IconArrowUp : IconArrowDown;
  const sortBy = () => column.sort !== undefined && onSort(column.sort);
  return (
    <th
      scope="col"
      tabIndex={0}
      aria-colindex={index + 1}
      aria-sort={direction === null ? undefined : direction === "asc" ? "ascending" : "descending"}
      aria-keyshortcuts="Shift+ArrowRight Shift+ArrowLeft Alt+ArrowRight Alt+ArrowLeft"
      title={`${column.title}${column.sort === undefined ? "" : ": click to sort"}`}
      className={classes.title}
      data-number={column.isNumber}
      data-sortable={column.sort !== undefined || undefined}
      data-drop={dropSide ?? undefined}
      draggable
      onDragStart={onDragStart}
      onDragOver={(event) => {
        event.preventDefault();
        onDragOver();
      }}
      onDragEnd={onDragEnd}
      onDrop={(event) => event.preventDefault()}
      onClick={sortBy}
      onKeyDown={(event) => onTitleKey(event, { ...props, sortBy })}
    >
      <span className={classes.name} data-column={column.id}>
        {column.title}
      </span>
      {direction !== null && <Arrow size={13} aria-hidden="true" style={{ flex: "none" }} />}
      <Edge {...props} />
    </th>
  );
}

const stepPx = 16;

function onTitleKey<T>(event: KeyboardEvent, props: TitleProps<T> & { sortBy: () => void }): void {
  const { column, choice, onChoice, fittingWidth, sortBy } = props;
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (event.key === "Enter" || event.key === " ") sortBy();
  else if (by !== undefined && event.altKey) onChoice(withColumnMoved(choice, column.id, by));
  else if (by !== undefined && event.shiftKey)
    onChoice(withWidth(choice, column.id, widthNow(event.currentTarget) + by * stepPx));
  else if (event.key === "f") onChoice(withWidth(choice, column.id, fittingWidth(column.id)));
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function widthNow(title: Element): number {
  return title.getBoundingClientRect().width;
}

/** The right edge of a title: dragged it makes the column wider, a double click fits it to what is in view. */
function Edge<T>({ column, choice, onChoice, onDrag, fittingWidth }: HeaderProps<T> & { column: Column<T> }) {
  const [from, setFrom] = useState<{ x: number; width: number } | null>(null);
  const widthAt = (event: PointerEvent) => clampWidth(from!.width + event.clientX - from!.x);
  return (
    <span
      className={classes.edge}
      aria-hidden="true"
      data-dragged={from !== null || undefined}
      draggable
      onDragStart={(event) => {
        event.preventDefault();
        event.stopPropagation();
      }}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={() => onChoice(withWidth(choice, column.id, fittingWidth(column.id)))}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setFrom({ x: event.clientX, width: widthNow(event.currentTarget.parentElement!) });
      }}
      onPointerMove={(event) => from !== null && onDrag(column.id, widthAt(event))}
      onPointerUp={(event) => {
        if (from !== null && event.clientX !== from.x) onChoice(withWidth(choice, column.id, widthAt(event)));
        setFrom(null);
        onDrag(column.id, null);
      }}
      onPointerCancel={() => {
        setFrom(null);
        onDrag(column.id, null);
      }}
    />
  );
}
