import type { SortDescription } from "./explorer-types.ts";

export interface Sort {
  name: string;
  direction: "asc" | "desc";
}

/** The order that an address names; the first one where it names none that exists. */
export function readSort(sorts: readonly SortDescription[], text: string | undefined): Sort {
  const [name, direction] = (text ?? "").split(":");
  const sort = sorts.find((one) => one.name === name) ?? sorts[0]!;
  return { name: sort.name, direction: direction === "asc" || direction === "desc" ? direction : sort.direction };
}

/** As the API takes it: the name alone where it means that direction by itself. */
export function printSort(sorts: readonly SortDescription[], { name, direction }: Sort): string {
  return sorts.some((one) => one.name === name && one.direction === direction) ? name : `${name}:${direction}`;
}

/** For an address: nothing where it is the order that a list has by itself. */
export function sortForAddress(sorts: readonly SortDescription[], sort: Sort): string | undefined {
  const text = printSort(sorts, sort);
  return text === sorts[0]!.name ? undefined : text;
}

/** What a click on a column's title asks for: its own direction, then the other one. */
export function nextSort(sorts: readonly SortDescription[], now: Sort, name: string): Sort {
  if (now.name === name) return { name, direction: now.direction === "asc" ? "desc" : "asc" };
  return readSort(sorts, name);
}
