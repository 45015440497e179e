import type { QueryProblem } from "../../api/query-language.ts";
import { looseTokens, querySpans } from "./spans.ts";

/** A replacement in a text. */
export interface Edit {
  from: number;
  to: number;
  text: string;
}

/** The message alone: what was meant and the example are shown in forms of their own. */
export function bareMessage({ message, suggestion, example }: QueryProblem): string {
  const withoutEnd = (text: string, end: string) => (text.endsWith(end) ? text.slice(0, -end.length) : text);
  const bare = example === undefined ? message : withoutEnd(message, ` For example ${example}.`);
  return suggestion === undefined ? bare : withoutEnd(bare, ` Did you mean ${suggestion}?`);
}

/** What the problem is about: the token that stands there, the whole open quote, nothing at the end of the text. */
export function placeOf(text: string, position: number): { from: number; to: number } {
  const { tokens, openQuote } = looseTokens(text);
  if (openQuote !== null && position >= openQuote) return { from: openQuote, to: text.length };
  const token = tokens.find(({ start, end }) => position >= start && position < end);
  return token === undefined ? { from: text.length, to: text.length } : { from: token.start, to: token.end };
}

/** What was probably meant, put where it belongs. */
export function correction(text: string, { position, suggestion }: QueryProblem): Edit | null {
  if (suggestion === undefined) return null;
  const { from, to } = placeOf(text, position);
  const sign = /^(&&?|\|\|?|!)/.exec(text.slice(from, to))?.[0];
  if (sign === undefined) return { from, to, text: withoutGroup(text.slice(0, from), suggestion) };
  const isGlued = from + sign.length < to;
  return { from, to: from + sign.length, text: isGlued ? `${suggestion} ` : suggestion };
}

/** In `asset:(nme:x)` the name `asset.name` is written `name`. */
function withoutGroup(before: string, name: string): string {
  const groups = [...before.matchAll(/([\w.]+):\((?=[^()]*$)/g)];
  const prefix = `${groups.at(-1)?.[1] ?? ""}.`.toLowerCase();
  return name.toLowerCase().startsWith(prefix) ? name.slice(prefix.length) : name;
}

/** Whether the problem may go away by itself while its writer goes on: it is where the caret is, or something is still open. */
export function isUnfinished(text: string, caret: number, position: number): boolean {
  const isAtEnd = caret >= text.trimEnd().length;
  const { from, to } = wordAt(text, position);
  if (caret >= from && caret <= to) return true;
  return isAtEnd && (position >= text.trimEnd().length || isOpen(text, position));
}

/** The token that stands there; of a value all of it: `arn:aws:s3`. */
function wordAt(text: string, position: number): { from: number; to: number } {
  const { from, to } = placeOf(text, position);
  const spans = querySpans(text);
  const first = spans.findIndex(({ start }) => start === from);
  if (spans[first]?.kind !== "value") return { from, to };
  const after = spans.findIndex(({ kind }, at) => at > first && kind !== "value");
  return { from, to: after === -1 ? text.length : spans[after]!.start };
}

/** Whether a quote or a bracket opens there that is not closed up to the end. */
function isOpen(text: string, position: number): boolean {
  const { tokens, openQuote } = looseTokens(text);
  if (openQuote !== null && position >= openQuote) return true;
  let depth = 0;
  for (const token of tokens) {
    if (token.type !== "mark" || token.start < position) continue;
    depth += token.text === "(" || token.text === "[" ? 1 : token.text === "," ? 0 : -1;
    if (depth <= 0) return false;
  }
  return depth > 0;
}

/** Whether a problem that was found in one text is in another, too: nothing up to its place has changed. */
export function stillStands(problem: QueryProblem, was: string, is: string): boolean {
  if (was === is) return true;
  const { to } = placeOf(was, problem.position);
  return to < was.length && is.startsWith(was.slice(0, to + 1));
}
