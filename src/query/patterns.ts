/** The text with nothing special in it for LIKE. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

/** `*` stands for anything: `web-*` → `web-%`. */
export function wildcardPattern(text: string): string {
  return text.split("*").map(escapeLike).join("%");
}

export function containsPattern(text: string): string {
  return `%${escapeLike(text)}%`;
}

/**
 * A query for `to_tsquery('simple', …)` that no text can break out of: the text's words next to each other in order,
 * with `isPrefix` by their beginnings.
 */
export function wordsQuery(text: string, isPrefix: boolean): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'${isPrefix ? ":*" : ""}`;
}

/** As written, in lower case, in upper case, and with a capital: the spellings that an index finds at once. */
export function spellings(text: string): string[] {
  const lower = text.toLowerCase();
  return [...new Set([text, lower, text.toUpperCase(), lower.charAt(0).toUpperCase() + lower.slice(1)])];
}
