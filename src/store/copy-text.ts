/** The types of columns that are written in batches. */
export type ColumnType =
  | "bigint"
  | "boolean"
  | "bytea"
  | "integer"
  | "jsonb"
  | "real"
  | "smallint"
  | "text"
  | "text[]"
  | "timestamptz"
  | "uuid";

/** Rows in PostgreSQL's text format for COPY: a line each, tabs between the columns, `\N` for null. */
export function copyText<Row>(columns: Readonly<Record<keyof Row & string, ColumnType>>, rows: readonly Row[]): string {
  const names = Object.keys(columns) as (keyof Row & string)[];
  const writers = names.map((name) => writerOf(columns[name]));
  let text = "";
  for (const row of rows) {
    for (let i = 0; i < names.length; i++) {
      const value = row[names[i]!];
      if (i > 0) text += "\t";
      text += value === null || value === undefined ? "\\N" : writers[i]!(value);
    }
    text += "\n";
  }
  return text;
}

type Writer = (value: unknown) => string;

function writerOf(type: ColumnType): Writer {
  switch (type) {
    case "text":
      return escaped;
    case "text[]":
      return (value) => escaped(arrayLiteral(value as readonly string[]));
    case "jsonb":
      return (value) => escaped(JSON.stringify(value));
    case "bytea":
      return (value) => `\\\\x${(value as Buffer).toString("hex")}`;
    default:
      return String;
  }
}

const special = /[\\\n\r\t]/;
const specials = /[\\\n\r\t]/g;
const names: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(value: unknown): string {
  const text = value as string;
  return special.test(text) ? text.replaceAll(specials, (character) => names[character]!) : text;
}

function arrayLiteral(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replaceAll(/["\\]/g, "\\$&")}"`).join(",")}}`;
}
