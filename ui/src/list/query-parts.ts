import { QueryError } from "../../../src/errors.ts";
import type { QueryNode } from "../../../src/query/ast.ts";
import { type Token, tokenize } from "../../../src/query/lexer.ts";
import { parseQuery } from "../../../src/query/parser.ts";
import { printQuery } from "../../../src/query/print.ts";

/** One of the conditions that must all hold, in its writer's own words. */
export interface QueryPart {
  node: QueryNode;
  text: string;
  /** What stands between it and the part before it. */
  glue: string;
}

const and = " AND ";

/** Cuts a query at the ANDs that are in no bracket. `null`: it cannot be read. */
export function partsOf(query: string): QueryPart[] | null {
  const tree = treeOf(query);
  if (tree === null) return null;
  if (tree.type === "all") return [];
  if (tree.type !== "and") return [{ node: tree, text: query.trim(), glue: "" }];
  return asWritten(query, tree.nodes) ?? tree.nodes.map((node, at) => newPart(node, at === 0));
}

export function newPart(node: QueryNode, isFirst = false): QueryPart {
  const text = node.type === "or" ? `(${printQuery(node)})` : printQuery(node);
  return { node, text, glue: isFirst ? "" : and };
}

export function joinParts(parts: readonly QueryPart[]): string {
  if (parts.length === 1) return withoutBrackets(parts[0]!);
  return parts.map(({ node, text, glue }, at) => (at === 0 ? "" : glue || and) + bracketed(node, text)).join("");
}

/** An OR that was alone needs brackets beside another condition. */
function bracketed(node: QueryNode, text: string): string {
  return node.type === "or" && treeOf(`${text} ${text}`)?.type !== "and" ? `(${text})` : text;
}

function withoutBrackets({ node, text, glue }: QueryPart): string {
  return node.type === "or" && glue !== "" ? printQuery(node) : text;
}

function treeOf(query: string): QueryNode | null {
  try {
    return parseQuery(query);
  } catch (error) {
    if (error instanceof QueryError) return null;
    throw error;
  }
}

/** The text of each condition. `null`: brackets hold several of them, so that they cannot be taken apart. */
function asWritten(query: string, nodes: readonly QueryNode[]): QueryPart[] | null {
  const tokens = tokenize(query);
  const places = nodes.map((node) => placeOf(tokens, node));
  const parts = nodes.map((node, at) => {
    const { start, separator } = places[at]!;
    const next = places[at + 1];
    const end = next === undefined ? tokens.length - 2 : next.separator - 1;
    const glueStart = separator === 0 ? 0 : tokens[separator - 1]!.end;
    const text = query.slice(tokens[start]!.start, tokens[Math.max(start, end)]!.end);
    return { node, text, glue: query.slice(glueStart, tokens[start]!.start) };
  });
  return parts.every(({ node, text }) => isSame(treeOf(text), node)) ? parts : null;
}

/** The token with which a condition begins, with its NOTs and brackets, and the AND before it where one is written. */
function placeOf(tokens: readonly Token[], node: QueryNode): { start: number; separator: number } {
  const position = positionOf(node);
  let start = tokens.findIndex((token) => token.start === position);
  let nots = notsBefore(node);
  for (; start > 0; start--) {
    const before = tokens[start - 1]!;
    if (isWord(before, "not") && nots > 0) nots--;
    else if (before.type !== "mark" || before.text !== "(") break;
  }
  return { start, separator: start > 0 && isWord(tokens[start - 1]!, "and") ? start - 1 : start };
}

function positionOf(node: QueryNode): number {
  switch (node.type) {
    case "all":
      return 0;
    case "and":
    case "or":
      return positionOf(node.nodes[0]!);
    case "not":
      return positionOf(node.node);
    case "text":
      return node.value.position;
    default:
      return node.position;
  }
}

function notsBefore(node: QueryNode): number {
  if (node.type === "not") return 1 + notsBefore(node.node);
  return node.type === "and" || node.type === "or" ? notsBefore(node.nodes[0]!) : 0;
}

function isWord(token: Token, word: string): boolean {
  return token.type === "text" && token.quote === "none" && token.text.toLowerCase() === word;
}

function isSame(a: QueryNode | null, b: QueryNode): boolean {
  return a !== null && withoutPositions(a) === withoutPositions(b);
}

function withoutPositions(node: QueryNode): string {
  return JSON.stringify(node, (key, value: unknown) => (key === "position" ? undefined : value));
}
