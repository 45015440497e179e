import { QueryError } from "../errors.ts";
import { limits } from "./limits.ts";

/** `"…"` words in order, `'…'` the same, `` `…` `` exactly this, none: a bare word, in which `*` is a wildcard. */
export type Quote = "none" | "double" | "single" | "backtick";

export type Token = { start: number; end: number } & (
  | { type: "text"; text: string; quote: Quote }
  | { type: "operator"; text: Operator }
  | { type: "mark"; text: "(" | ")" | "[" | "]" | "," }
  | { type: "dots" }
  | { type: "end" }
);

export type Operator = ":" | "=" | ">" | "<" | ">=" | "<=";

const quotes: Record<string, Quote> = { '"': "double", "'": "single", "`": "backtick" };
const blank = /\s/u;

/**
 * Cuts a query text into tokens; what a word means is the parser's business.
 * @throws QueryError when the text is too long or a quote is not closed
 */
export function tokenize(text: string): Token[] {
  if (text.length > limits.length)
    throw new QueryError(`The query has ${text.length} characters; ${limits.length} are allowed`, limits.length);
  const zero = text.indexOf("\0");
  if (zero >= 0) throw new QueryError("The query holds a NUL character: remove it", zero);
  const tokens: Token[] = [];
  for (let at = 0; ; ) {
    while (at < text.length && blank.test(text[at]!)) at++;
    const token = nextToken(text, at);
    tokens.push(token);
    if (token.type === "end") return tokens;
    at = token.end;
  }
}

function nextToken(text: string, start: number): Token {
  const char = text[start];
  if (char === undefined) return { type: "end", start, end: start };
  const quote = quotes[char];
  if (quote !== undefined) return quoted(text, start, quote);
  if (char === "(" || char === ")" || char === "[" || char === "]" || char === ",")
    return { type: "mark", text: char, start, end: start + 1 };
  const operator = /^(?:[<>]=|[:=<>])/.exec(text.slice(start, start + 2))?.[0] as Operator | undefined;
  if (operator !== undefined) return { type: "operator", text: operator, start, end: start + operator.length };
  const dots = /^\.{2,3}/.exec(text.slice(start, start + 3))?.[0];
  if (dots !== undefined) return { type: "dots", start, end: start + dots.length };
  return word(text, start);
}

function word(text: string, start: number): Token {
  let end = start;
  while (end < text.length && !blank.test(text[end]!) && !`"'\`()[],:=<>`.includes(text[end]!)) {
    if (text.startsWith("..", end) && end > start) break;
    end++;
  }
  return { type: "text", text: text.slice(start, end), quote: "none", start, end };
}

/** A backslash before the closing quote or a backslash makes it part of the text. */
function quoted(text: string, start: number, quote: Quote): Token {
  const close = text[start]!;
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at]!;
    if (char === close) return { type: "text", text: value, quote, start, end: at + 1 };
    const next = text[at + 1];
    if (char === "\\" && (next === close || next === "\\")) {
      value += next;
      at++;
    } else value += char;
  }
  throw new QueryError(`The quote ${close} is not closed: add ${close} at the end of the text`, start);
}
