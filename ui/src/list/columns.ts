import type { Column } from "./explorer-types.ts";

/** Which columns someone looks at, in which order and how wide; kept at the server for each thing. */
export interface ColumnChoice {
  shown: readonly string[];
  /** Only of those whose width was changed. */
  widths: Readonly<Record<string, number>>;
}

const narrowest = 48;
const widest = 1200;

/** What was kept may be of another time, so each part of it is looked at. */
export function isColumnChoice(value: unknown): value is ColumnChoice {
  if (typeof value !== "object" || value === null) return false;
  const { shown, widths } = value as Record<string, unknown>;
  return (
    Array.isArray(shown) &&
    shown.every((id) => typeof id === "string") &&
    typeof widths === "object" &&
    widths !== null &&
    Object.values(widths).every((width) => typeof width === "number" && Number.isFinite(width))
  );
}

/** The columns to draw. What does not exist any more is left out; a list without columns is none. */
export function chosenColumns<T>(all: readonly Column<T>[], choice: ColumnChoice): Column<T>[] {
  const known = new Map(all.map((column) => [column.id, column]));
  const shown = [...new Set(choice.shown)].flatMap((id) => known.get(id) ?? []);
  return shown.length > 0 ? shown : all.slice(0, 1);
}

/** All columns as a chooser lists them: those that are shown in their order, then the others in theirs. */
export function columnsInOrder<T>(all: readonly Column<T>[], choice: ColumnChoice): Column<T>[] {
  const shown = chosenColumns(all, choice);
  return [...shown, ...all.filter((column) => !shown.includes(column))];
}

export function withColumn(choice: ColumnChoice, id: string, isShown: boolean): ColumnChoice {
  const others = choice.shown.filter((one) => one !== id);
  if (!isShown) return others.length === 0 ? choice : { ...choice, shown: others };
  return choice.shown.includes(id) ? choice : { ...choice, shown: [...others, id] };
}

/** Moves a column to where another stands. */
export function withColumnAt(choice: ColumnChoice, id: string, other: string): ColumnChoice {
  const to = choice.shown.indexOf(other);
  return to < 0 ? choice : withColumnMoved(choice, id, to - choice.shown.indexOf(id));
}

/** Moves a column by so many places; at the ends it stays. */
export function withColumnMoved(choice: ColumnChoice, id: string, by: number): ColumnChoice {
  const from = choice.shown.indexOf(id);
  const to = Math.max(0, Math.min(choice.shown.length - 1, from + by));
  if (from < 0 || from === to) return choice;
  const others = choice.shown.filter((one) => one !== id);
  return { ...choice, shown: [...others.slice(0, to), id, ...others.slice(to)] };
}

/** `null`: as wide as it was at first. */
export function withWidth(choice: ColumnChoice, id: string, width: number | null): ColumnChoice {
  const { [id]: _, ...others } = choice.widths;
  return { ...choice, widths: width === null ? others : { ...others, [id]: clampWidth(width) } };
}

export function clampWidth(width: number): number {
  return Math.round(Math.max(narrowest, Math.min(widest, width)));
}

/** How wide a column is at least; the room that is left goes to those without a width of their own that can use it. */
function widthOf<T>(column: Column<T>, choice: ColumnChoice): number {
  return choice.widths[column.id] ?? column.width;
}

/** The columns of a CSS grid, with one at the end that takes what nobody wants. */
export function gridColumns<T>(columns: readonly Column<T>[], choice: ColumnChoice): string {
  const tracks = columns.map((column) => {
    const width = widthOf(column, choice);
    const takesRest = column.isWide === true && choice.widths[column.id] === undefined;
    return takesRest ? `minmax(${width}px, 1fr)` : `${width}px`;
  });
  const hasTaker = tracks.some((track) => track.includes("1fr"));
  return [...tracks, hasTaker ? "0px" : "minmax(0px, 1fr)"].join(" ");
}

export function totalWidth<T>(columns: readonly Column<T>[], choice: ColumnChoice): number {
  return columns.reduce((sum, column) => sum + widthOf(column, choice), 0);
}
