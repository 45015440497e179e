/** The text with nothing special in it for LIKE. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

/** `*` stands for anything: `web-*` → `web-%`. */
export function wildcardPattern(text: string): string {
  return text.split(/\*+/).map(escapeLike).join("%");
}

export function containsPattern(text: string): string {
  return `%${escapeLike(text)}%`;
}

/** PostgreSQL keeps no longer word, in bytes, and refuses to look for one. */
const longestWord = 2046;

/**
 * A query for `to_tsquery('simple', …)` that no text can break out of: the text's words next to each other in order,
 * with `isPrefix` by their beginnings.
 */
export function wordsQuery(text: string, isPrefix: boolean): string {
  const words = text.split(/\s+/u).filter((word) => word !== "");
  // PostgreSQL minds a phrase of nothing; an empty query finds nothing.
  if (words.length === 0 || words.some((word) => Buffer.byteLength(word) > longestWord)) return "";
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'${isPrefix ? ":*" : ""}`;
}

/** As written, in lower case, in upper case, and with capitals: the spellings that an index finds at once. */
export function spellings(text: string): string[] {
  const lower = text.toLowerCase();
  const capital = lower.charAt(0).toUpperCase() + lower.slice(1);
  const title = lower.replace(/(?<![\p{L}\p{N}'])\p{Ll}/gu, (letter) => letter.toUpperCase());
  return [...new Set([text, lower, text.toUpperCase(), capital, title])];
}
