const longest = 100;

/** A text of the query in a message: nobody reads four thousand characters of it. */
export function shown(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}
