/** What one query may cost; past these it is refused with a QueryError. */
export const limits = {
  /** Characters. */
  length: 4096,
  /** Parentheses and NOTs inside each other. */
  depth: 50,
  /** Comparisons and words, list entries counted one by one. */
  terms: 200,
  /** Words and phrases without a field; each is looked up by itself. */
  freeTexts: 20,
  /** Stars, also those in one word. */
  wildcards: 40,
} as const;
