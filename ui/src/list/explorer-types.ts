import type { ReactNode } from "react";
import type { Thing } from "../api/types.ts";

/** What a list of findings, assets or signals is made of; the rest is the same for all three. */
export interface ListDescription<T> {
  thing: Thing;
  words: { one: string; many: string };
  columns: readonly Column<T>[];
  /** Where there is no room for columns: the whole record in one cell of two lines. */
  phone: Column<T>;
  facets: readonly FacetDescription[];
  /** The orders of the API, the default first. */
  sorts: readonly SortDescription[];
  /** What an address without a query and a range begins with. */
  first: { q: string; range?: string };
  id: (record: T) => string;
  /** The page of a record. */
  href: (record: T) => string;
}

export interface Column<T> {
  id: string;
  title: string;
  /** In pixels, until someone drags its edge. */
  width: number;
  /** Takes the room that is left, and is never less wide than `width`. */
  isWide?: true;
  isNumber?: true;
  isMono?: true;
  /** The name of the API's order by it. */
  sort?: string;
  /** What stands in the cell; without `render` that is all. */
  text: (record: T, now: number) => string | null;
  render?: (record: T, now: number) => ReactNode;
}

export interface SortDescription {
  name: string;
  title: string;
  /** The direction that the name alone means. */
  direction: "asc" | "desc";
  words: { asc: string; desc: string };
}

export interface FacetDescription {
  /** The field, as the API counts it. */
  by: string;
  title: string;
  isOpen?: true;
  /** How a value is called; without it as it is. */
  label?: (value: FacetValue) => ReactNode;
  /** Where values have an order of their own. */
  order?: readonly FacetValue[];
}

export type FacetValue = string | number | boolean | null;

/** What is asked of the API: one list in one order. */
export interface Search {
  thing: Thing;
  /** All conditions together. */
  query: string;
  sort: string;
  /** What of the query was written, and the condition of the time range. */
  parts: { q: string; range: string };
}
