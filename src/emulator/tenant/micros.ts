/** An instant in microseconds since 1970: Wiz's times have six digits, and a double holds them exactly. `NaN`: never. */
export type Micros = number;

export const never: Micros = Number.NaN;
export const second = 1_000_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

const memoSize = 8192;
const memoKeys = new Float64Array(memoSize).fill(Number.NaN);
const memoTexts = new Array<string>(memoSize).fill("");

/** As Go prints it, and so Wiz: `2026-03-25T05:46:26.5Z`, no zeros at the end, no dot for a whole second. */
export function formatMicros(at: Micros): string {
  const slot = at % memoSize;
  if (memoKeys[slot] === at) return memoTexts[slot]!;
  const seconds = Math.floor(at / second);
  const head = new Date(seconds * 1000).toISOString().slice(0, 19);
  const rest = at - seconds * second;
  const text = rest === 0 ? `${head}Z` : `${head}.${String(rest).padStart(6, "0").replace(/0+$/, "")}Z`;
  memoKeys[slot] = at;
  memoTexts[slot] = text;
  return text;
}

export function formatOrNull(at: Micros): string | null {
  return Number.isNaN(at) ? null : formatMicros(at);
}

/** Reads ISO 8601 with any number of fraction digits; `NaN` when it is no time. */
export function parseMicros(text: string): Micros {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text.trim());
  if (match === null) return Number.NaN;
  const ms = Date.parse(`${match[1]}T${match[2] ?? "00:00:00"}${match[4]?.toUpperCase() ?? "Z"}`);
  return ms * 1000 + Number((match[3] ?? "0").padEnd(6, "0").slice(0, 6));
}
