import { memo } from "react";
import type { Column } from "./explorer-types.ts";
import classes from "./table.module.css";

interface TableRowProps<T> {
  record: T | undefined;
  columns: readonly Column<T>[];
  index: number;
  id: string;
  now: number;
  height: number;
  isMarked: boolean;
  isOpen: boolean;
}

/** A row, or its place while it is on its way. Clicks are heard by the table. */
export const TableRow = memo(function TableRow<T>(props: TableRowProps<T>) {
  const { record, columns, index, id, now, height, isMarked, isOpen } = props;
  return (
    <tr
      id={id}
      aria-rowindex={index + 2}
      aria-selected={isOpen}
      data-row={index}
      data-marked={isMarked || undefined}
      data-loading={record === undefined || undefined}
      className={`${classes.row} ${classes.grid}`}
      style={{ height, transform: `translateY(${index * height}px)` }}
    >
      {columns.map((column) => (
        <Cell key={column.id} record={record} column={column} now={now} index={index} />
      ))}
    </tr>
  );
}) as <T>(props: TableRowProps<T>) => React.ReactElement;

interface CellProps<T> {
  record: T | undefined;
  column: Column<T>;
  now: number;
  index: number;
}

function Cell<T>({ record, column, now, index }: CellProps<T>) {
  const { id, isNumber, isMono } = column;
  return (
    <td data-column={id} data-number={isNumber} className={`${classes.cell} foreign${isMono ? " mono" : ""}`}>
      {record === undefined ? (
        <span className={classes.bar} style={{ width: `${45 + ((index * 13 + id.length * 29) % 50)}%` }} />
      ) : (
        (column.render?.(record, now) ?? column.text(record, now))
      )}
    </td>
  );
}
