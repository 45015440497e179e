import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { QueryError } from "../errors.ts";
import type { QueryNode, ScalarNode, ValueNode } from "./ast.ts";
import { limits } from "./limits.ts";
import { parseQuery } from "./parser.ts";
import { printQuery } from "./print.ts";

function withoutPositions(node: unknown): unknown {
  return JSON.parse(JSON.stringify(node, (key, value) => (key === "position" ? undefined : value)));
}

const position = fc.constant(0);
const character = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(..."abzAZ059*_-+/.@#$%&|!?;\\{}~^é日😀\u200f\u202e") },
  { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 1 }) },
);
/** What may stand in a bare word: no blank, no sign of the language. */
const isPlain = (text: string) => !/[\s"'`“„()[\],:=<>\0]|\.\.|!=/u.test(text) && text !== "";
const plain = fc.string({ unit: character, minLength: 1, maxLength: 8 }).filter(isPlain);

/** A value after an operator may also hold operators: `env:prod`, `arn:aws:s3:::logs`. */
const bareValue = fc
  .oneof(
    plain,
    fc.tuple(plain, fc.constantFrom(":", "=", "<", ">=", ":::"), plain).map((parts) => parts.join("")),
    fc.constantFrom("*", "not", "AND", "or", "is", "null", "now-2w", "now-1M+2d", "2026-01-01T10:00:00Z", "a:"),
  )
  // Two dots end a word, and so do a quote and a bracket.
  .filter((text) => !text.endsWith("!"));
/** A word by itself must be none of the language's own, and no NOT of another language. */
const bareWord = plain.filter((text) => !/^(and|or|not|&&?|\|\|?|!)$/i.test(text) && !/^!\w/.test(text));

const quoted = fc
  .tuple(fc.string({ unit: "binary", maxLength: 8 }), fc.constantFrom("double", "single", "backtick" as const))
  .filter(([text]) => !text.includes("\0"))
  .map(([text, quote]) => scalar(text, quote as ScalarNode["quote"]));

function scalar(text: string, quote: ScalarNode["quote"] = "none"): ScalarNode {
  return { type: "scalar", text, quote, position: 0 };
}

const anyValue = fc.oneof(
  bareValue.map((text) => scalar(text)),
  quoted,
);
const bound = fc.oneof(
  fc.constant(null),
  anyValue.filter(({ text, quote }) => quote !== "none" || text !== "*"),
);
const value: fc.Arbitrary<ValueNode> = fc.oneof(
  anyValue,
  fc.record({
    type: fc.constant("list" as const),
    values: fc.array(anyValue, { minLength: 1, maxLength: 3 }),
    position,
  }),
  fc.record({
    type: fc.constant("range" as const),
    from: bound,
    to: bound,
    isFromIncluded: fc.boolean(),
    isToIncluded: fc.boolean(),
    position,
  }),
);
const name = fc.oneof(
  fc.constantFrom("severity", "tags.name", "finding.firstFoundAt", "is", "null", "now", "_", "é"),
  plain.filter((text) => !/^(and|or|not|&&?|\|\|?|!)$/i.test(text) && !/^!\w/.test(text)),
);

const { node } = fc.letrec<{ node: QueryNode; leaf: QueryNode }>((tie) => ({
  leaf: fc.oneof(
    fc
      .record({ name, value, position, operator: fc.constantFrom(":", "=", ">", "<", ">=", "<=" as const) })
      .filter(({ operator, value: v }) => v.type === "scalar" || operator === ":" || operator === "=")
      .map((c) => ({ type: "compare", ...c }) as QueryNode),
    fc.record({ name, isNegated: fc.boolean(), position }).map((n) => ({ type: "null", ...n }) as QueryNode),
    fc
      .oneof(
        bareWord.map((text) => scalar(text)),
        quoted,
      )
      .map((v) => ({ type: "text", value: v }) as QueryNode),
  ),
  node: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    tie("leaf"),
    fc
      .tuple(fc.constantFrom("and", "or" as const), fc.array(tie("node"), { minLength: 2, maxLength: 4 }))
      .map(([type, nodes]) => flat(type as "and" | "or", nodes)),
    tie("node").map((child) => ({ type: "not", node: child }) as QueryNode),
    fc.record({ name, node: tie("node"), position }).map((nested) => ({ type: "nested", ...nested }) as QueryNode),
  ),
}));

/** As the parser does: an AND within an AND is one AND. */
function flat(type: "and" | "or", nodes: QueryNode[]): QueryNode {
  return { type, nodes: nodes.flatMap((child) => (child.type === type ? child.nodes : [child])) };
}

describe("printing and parsing agree", () => {
  test("every tree is printed as a text that is read as the same tree", () => {
    fc.assert(
      fc.property(node, (tree) => {
        const printed = printQuery(tree);
        fc.pre(isWithinLimits(printed));
        expect(withoutPositions(parseQuery(printed))).toEqual(withoutPositions(tree));
      }),
      { numRuns: 5000 },
    );
  });

  test("the empty query, which finds everything, is the empty text", () => {
    expect(printQuery(parseQuery("  "))).toBe("");
  });

  test("any text is read, or refused with a QueryError whose position lies in it; what is read prints to a fixed point", () => {
    const piece = fc.oneof(
      fc.constantFrom(..."( ) [ ] , : :: = >= < .. ... * AND or NOT is null empty now - -2w && ! != \\".split(" ")),
      fc.constantFrom('"', "'", "`", "“", "”", " ", "a", "severity", "tags.name", "2026-01-01", "\ud800", "😀"),
      fc.string({ maxLength: 4, unit: "binary" }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), fc.constantFrom("", " "), (pieces, glue) => {
        const text = pieces.join(glue);
        const tree = treeOrError(text);
        if (tree === null) return;
        const printed = printQuery(tree);
        expect(withoutPositions(parseQuery(printed))).toEqual(withoutPositions(tree));
        expect(printQuery(parseQuery(printed))).toBe(printed);
      }),
      { numRuns: 10_000 },
    );
  });
});

function treeOrError(text: string): QueryNode | null {
  try {
    return parseQuery(text);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    expect(error.position).toBeGreaterThanOrEqual(0);
    expect(error.position).toBeLessThanOrEqual(text.length);
    expect(error.example).toBeDefined();
    return null;
  }
}

function isWithinLimits(query: string): boolean {
  if (query.length > limits.length) return false;
  try {
    parseQuery(query);
    return true;
  } catch (error) {
    return !(error instanceof QueryError && error.message.startsWith("More than"));
  }
}
