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

/** Each opening quote with those that close it. Word processors and chats turn `"` into the typographic ones. */
const quotes: Record<string, { quote: Quote; close: string }> = {
  '"': { quote: "double", close: '"' },
  "“": { quote: "double", close: '”“"' },
  "„": { quote: "double", close: '“”"' },
  "'": { quote: "single", close: "'" },
  "`": { quote: "backtick", close: "`" },
};
const blank = /\s/u;

/**
 * Cuts a query text into tokens; what a word means is the parser's business.
 * @throws QueryError when the text is too long or a quote is not closed
 */
export function tokenize(text: string): Token[] {
  if (text.length > limits.length)
    throw new QueryError(
      `The query has ${text.length} characters, ${limits.length} are allowed: leave some out, or ask in several queries.`,
      limits.length,
      { example: "cve:[CVE-2021-44228, CVE-2024-3400] instead of cve:CVE-2021-44228 OR cve:CVE-2024-3400" },
    );
  const zero = text.indexOf("\0");
  if (zero >= 0)
    throw new QueryError("The query holds a NUL character: remove it.", zero, { example: "severity:high" });
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
  if (Object.hasOwn(quotes, char)) return quoted(text, start);
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
    // `status!=open` is no field named `status!`; the parser says how to write it.
    if (end > start && (text.startsWith("..", end) || text.startsWith("!=", end))) break;
    end++;
  }
  return { type: "text", text: text.slice(start, end), quote: "none", start, end };
}

/** A backslash before the closing quote or a backslash makes it part of the text. */
function quoted(text: string, start: number): Token {
  const { quote, close } = quotes[text[start]!]!;
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at]!;
    if (close.includes(char)) return { type: "text", text: value, quote, start, end: at + 1 };
    const next = text[at + 1];
    if (char === "\\" && next !== undefined && (close.includes(next) || next === "\\")) {
      value += next;
      at++;
    } else value += char;
  }
  throw new QueryError(`The quote ${text[start]} is not closed: add ${close[0]} at the end of the text.`, start, {
    example: `title:${quote === "double" ? '"remote code"' : close + "remote code" + close}`,
  });
}
