/** A value as the query language takes it: bare where that is safe, else in backticks, which mean exactly this text. */
export function valueText(value: string | number | boolean): string {
  const text = String(value);
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_./-]*$/u.test(text) && !/^(and|or|not|is|null)$/i.test(text) && !text.includes(".."))
    return text;
  return `\`${text.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``;
}

/** `severity:critical`; a null asks for records that have no such value. */
export function term(field: string, value: string | number | boolean | null): string {
  return value === null ? `${field} is null` : `${field}:${valueText(value)}`;
}

/** Both conditions. What holds an OR is put in parentheses. */
export function both(a: string, b: string): string {
  if (a.trim() === "") return b;
  if (b.trim() === "") return a;
  return `${grouped(a)} AND ${grouped(b)}`;
}

function grouped(query: string): string {
  return /\bOR\b/i.test(query) ? `(${query})` : query;
}
