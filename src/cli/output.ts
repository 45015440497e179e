import Table from "cli-table3";
import { csvLine } from "../query/export/csv.ts";
import { csvColumns } from "../query/export/csv-columns.ts";
import { toJson } from "../query/export/json-text.ts";
import type { Thing } from "../query/field.ts";
import { plainLine, plainText } from "../query/plain-text.ts";
import type { FoundRecords } from "../query/read-records.ts";
import type { SearchPage } from "../query/search.ts";
import { type TableColumn, tableColumns } from "./columns.ts";

export const formats = ["table", "json", "ndjson", "csv"] as const;
export type Format = (typeof formats)[number];

export interface PrintOptions {
  format: Format;
  /** Columns of the terminal. */
  width: number;
}

/** A page of results as text for standard output. */
export function printPage<T extends Thing>(thing: T, page: SearchPage<FoundRecords[T]>, options: PrintOptions): string {
  switch (options.format) {
    case "json":
      return `${toJson(page, 2)}\n`;
    case "ndjson":
      return page.items.map((item) => `${toJson(item)}\n`).join("");
    case "csv": {
      const columns = csvColumns[thing];
      const lines = page.items.map((item) => csvLine(columns.map((column) => column.value(item))));
      return csvLine(columns.map((column) => column.title)) + lines.join("");
    }
    case "table":
      return page.items.length === 0 ? "" : printTable(tableColumns[thing], page.items, options.width);
  }
}

const gap = 2;

export function printTable<R>(columns: readonly TableColumn<R>[], records: readonly R[], width: number): string {
  const cells = new Map(columns.map((column) => [column, records.map((record) => cellText(column.value(record)))]));
  const widths = fitColumns(columns, cells, width);
  const shown = [...widths.keys()];
  const table = new Table({
    head: shown.map((column) => column.title),
    colWidths: shown.map((column) => widths.get(column)! + gap),
    style: { head: [], border: [], "padding-left": 0, "padding-right": gap, compact: true },
    chars: noBorders,
  });
  records.forEach((_, row) => {
    table.push(shown.map((column) => cells.get(column)![row]!));
  });
  return `${table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")}\n`;
}

function cellText(value: string | number | null): string {
  return value === null ? "–" : plainLine(String(value));
}

/** Columns that fit side by side, and their widths: what can be cut is cut, what is least needed is left out. */
function fitColumns<R>(
  columns: readonly TableColumn<R>[],
  cells: ReadonlyMap<TableColumn<R>, string[]>,
  width: number,
): Map<TableColumn<R>, number> {
  const natural = (column: TableColumn<R>) =>
    Math.max(textWidth(column.title), ...cells.get(column)!.map((text) => textWidth(text)));
  const widths = new Map(columns.map((column) => [column, natural(column)]));
  const total = () => [...widths.values()].reduce((sum, one) => sum + one, gap * (widths.size - 1));
  const smallest = () =>
    [...widths].reduce((sum, [column, one]) => sum + Math.min(one, column.minWidth ?? one), gap * (widths.size - 1));
  for (const column of columns.filter((one) => one.dropOrder !== undefined).sort(byDropOrder))
    if (smallest() > width) widths.delete(column);
  while (total() > width) {
    const widest = [...widths]
      .filter(([column, one]) => column.minWidth !== undefined && one > column.minWidth)
      .sort((a, b) => b[1] - a[1])[0];
    if (widest === undefined) break;
    widths.set(widest[0], widest[1] - 1);
  }
  return widths;
}

function byDropOrder<R>(a: TableColumn<R>, b: TableColumn<R>): number {
  return (b.dropOrder ?? 0) - (a.dropOrder ?? 0);
}

/** How many places a text takes; wide ones (Chinese, emoji) take two. */
function textWidth(text: string): number {
  let width = 0;
  for (const char of text)
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
        char,
      )
        ? 2
        : 1;
  return width;
}

const noBorders = Object.fromEntries(
  [
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
    "left",
    "left-mid",
    "mid",
    "mid-mid",
    "right",
    "right-mid",
    "middle",
  ].map((name) => [name, ""]),
);

/** `12 of 10,000+ findings`. */
export function countText(thing: Thing, shown: number, total: { value: number; capped: boolean }): string {
  return `${shown.toLocaleString("en-US")} of ${total.value.toLocaleString("en-US")}${total.capped ? "+" : ""} ${thing}`;
}

const shownQuery = 70;

/** The query with a mark under the character that is meant, both on a line of their own. */
export function pointAt(query: string, position: number): string {
  // Character for character, so that the position stays right.
  const line = plainText(query).replace(/\s/gu, " ");
  const from = Math.max(0, Math.min(position - shownQuery / 2, line.length - shownQuery));
  const lead = from > 0 ? "…" : "";
  const tail = from + shownQuery < line.length ? "…" : "";
  const before = " ".repeat(lead.length + textWidth(line.slice(from, position)));
  return `  ${lead}${line.slice(from, from + shownQuery)}${tail}\n  ${before}^\n`;
}
