import pg from "pg";

type Parser = (text: string) => unknown;

/**
 * How columns arrive: `bigint` and `numeric` as numbers (as text where a number would lose digits), `timestamptz` as ISO
 * 8601 in UTC with milliseconds, or microseconds where there are any, `date` as `YYYY-MM-DD`.
 */
const parsers = new Map<number, Parser>([
  [20, parseInteger],
  [1700, parseNumeric],
  [1082, (text) => text],
  [1114, (text) => text],
  [1184, parseTime],
  [1009, parseTexts],
  [1016, arrayOf(parseInteger)],
  [1231, arrayOf(parseNumeric)],
  [1182, arrayOf((text) => text)],
  [1185, arrayOf(parseTime)],
]);

export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    (format !== "binary" && parsers.get(oid)) || pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

function parseInteger(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

function parseNumeric(text: string): number | string {
  return text.replace(/[-.]/g, "").length <= 15 ? Number(text) : text;
}

/** `2026-03-01 12:00:00.5+00` → `2026-03-01T12:00:00.500Z`. */
function parseTime(text: string): string {
  const found = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(text);
  if (found === null) return text.endsWith("infinity") ? text : new Date(text).toISOString();
  const fraction = found[3] ?? "";
  return `${found[1]}T${found[2]}.${fraction.padEnd(fraction.length > 3 ? 6 : 3, "0")}Z`;
}

// pg has the parser of text[], but no name for its number.
const textArray = 1009 as typeof pg.types.builtins.TEXT;

function arrayOf(parse: Parser): Parser {
  return (text) => parseTexts(text).map((item) => (item === null ? null : parse(item)));
}

/** `{a,"b, c"}`; pg's own goes letter by letter, and arrays are half of what an asset is. */
function parseTexts(text: string): (string | null)[] {
  const items: (string | null)[] = [];
  const end = text.length - 1;
  // Several dimensions, or one that does not begin at 1.
  if (text[0] !== "{" || text[1] === "{") return pg.types.getTypeParser(textArray)(text) as (string | null)[];
  for (let at = 1; at < end; at++) {
    const start = at;
    if (text[start] === '"') {
      at = closingQuote(text, start);
      const quoted = text.slice(start + 1, at++);
      items.push(quoted.includes("\\") ? quoted.replaceAll(/\\(.)/gs, "$1") : quoted);
    } else {
      const comma = text.indexOf(",", start);
      at = comma === -1 ? end : comma;
      const item = text.slice(start, at);
      items.push(item === "NULL" ? null : item);
    }
  }
  return items;
}

function closingQuote(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  while (isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at === -1 ? text.length : at;
}

/** Whether an odd number of backslashes stands before. */
function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (start > 0 && text[start - 1] === "\\") start--;
  return (at - start) % 2 === 1;
}
