import type { Total } from "../api/types.ts";

const grouped = new Intl.NumberFormat("en-US");

/** `48,112`. */
export function numberText(value: number): string {
  return grouped.format(value);
}

/** `10,000+` when nobody counted further. */
export function totalText({ value, capped }: Total): string {
  return `${numberText(value)}${capped ? "+" : ""}`;
}

/** `1 finding`, `2 findings`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}

const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

/** `48.1K`, where there is no room for more. */
export function shortNumber(value: number): string {
  return short.format(value);
}

const units = ["B", "kB", "MB", "GB", "TB"];

export function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** How far what Weir has is from what Wiz counted, which is not 0: `44 new since`, `12 fewer`. */
export function gapWords(gap: number, isNew: boolean): string {
  const [fewer, more] = isNew ? ["gone since", "new since"] : ["fewer", "more"];
  return `${numberText(Math.abs(gap))} ${gap > 0 ? fewer : more}`;
}
