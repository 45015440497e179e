import { QueryError } from "../errors.ts";
import type { ListNode, QueryNode, RangeNode, ScalarNode, ValueNode } from "./ast.ts";
import { type Token, tokenize } from "./lexer.ts";
import { limits } from "./limits.ts";
import { shown } from "./shown.ts";

/**
 * Reads a query: `NOT` binds closer than `AND`, `AND` closer than `OR`; terms side by side are joined by AND.
 * @throws QueryError with the position of what cannot be read
 */
export function parseQuery(text: string): QueryNode {
  const reader: Reader = { tokens: tokenize(text), at: 0, depth: 0, terms: 0, freeTexts: 0, wildcards: 0 };
  if (peek(reader).type === "end") return { type: "all" };
  const node = parseOr(reader);
  if (peek(reader).type !== "end") throw unexpected(reader, "AND, OR or the end of the query");
  return node;
}

interface Reader {
  tokens: Token[];
  at: number;
  depth: number;
  terms: number;
  freeTexts: number;
  wildcards: number;
}

function parseOr(reader: Reader): QueryNode {
  const nodes = [parseAnd(reader)];
  while (isWord(peek(reader), "or")) {
    reader.at++;
    nodes.push(parseAnd(reader));
  }
  return join("or", nodes);
}

function parseAnd(reader: Reader): QueryNode {
  const nodes = [parseNot(reader)];
  for (;;) {
    const token = peek(reader);
    if (isWord(token, "and")) reader.at++;
    else if (isWord(token, "or") || !startsTerm(token)) return join("and", nodes);
    nodes.push(parseNot(reader));
  }
}

/** `(a AND b) AND c` is one AND of three: the tree says no more than the meaning. */
function join(type: "and" | "or", nodes: QueryNode[]): QueryNode {
  if (nodes.length === 1) return nodes[0]!;
  return { type, nodes: nodes.flatMap((node) => (node.type === type ? node.nodes : [node])) };
}

function parseNot(reader: Reader): QueryNode {
  const token = peek(reader);
  if (!isWord(token, "not")) return parsePrimary(reader);
  reader.at++;
  return deeper(reader, token, () => ({ type: "not", node: parseNot(reader) }));
}

function parsePrimary(reader: Reader): QueryNode {
  const token = peek(reader);
  if (isMark(token, "(")) return parseGroup(reader);
  if (token.type !== "text") throw unexpected(reader, "a word, a field or (");
  if (isWord(token, "and") || isWord(token, "or"))
    throw new QueryError(
      `${token.text} needs a term on both sides; put it in quotes to search for the word.`,
      token.start,
      { example: "severity:high AND status:open" },
    );
  if (token.quote === "none") {
    refuseForeign(token);
    const next = peek(reader, 1);
    if (next.type === "text" && next.text === "!" && isGlued(next, token)) refuseForeign(next);
    if (peek(reader, 1).type === "operator") return parseComparison(reader, token);
    const nullTest = parseNullTest(reader, token);
    if (nullTest !== null) return nullTest;
  }
  count(reader, "freeTexts", token.start, "words without a field");
  return { type: "text", value: parseScalar(reader) };
}

const foreign: Record<string, string> = { "&&": "AND", "&": "AND", "||": "OR", "|": "OR", "!": "NOT" };

/** What means something in other languages would be searched for as a text here, and nothing be found. */
function refuseForeign({ text, start }: Token & { type: "text" }): void {
  const sign = Object.hasOwn(foreign, text) ? text : /^!(?=\w)/.exec(text)?.[0];
  if (sign === undefined) return;
  const suggestion = foreign[sign]!;
  const example = suggestion === "NOT" ? "NOT status:open" : `severity:high ${suggestion} status:open`;
  throw new QueryError(`"${sign}" joins nothing here; put it in quotes to search for it.`, start, {
    suggestion,
    example,
  });
}

function parseGroup(reader: Reader): QueryNode {
  const open = peek(reader);
  reader.at++;
  return deeper(reader, open, () => {
    const node = parseOr(reader);
    expectClose(reader, open, ")");
    return node;
  });
}

