import { describe, expect, test } from "vitest";
import { QueryError } from "../errors.ts";
import type { ScalarNode } from "./ast.ts";
import { parseQuery } from "./parser.ts";

const scalar = (text: string, quote: ScalarNode["quote"] = "none") => ({ type: "scalar", text, quote });
const compare = (name: string, value: object, operator = ":") => ({ type: "compare", name, operator, value });
const free = (text: string, quote: ScalarNode["quote"] = "none") => ({ type: "text", value: scalar(text, quote) });

/** The tree without positions. */
function treeOf(query: string): unknown {
  return withoutPositions(parseQuery(query));
}

function withoutPositions(node: unknown): unknown {
  return JSON.parse(JSON.stringify(node, (key, value) => (key === "position" ? undefined : value)));
}

function errorOf(query: string): QueryError {
  try {
    parseQuery(query);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`${query} was read without an error`);
}

describe("what is read", () => {
  test.each<[string, unknown]>([
    ["", { type: "all" }],
    ["  ", { type: "all" }],
    ["openssl", free("openssl")],
    ['"two words"', free("two words", "double")],
    ['tags.name:"Wiz"', compare("tags.name", scalar("Wiz", "double"))],
    ["a : b", compare("a", scalar("b"))],
    ["a:'it\\'s'", compare("a", scalar("it's", "single"))],
    ["a:`x\\y`", compare("a", scalar("x\\y", "backtick"))],
    ['a:"\\\\"', compare("a", scalar("\\", "double"))],
    ["a>=5", compare("a", scalar("5"), ">=")],
    ["a:>=5", compare("a", scalar("5"), ">=")],
    ["a = b", compare("a", scalar("b"), "=")],
    ["tags:env:prod", compare("tags", scalar("env:prod"))],
    ["id:arn:aws:s3:::logs", compare("id", scalar("arn:aws:s3:::logs"))],
    ["a:b=c>d", compare("a", scalar("b=c>d"))],
    ["a:not", compare("a", scalar("not"))],
    ["10.10.10.10", free("10.10.10.10")],
    ["a:*dev*", compare("a", scalar("*dev*"))],
    ["a:[b, 'c d']", compare("a", { type: "list", values: [scalar("b"), scalar("c d", "single")] })],
    ["a is null", { type: "null", name: "a", isNegated: false }],
    ["a IS NOT NULL", { type: "null", name: "a", isNegated: true }],
    ["a is empty", { type: "null", name: "a", isNegated: false }],
    ["a is Not Empty", { type: "null", name: "a", isNegated: true }],
    ["tags.name:“Wiz”", compare("tags.name", scalar("Wiz", "double"))],
    ["„two words“", free("two words", "double")],
    ["a > now - 2w", compare("a", scalar("now-2w"), ">")],
    ["a > now -2w + 1d", compare("a", scalar("now-2w+1d"), ">")],
    ["a:now x", { type: "and", nodes: [compare("a", scalar("now")), free("x")] }],
    ["now -2w", { type: "and", nodes: [free("now"), free("-2w")] }],
    ["a:(b:c)", { type: "nested", name: "a", node: compare("b", scalar("c")) }],
  ])("%s", (query, tree) => {
    expect(treeOf(query)).toEqual(tree);
  });

  test.each([
    ["a:[1 .. 5]", true, true],
    ["a:(1..5)", false, false],
    ["a:[1...5)", true, false],
    ["a:(1 ... 5]", false, true],
  ])("%s is a range, with two dots or three", (query, isFromIncluded, isToIncluded) => {
    const range = { type: "range", from: scalar("1"), to: scalar("5"), isFromIncluded, isToIncluded };
    expect(treeOf(query)).toEqual(compare("a", range));
  });

  test("a range may be open on a side, and hold times and date maths", () => {
    expect(treeOf("a:[* .. now-2w]")).toMatchObject({ value: { from: null, to: { text: "now-2w" } } });
    expect(treeOf("a:[now - 2w .. now - 1s]")).toMatchObject({
      value: { from: { text: "now-2w" }, to: { text: "now-1s" } },
    });
    expect(treeOf("a:[2026-01-01T10:00:00Z .. *]")).toMatchObject({
      value: { from: { text: "2026-01-01T10:00:00Z" }, to: null },
    });
  });

  test("NOT binds closer than AND, AND closer than OR, in any case; side by side is AND", () => {
    const [a, b, c, d] = ["a", "b", "c", "d"].map((text) => free(text));
    expect(treeOf("a or not b And c d")).toEqual({
      type: "or",
      nodes: [a, { type: "and", nodes: [{ type: "not", node: b }, c, d] }],
    });
    expect(treeOf("(a OR b) AND c")).toEqual({ type: "and", nodes: [{ type: "or", nodes: [a, b] }, c] });
    expect(treeOf("a AND (b AND c)")).toEqual({ type: "and", nodes: [a, b, c] });
  });

  test("a quoted AND is a text", () => {
    expect(treeOf('a "AND" b')).toEqual({ type: "and", nodes: [free("a"), free("AND", "double"), free("b")] });
  });
});

describe("what is refused, and where", () => {
  test.each([
    ["a AND", 5, "query ends"],
    ["a AND OR b", 6, "OR needs a term"],
    ["OR b", 0, "OR needs a term"],
    ["(a", 0, "add )"],
    ["a)", 1, 'Found ")"'],
    ["()", 1, 'Found ")"'],
    ['a:"b', 2, "not closed"],
    ["a:", 2, "query ends"],
    ["a:[b", 2, "add ]"],
    ["a:[]", 3, "a value"],
    ["a:[1 .. ]", 8, "a value"],
    ["a > [1, 2]", 4, "takes one value"],
    ["a ,b", 2, 'Found ","'],
    ["a .. b", 2, 'Found ".."'],
    ["x \0", 2, "NUL"],
    ["a && b", 2, "Did you mean AND?"],
    ["a || b", 2, "Did you mean OR?"],
    ["a:1 | b:2", 4, "Did you mean OR?"],
    ["!a:b", 0, "Did you mean NOT?"],
    ["a != b", 2, "Did you mean NOT?"],
    ["a!=b", 1, "Did you mean NOT?"],
  ])("%s", (query, position, message) => {
    const error = errorOf(query);
    expect(error.message).toContain(message);
    expect(error.position).toBe(position);
  });
});
