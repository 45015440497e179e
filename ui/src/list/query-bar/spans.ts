import { QueryError } from "../../../../src/errors.ts";
import { type Token, tokenize } from "../../../../src/query/lexer.ts";
import { limits } from "../../../../src/query/limits.ts";

export type SpanKind = "field" | "operator" | "value" | "quoted" | "keyword" | "mark" | "word" | "open" | "blank";

/** A piece of a query, as it is coloured. */
export interface Span {
  kind: SpanKind;
  text: string;
  start: number;
}

/** The tokens of a text that need be no query yet, and where a quote begins that nobody has closed. */
export function looseTokens(text: string): { tokens: Token[]; openQuote: number | null } {
  const short = text.slice(0, limits.length).replaceAll("\0", "\u{fffd}");
  try {
    return { tokens: tokenize(short).slice(0, -1), openQuote: null };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { tokens: tokenize(short.slice(0, error.position)).slice(0, -1), openQuote: error.position };
  }
}

/** Cuts any text into coloured pieces; put together they are the text again. */
export function querySpans(text: string): Span[] {
  const { tokens, openQuote } = looseTokens(text);
  const kinds = kindsOf(tokens);
  const spans: Span[] = [];
  const add = (kind: SpanKind, end: number) => {
    const start = spans.length === 0 ? 0 : spans.at(-1)!.start + spans.at(-1)!.text.length;
    if (end > start) spans.push({ kind, text: text.slice(start, end), start });
  };
  for (const [at, token] of tokens.entries()) {
    add("blank", token.start);
    add(kinds[at]!, token.end);
  }
  if (openQuote !== null) {
    add("blank", openQuote);
    add("open", Math.min(text.length, limits.length));
  }
  add("blank", text.length);
  return spans;
}

interface State {
  tokens: readonly Token[];
  kinds: SpanKind[];
  /** Each open bracket: whether plain values stand in it. */
  brackets: boolean[];
}

function kindsOf(tokens: readonly Token[]): SpanKind[] {
  const state: State = { tokens, kinds: [], brackets: [] };
  while (state.kinds.length < tokens.length) read(state);
  return state.kinds;
}

function read(state: State): void {
  const { tokens, kinds, brackets } = state;
  const at = kinds.length;
  const token = tokens[at]!;
  if (token.type === "mark") {
    if (token.text === "(" || token.text === "[") brackets.push(token.text === "[" || isRange(tokens, at));
    if (token.text === ")" || token.text === "]") brackets.pop();
    kinds.push("mark");
  } else if (token.type === "operator") {
    kinds.push("operator");
    if (tokens[at + 1]?.type === "text") readValue(state);
  } else if (token.type === "dots") kinds.push("operator");
  else if (token.type === "text") readText(state, token);
}

function readText(state: State, token: Token & { type: "text" }): void {
  const { tokens, kinds, brackets } = state;
  if (brackets.at(-1) === true) readValue(state);
  else if (token.quote !== "none") kinds.push("quoted");
  else if (tokens[kinds.length + 1]?.type === "operator") kinds.push("field");
  else if (isOneOf(token, "and", "or", "not")) kinds.push("keyword");
  else if (!readNullTest(state)) kinds.push("word");
}

/** A value, with the signs that are written onto it, and the blanks in `now - 2w`. */
function readValue({ tokens, kinds }: State): void {
  const first = tokens[kinds.length] as Token & { type: "text" };
  kinds.push(first.quote === "none" ? "value" : "quoted");
  if (first.quote !== "none") return;
  for (let at = kinds.length; at < tokens.length; at++) {
    const token = tokens[at]!;
    const isGlued = token.start === tokens[at - 1]!.end;
    const isBare = token.type === "text" && token.quote === "none";
    const isMaths = isBare && /^now/i.test(first.text) && /^([+-]|[+-]?\d+[a-z]\S*)$/i.test(token.text);
    if (!(isGlued && (isBare || token.type === "operator")) && !isMaths) return;
    kinds.push("value");
  }
}

/** `cloud is null`, `cloud is not empty`. */
function readNullTest({ tokens, kinds }: State): boolean {
  const [name, is, ...rest] = tokens.slice(kinds.length, kinds.length + 4);
  if (name === undefined || !isOneOf(is, "is")) return false;
  const [second, third] = rest;
  const length = isOneOf(second, "null", "empty")
    ? 3
    : isOneOf(second, "not") && isOneOf(third, "null", "empty")
      ? 4
      : 0;
  if (length === 0) return false;
  kinds.push("field", ...Array.from({ length: length - 1 }, () => "keyword" as const));
  return true;
}

/** `(1 .. 5)` is a range and no group. */
function isRange(tokens: readonly Token[], open: number): boolean {
  const close = tokens.findIndex((token, at) => at > open && token.type === "mark");
  return tokens.slice(open, close === -1 ? undefined : close).some((token) => token.type === "dots");
}

function isOneOf(token: Token | undefined, ...words: string[]): boolean {
  return token?.type === "text" && token.quote === "none" && words.includes(token.text.toLowerCase());
}