function parseComparison(reader: Reader, name: Token & { type: "text" }): QueryNode {
  const operator = readOperator(reader);
  const named = { name: name.text, position: name.start };
  if (operator.text === ":" && isMark(peek(reader), "(") && !isRangeAhead(reader))
    return { type: "nested", ...named, node: parseGroup(reader) };
  return { type: "compare", ...named, operator: operator.text, value: parseValue(reader, operator) };
}

/** `severity:>=high` says the same as `severity >= high`. */
function readOperator(reader: Reader): Token & { type: "operator" } {
  const first = peek(reader, 1);
  const second = peek(reader, 2);
  reader.at += 2;
  if (first.type === "operator" && first.text === ":" && second.type === "operator" && second.text !== ":") {
    reader.at++;
    return second;
  }
  return first as Token & { type: "operator" };
}

/** `cloud is null`, `cloud is not null`, and the same with `empty`. */
function parseNullTest(reader: Reader, name: Token & { type: "text" }): QueryNode | null {
  if (!isWord(peek(reader, 1), "is")) return null;
  const isNegated = isWord(peek(reader, 2), "not");
  const length = isNegated ? 4 : 3;
  const last = peek(reader, length - 1);
  if (!isWord(last, "null") && !isWord(last, "empty")) return null;
  count(reader, "terms", name.start, "terms");
  reader.at += length;
  return { type: "null", name: name.text, isNegated, position: name.start };
}

function parseValue(reader: Reader, operator: Token & { type: "operator" }): ValueNode {
  const token = peek(reader);
  if (!isMark(token, "(") && !isMark(token, "[")) return parseScalar(reader, true);
  if (operator.text !== ":" && operator.text !== "=")
    throw new QueryError(`${operator.text} takes one value; a list or a range is written after ":".`, token.start, {
      example: "severity:[critical, high]",
    });
  if (isRangeAhead(reader)) return parseRange(reader);
  if (isMark(token, "[")) return parseList(reader);
  throw unexpected(reader, "a value");
}

/** Whether `..` comes after the first value in the bracket that is open here. */
function isRangeAhead(reader: Reader): boolean {
  const first = peek(reader, 1);
  return first.type === "text" && reader.tokens[valueEnd(reader, reader.at + 1, true)]?.type === "dots";
}

function parseRange(reader: Reader): RangeNode {
  const open = peek(reader);
  reader.at++;
  const from = parseBound(reader);
  if (peek(reader).type !== "dots") throw unexpected(reader, '".."');
  reader.at++;
  const to = parseBound(reader);
  const isToIncluded = isMark(peek(reader), "]");
  expectClose(reader, open, isToIncluded ? "]" : ")");
  return {
    type: "range",
    from,
    to,
    isFromIncluded: isMark(open, "["),
    isToIncluded,
    position: open.start,
  };
}

function parseBound(reader: Reader): ScalarNode | null {
  const token = peek(reader);
  const isAlone = valueEnd(reader, reader.at, true) === reader.at + 1;
  if (token.type === "text" && token.quote === "none" && token.text === "*" && isAlone) {
    reader.at++;
    return null;
  }
  return parseScalar(reader, true);
}

function parseList(reader: Reader): ListNode {
  const open = peek(reader);
  reader.at++;
  const values = [parseScalar(reader, true)];
  while (isMark(peek(reader), ",")) {
    reader.at++;
    values.push(parseScalar(reader, true));
  }
  expectClose(reader, open, "]");
  return { type: "list", values, position: open.start };
}

/** `hasField`: something is compared with it, so `now - 2w` is one value and not three words. */
function parseScalar(reader: Reader, hasField = false): ScalarNode {
  const token = peek(reader);
  if (token.type !== "text") throw unexpected(reader, "a value");
  count(reader, "terms", token.start, "terms");
  const end = valueEnd(reader, reader.at, hasField);
  const text = reader.tokens
    .slice(reader.at, end)
    .map((part) => (part.type === "text" || part.type === "operator" ? part.text : ""))
    .join("");
  reader.at = end;
  if (token.quote === "none")
    for (const _ of text.matchAll(/\*+/g)) count(reader, "wildcards", token.start, "wildcards");
  return { type: "scalar", text, quote: token.quote, position: token.start };
}

