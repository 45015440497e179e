import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { QueryError } from "../errors.ts";
import type { QueryNode, ScalarNode, ValueNode } from "./ast.ts";
import { limits } from "./limits.ts";
import { parseQuery } from "./parser.ts";
import { printQuery } from "./print.ts";

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
  ])("%s", (query, position, message) => {
    const error = errorOf(query);
    expect(error.message).toContain(message);
    expect(error.position).toBe(position);
  });

  test("too much of anything: length, depth, terms, words, wildcards", () => {
    expect(errorOf("x".repeat(limits.length + 1)).message).toContain("4096 are allowed");
    expect(errorOf("(".repeat(limits.depth + 1)).message).toContain("levels");
    expect(errorOf(`${"NOT ".repeat(limits.depth + 1)}a`).message).toContain("levels");
    expect(errorOf(`a:[${Array(limits.terms + 1).fill("b")}]`).message).toContain("terms");
    expect(errorOf("a ".repeat(limits.freeTexts + 1)).message).toContain("words without a field");
    expect(errorOf("a:b* ".repeat(limits.wildcards + 1)).message).toContain("wildcards");
    expect(parseQuery(`${"(".repeat(limits.depth)}a${")".repeat(limits.depth)}`)).toMatchObject({ type: "text" });
  });
});

const word = fc.stringMatching(/^[a-zA-Z0-9*_][a-zA-Z0-9*_/-]{0,6}$/).filter((w) => !/^(and|or|not|is)$/i.test(w));
const bare = word.map((text) => ({ ...scalar(text), position: 0 }) as ScalarNode);
const quoted = fc
  .tuple(fc.string({ maxLength: 8 }), fc.constantFrom("double", "single", "backtick" as const))
  .filter(([text]) => !text.includes("\0"))
  .map(([text, quote]) => ({ type: "scalar", text, quote, position: 0 }) as ScalarNode);
const anyScalar = fc.oneof(bare, quoted);
const bound = fc.oneof(
  fc.constant(null),
  anyScalar.filter(({ text, quote }) => quote !== "none" || text !== "*"),
);
const value: fc.Arbitrary<ValueNode> = fc.oneof(
  anyScalar,
  fc.record({
    type: fc.constant("list" as const),
    values: fc.array(anyScalar, { minLength: 1, maxLength: 3 }),
    position: fc.constant(0),
  }),
  fc.record({
    type: fc.constant("range" as const),
    from: bound,
    to: bound,
    isFromIncluded: fc.boolean(),
    isToIncluded: fc.boolean(),
    position: fc.constant(0),
  }),
);
const name = fc.stringMatching(/^[a-z]{1,5}(\.[a-z]{1,4})?$/).filter((w) => !/^(and|or|not|is)$/.test(w));
const position = fc.constant(0);

const { node } = fc.letrec<{ node: QueryNode; leaf: QueryNode }>((tie) => ({
  leaf: fc.oneof(
    fc
      .record({ name, value, position, operator: fc.constantFrom(":", "=", ">", "<", ">=", "<=" as const) })
      .filter(({ operator, value: v }) => v.type === "scalar" || operator === ":" || operator === "=")
      .map((c) => ({ type: "compare", ...c }) as QueryNode),
    fc.record({ name, isNegated: fc.boolean(), position }).map((n) => ({ type: "null", ...n }) as QueryNode),
    anyScalar.map((v) => ({ type: "text", value: v }) as QueryNode),
  ),
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie("leaf"),
    fc
      .tuple(fc.constantFrom("and", "or" as const), fc.array(tie("node"), { minLength: 2, maxLength: 4 }))
      .map(([type, nodes]) => flat(type as "and" | "or", nodes)),
    tie("node").map((child) => ({ type: "not", node: child }) as QueryNode),
    fc
      .tuple(name, tie("node"))
      .map(([n, child]) => ({ type: "nested", name: n, node: child, position: 0 }) as QueryNode),
  ),
}));

function flat(type: "and" | "or", nodes: QueryNode[]): QueryNode {
  return { type, nodes: nodes.flatMap((child) => (child.type === type ? child.nodes : [child])) };
}

describe("for every query", () => {
  test("what is printed is read as the same tree", () => {
    fc.assert(
      fc.property(node, (tree) => {
        const printed = printQuery(tree);
        fc.pre(printed.length <= limits.length && isWithinLimits(printed));
        expect(treeOf(printed)).toEqual(withoutPositions(tree));
      }),
      { numRuns: 2000 },
    );
  });

  test("any text is read, or refused with a QueryError whose position lies in it", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "AND",
        "or",
        "NOT",
        "is",
        "null",
        ":",
        "..",
        "...",
        "[",
        "]",
        "(",
        ")",
        ",",
        ">=",
        "<",
        "*",
        "now",
      ),
      fc.constantFrom('"', "'", "`", "\\", " ", "a", "severity", "tags.name", "2026-01-01", "\ud800", "😀"),
      fc.string({ maxLength: 4, unit: "binary" }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), fc.constantFrom("", " "), (pieces, glue) => {
        const text = pieces.join(glue);
        try {
          const printed = printQuery(parseQuery(text));
          expect(printQuery(parseQuery(printed))).toBe(printed);
        } catch (error) {
          if (!(error instanceof QueryError)) throw error;
          expect(error.position).toBeGreaterThanOrEqual(0);
          expect(error.position).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 5000 },
    );
  });
});

function isWithinLimits(query: string): boolean {
  try {
    parseQuery(query);
    return true;
  } catch (error) {
    return !(error instanceof QueryError && error.message.startsWith("More than"));
  }
}
