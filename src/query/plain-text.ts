/**
 * Texts come from Wiz, and Wiz has them from whoever names a machine: a name may hold the escape sequences that a
 * terminal obeys, or the marks that turn the direction of writing around. Here they are made visible.
 */
export function plainLine(text: string): string {
  return plainText(text).replace(/\s+/gu, " ").trim();
}

/** The same, with line breaks and tabs kept. */
export function plainText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, (char) =>
      char === "\n" || char === "\t" || char === "\r" ? char : "\ufffd",
    );
}