/** `env:prod` and `arn:aws:s3:::logs` are one bare value: where a value is read, signs without a blank belong to it. */
function valueEnd(reader: Reader, start: number, hasField: boolean): number {
  let end = start + 1;
  const first = reader.tokens[start];
  if (first?.type !== "text" || first.quote !== "none") return end;
  while (isGlued(reader.tokens[end], reader.tokens[end - 1])) end++;
  return hasField && end === start + 1 && /^now([+-]\d+[a-z])*$/i.test(first.text) ? dateMathEnd(reader, end) : end;
}

/** Date maths may have blanks in it: `now - 2w`, `now -2w + 1d`. */
function dateMathEnd(reader: Reader, start: number): number {
  const bare = (at: number) => {
    const token = reader.tokens[at];
    return token?.type === "text" && token.quote === "none" ? token.text : "";
  };
  let end = start;
  for (;;) {
    if (/^[+-]\d+[a-z]([+-]\d+[a-z])*$/i.test(bare(end))) end++;
    else if (/^[+-]$/.test(bare(end)) && /^\d+[a-z]([+-]\d+[a-z])*$/i.test(bare(end + 1))) end += 2;
    else return end;
  }
}

function isGlued(token: Token | undefined, before: Token | undefined): boolean {
  if (token === undefined || token.start !== before?.end) return false;
  return token.type === "operator" || (token.type === "text" && token.quote === "none");
}

function startsTerm(token: Token): boolean {
  return token.type === "text" || isMark(token, "(");
}

function deeper(reader: Reader, token: Token, parse: () => QueryNode): QueryNode {
  if (++reader.depth > limits.depth)
    throw new QueryError(
      `More than ${limits.depth} levels of brackets and NOT inside each other: leave out those that are not needed.`,
      token.start,
      { example: "(cloud:aws OR cloud:azure) AND NOT status:resolved" },
    );
  const node = parse();
  reader.depth--;
  return node;
}

const lighter = {
  terms: { advice: "ask in several queries", example: "riskScore:[70 .. 79] instead of one number after another" },
  freeTexts: { advice: "put words that belong together in quotes", example: '"remote code execution"' },
  wildcards: { advice: "use the beginning of a name, or a list", example: "cloud:[aws, azure]" },
};

function count(reader: Reader, what: keyof typeof lighter, position: number, name: string): void {
  if (++reader[what] <= limits[what]) return;
  const { advice, example } = lighter[what];
  throw new QueryError(`More than ${limits[what]} ${name} in one query: ${advice}.`, position, { example });
}

function expectClose(reader: Reader, open: Token, close: ")" | "]"): void {
  const token = peek(reader);
  if (!isMark(token, close)) {
    if (token.type !== "end") throw unexpected(reader, `"${close}"`);
    throw new QueryError(
      `The bracket that opens here is not closed: add ${close} behind what belongs into it.`,
      open.start,
      {
        example: close === ")" ? "(cloud:aws OR cloud:azure)" : "cloud:[aws, azure]",
      },
    );
  }
  reader.at++;
}

function peek(reader: Reader, ahead = 0): Token {
  return reader.tokens[Math.min(reader.at + ahead, reader.tokens.length - 1)]!;
}

function isMark(token: Token, mark: "(" | ")" | "[" | "]" | ","): boolean {
  return token.type === "mark" && token.text === mark;
}

function isWord(token: Token, word: string): boolean {
  return token.type === "text" && token.quote === "none" && token.text.toLowerCase() === word;
}

function unexpected(reader: Reader, wanted: string): QueryError {
  const token = peek(reader);
  const found =
    token.type === "end"
      ? "The query ends"
      : `Found ${token.type === "dots" ? '".."' : JSON.stringify(shown(token.text))}`;
  return new QueryError(`${found} where ${wanted} was expected.`, token.start, { example: exampleWith(token) });
}

/** A right use of the sign that stands in the wrong place. */
function exampleWith(token: Token): string {
  if (token.type === "dots") return "firstFound:[2026-01-01 .. 2026-01-31]";
  if (isMark(token, ",") || isMark(token, "[") || isMark(token, "]")) return "severity:[critical, high]";
  if (isMark(token, "(") || isMark(token, ")")) return "(cloud:aws OR cloud:azure) AND severity:high";
  return token.type === "text" ? 'title:"remote code"' : "severity:high AND status:open";
}
