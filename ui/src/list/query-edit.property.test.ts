import fc from "fast-check";
import { expect, test } from "vitest";
import { QueryError } from "../../../src/errors.ts";
import type { QueryNode, ScalarNode, ValueNode } from "../../../src/query/ast.ts";
import { parseQuery } from "../../../src/query/parser.ts";
import { clearTerm, type TermValue, termState, withoutTerm, withTerm } from "./query-edit.ts";

/** Every record that there can be of two fields with a few values each. */
const values: TermValue[] = ["a", "b", "c d", null];
const records = values.flatMap((cloud) => values.map((account) => ({ cloud, account })));
type RecordOf = (typeof records)[number];

/** Whether a query finds a record: the plain meaning of the language, for the queries below. */
function finds(node: QueryNode, record: RecordOf): boolean {
  switch (node.type) {
    case "all":
      return true;
    case "and":
      return node.nodes.every((one) => finds(one, record));
    case "or":
      return node.nodes.some((one) => finds(one, record));
    case "not":
      return !finds(node.node, record);
    case "null":
      return (fieldOf(record, node.name) === null) !== node.isNegated;
    case "compare":
      return isAmong(fieldOf(record, node.name), node.value);
    case "nested":
      return finds(inField(node.node, node.name), record);
    case "text":
      return Object.values(record).includes(node.value.text);
  }
}

/** `cloud:(a OR b)` asks the same as `cloud:a OR cloud:b`. */
function inField(node: QueryNode, name: string): QueryNode {
  if (node.type === "text") return { type: "compare", name, operator: ":", value: node.value, position: 0 };
  if (node.type === "not") return { type: "not", node: inField(node.node, name) };
  if (node.type === "and" || node.type === "or") return { ...node, nodes: node.nodes.map((one) => inField(one, name)) };
  return node;
}

function fieldOf(record: RecordOf, name: string): TermValue {
  return record[name.toLowerCase().replace("finding.", "") as keyof RecordOf];
}

function isAmong(value: TermValue, wanted: ValueNode): boolean {
  if (wanted.type === "range" || value === null) return false;
  const scalars: ScalarNode[] = wanted.type === "list" ? wanted.values : [wanted];
  return scalars.some(({ text }) => text === value);
}

const name = fc.constantFrom("cloud", "account", "Cloud", "finding.cloud");
const scalar = fc.constantFrom("a", "b", '"a"', "`c d`", "'c d'");
const leaf = fc.oneof(
  fc.tuple(name, fc.constantFrom(":", " = "), scalar).map((parts) => parts.join("")),
  fc.tuple(name, fc.array(scalar, { minLength: 1, maxLength: 3 })).map(([n, list]) => `${n}:[${list.join(",")}]`),
  fc.tuple(name, fc.array(scalar, { minLength: 1, maxLength: 3 })).map(([n, list]) => `${n}:(${list.join(" OR ")})`),
  fc.tuple(name, fc.constantFrom("is null", "is not null", "is  empty")).map((parts) => parts.join(" ")),
  scalar,
);
const { query } = fc.letrec<{ query: string }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc
      .tuple(tie("query"), fc.constantFrom(" AND ", " and ", "  ", " OR "), tie("query"))
      .map((parts) => parts.join("")),
    tie("query").map((inner) => `NOT ${inner}`),
    tie("query").map((inner) => `( ${inner})`),
  ),
}));
const anyQuery = fc.oneof({ weight: 9, arbitrary: query }, fc.constantFrom("", "  "));
const field = fc.constantFrom("cloud", "account");
const value = fc.constantFrom(...values);

function found(text: string): RecordOf[] {
  const tree = parseQuery(text);
  return records.filter((record) => finds(tree, record));
}

const runs = { numRuns: 1500 };

test("a value that is asked for is seen so, what is found has it or another that was asked for, and taking it back leaves the query as it was", () => {
  fc.assert(
    fc.property(anyQuery, field, value, (text, name, wanted) => {
      fc.pre(termState(text, name, wanted) === null);
      const widened = withTerm(text, name, wanted);
      expect(termState(widened, name, wanted)).toBe("in");
      const before = found(text);
      for (const record of found(widened))
        expect(before.includes(record) || record[name as keyof RecordOf] === wanted).toBe(true);
      expect(found(clearTerm(widened, name, wanted))).toEqual(before);
    }),
    runs,
  );
});

test("a value that is kept out is seen so, nothing that is found has it, and taking it back leaves the query as it was", () => {
  fc.assert(
    fc.property(anyQuery, field, value, (text, name, wanted) => {
      fc.pre(termState(text, name, wanted) === null);
      const narrowed = withoutTerm(text, name, wanted);
      expect(termState(narrowed, name, wanted)).toBe("out");
      const before = found(text);
      const expected = before.filter((record) => record[name as keyof RecordOf] !== wanted);
      expect(found(narrowed)).toEqual(expected);
      expect(found(clearTerm(narrowed, name, wanted))).toEqual(before);
    }),
    runs,
  );
});

test("any edits after each other leave a query that can be read and says what was asked last", () => {
  const edit = fc.tuple(fc.constantFrom("in", "out", "clear"), field, value);
  fc.assert(
    fc.property(anyQuery, fc.array(edit, { minLength: 1, maxLength: 6 }), (text, edits) => {
      let now = text;
      for (const [how, name, wanted] of edits) {
        const how2 = { in: withTerm, out: withoutTerm, clear: clearTerm }[how]!;
        now = how2(now, name, wanted);
        expect(() => parseQuery(now)).not.toThrow();
        expect(termState(now, name, wanted)).toBe(how === "clear" ? null : how);
      }
    }),
    runs,
  );
});

test("whatever is written, an edit throws nothing, and keeps what could not be read", () => {
  const piece = fc.oneof(
    fc.constantFrom(..."( ) [ ] , : = >= .. * AND or NOT is null \" ' ` a cloud tags.name".split(" ")),
    fc.string({ maxLength: 4, unit: "binary" }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.constantFrom("", " "), (pieces, glue) => {
      const text = pieces.join(glue);
      const edited = withTerm(text, "cloud", "zz");
      if (isReadable(text)) expect(isReadable(edited)).toBe(true);
      else if (text.trim() !== "") expect(edited).toContain(text);
    }),
    runs,
  );
});

function isReadable(text: string): boolean {
  try {
    parseQuery(text);
    return true;
  } catch (error) {
    if (error instanceof QueryError) return false;
    throw error;
  }
}
