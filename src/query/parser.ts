import { QueryError } from "../errors.ts";
import type { ListNode, QueryNode, RangeNode, ScalarNode, ValueNode } from "./ast.ts";
import { type Token, tokenize } from "./lexer.ts";
import { limits } from "./limits.ts";

/**
 * Reads a query: `NOT` binds closer than `AND`, `AND` closer than `OR`; terms side by side are joined by AND.
 * @throws QueryError with the position of what cannot be read
 */
export function parseQuery(text: string): QueryNode {
  const reader: Reader = { tokens: tokenize(text), at: 0, depth: 0, terms: 0, freeTexts: 0, wildcards: 0 };
  if (peek(reader).type === "end") return { type: "all" };
  const node = parseOr(reader);
  if (peek(reader).type !== "end") throw unexpected(peek(reader), "AND, OR or the end of the query");
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
  if (token.type !== "text") throw unexpected(token, "a word, a field such as severity:high, or (");
  if (isWord(token, "and") || isWord(token, "or"))
    throw new QueryError(`${token.text} needs a term on both sides; put it in quotes to search for it`, token.start);
  if (token.quote === "none") {
    if (peek(reader, 1).type === "operator") return parseComparison(reader, token);
    const nullTest = parseNullTest(reader, token);
    if (nullTest !== null) return nullTest;
  }
  count(reader, "freeTexts", token.start, "words without a field");
  return { type: "text", value: parseScalar(reader) };
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

/** `asset.owner is null`, `asset.owner is not null`. */
function parseNullTest(reader: Reader, name: Token & { type: "text" }): QueryNode | null {
  if (!isWord(peek(reader, 1), "is")) return null;
  const isNegated = isWord(peek(reader, 2), "not");
  const length = isNegated ? 4 : 3;
  if (!isWord(peek(reader, length - 1), "null")) return null;
  count(reader, "terms", name.start, "terms");
  reader.at += length;
  return { type: "null", name: name.text, isNegated, position: name.start };
}

function parseValue(reader: Reader, operator: Token & { type: "operator" }): ValueNode {
  const token = peek(reader);
  if (!isMark(token, "(") && !isMark(token, "[")) return parseScalar(reader);
  if (operator.text !== ":" && operator.text !== "=")
    throw new QueryError(`${operator.text} takes one value; a list or a range is written after ":"`, token.start);
  if (isRangeAhead(reader)) return parseRange(reader);
  if (isMark(token, "[")) return parseList(reader);
  throw unexpected(token, "a value");
}

/** Whether `..` comes after the first value in the bracket that is open here. */
function isRangeAhead(reader: Reader): boolean {
  const first = peek(reader, 1);
  return first.type === "text" && reader.tokens[valueEnd(reader, reader.at + 1)]?.type === "dots";
}

function parseRange(reader: Reader): RangeNode {
  const open = peek(reader);
  reader.at++;
  const from = parseBound(reader);
  if (peek(reader).type !== "dots") throw unexpected(peek(reader), '".."');
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
  if (token.type === "text" && token.quote === "none" && token.text === "*") {
    reader.at++;
    return null;
  }
  return parseScalar(reader);
}

function parseList(reader: Reader): ListNode {
  const open = peek(reader);
  reader.at++;
  const values = [parseScalar(reader)];
  while (isMark(peek(reader), ",")) {
    reader.at++;
    values.push(parseScalar(reader));
  }
  expectClose(reader, open, "]");
  return { type: "list", values, position: open.start };
}

function parseScalar(reader: Reader): ScalarNode {
  const token = peek(reader);
  if (token.type !== "text") throw unexpected(token, 'a value such as high or "two words"');
  count(reader, "terms", token.start, "terms");
  const end = valueEnd(reader, reader.at);
  const text = reader.tokens
    .slice(reader.at, end)
    .map((part) => (part.type === "text" || part.type === "operator" ? part.text : ""))
    .join("");
  reader.at = end;
  if (token.quote === "none" && text.includes("*")) count(reader, "wildcards", token.start, "wildcards");
  return { type: "scalar", text, quote: token.quote, position: token.start };
}

/** `env:prod` and `arn:aws:s3:::logs` are one bare value: where a value is read, signs without a blank belong to it. */
function valueEnd(reader: Reader, start: number): number {
  let end = start + 1;
  const first = reader.tokens[start];
  if (first?.type === "text" && first.quote !== "none") return end;
  while (isGlued(reader.tokens[end], reader.tokens[end - 1])) end++;
  return end;
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
    throw new QueryError(`More than ${limits.depth} levels inside each other`, token.start);
  const node = parse();
  reader.depth--;
  return node;
}

function count(reader: Reader, what: "terms" | "freeTexts" | "wildcards", position: number, name: string): void {
  if (++reader[what] > limits[what]) throw new QueryError(`More than ${limits[what]} ${name} in one query`, position);
}

function expectClose(reader: Reader, open: Token, close: ")" | "]"): void {
  const token = peek(reader);
  if (!isMark(token, close)) {
    if (token.type !== "end") throw unexpected(token, `"${close}"`);
    throw new QueryError(`The bracket that opens here is not closed: add ${close}`, open.start);
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

function unexpected(token: Token, wanted: string): QueryError {
  const found =
    token.type === "end" ? "The query ends" : `Found ${token.type === "dots" ? '".."' : JSON.stringify(token.text)}`;
  return new QueryError(`${found} where ${wanted} was expected`, token.start);
}
