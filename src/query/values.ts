import { QueryError } from "../errors.ts";
import type { RangeNode, ScalarNode, ValueNode } from "./ast.ts";
import type { Bound, Test } from "./condition.ts";
import { dayOf, readDateMath, readSpan, type Span } from "./dates.ts";
import type { Field } from "./field.ts";
import type { Operator } from "./lexer.ts";
import { nearest } from "./names.ts";
import { containsPattern, escapeLike, spellings, wildcardPattern, wordsQuery } from "./patterns.ts";
import { shown } from "./shown.ts";

/**
 * What a comparison asks of a field's value; one of the tests must hold.
 * @throws QueryError where the value does not fit the field
 */
export function testsFor(field: Field, operator: Operator, value: ValueNode, now: number): Test[] {
  if (value.type === "list") return mergeEqual(value.values.map((scalar) => testEqual(field, operator, scalar, now)));
  if (value.type === "range") return [testRange(field, value, now)];
  if (operator === ":" || operator === "=") return [testEqual(field, operator, value, now)];
  const { from, to } = readSteps(field, value, now, operator);
  if (operator === ">") return [{ type: "range", from: { ...to, isIncluded: !to.isIncluded }, to: null }];
  if (operator === ">=") return [{ type: "range", from, to: null }];
  if (operator === "<") return [{ type: "range", from: null, to: { ...from, isIncluded: false } }];
  return [{ type: "range", from: null, to }];
}

/** `severity:[critical, high]` becomes one test, which an index can serve. */
function mergeEqual(tests: Test[]): Test[] {
  const values = tests.flatMap((test) => (test.type === "oneOf" ? test.values : []));
  const others = tests.filter((test) => test.type !== "oneOf");
  return values.length === 0 ? others : [{ type: "oneOf", values: [...new Set(values)] }, ...others];
}

function testEqual(field: Field, operator: Operator, scalar: ScalarNode, now: number): Test {
  if (scalar.quote === "none" && /^\*+$/.test(scalar.text)) return { type: "present" };
  const isWild = scalar.quote === "none" && scalar.text.includes("*");
  const isExact = scalar.quote === "backtick" || operator === "=";
  switch (field.type) {
    case "text":
      if (isWild) return { type: "like", pattern: wildcardPattern(scalar.text) };
      return { type: "like", pattern: isExact ? escapeLike(scalar.text) : containsPattern(scalar.text) };
    case "words":
      return { type: "words", query: wordsQuery(scalar.text.replaceAll("*", " "), scalar.quote === "none") };
    case "keyword":
    case "list":
      if (isWild) return { type: "like", pattern: wildcardPattern(scalar.text) };
      return { type: "oneOf", values: isExact ? [scalar.text] : spellings(scalar.text) };
    case "date": {
      const { from, to } = readDate(field, scalar, now);
      return { type: "range", from: timeBound(from, true), to: timeBound(to, false) };
    }
    case "enum":
      return { type: "oneOf", values: isWild ? readWords(field, scalar) : [readWord(field, scalar)] };
    default:
      return { type: "oneOf", values: [readValue(field, scalar)] };
  }
}

function testRange(field: Field, range: RangeNode, now: number): Test {
  const from = range.from === null ? null : readSteps(field, range.from, now, "..");
  const to = range.to === null ? null : readSteps(field, range.to, now, "..");
  if (from === null && to === null) return { type: "present" };
  return {
    type: "range",
    from: from && (range.isFromIncluded ? from.from : { ...from.to, isIncluded: !from.to.isIncluded }),
    to: to && (range.isToIncluded ? to.to : { ...to.from, isIncluded: false }),
  };
}

/** Where the value begins and where it ends: the same for a number, midnight to midnight for a day. */
function readSteps(field: Field, scalar: ScalarNode, now: number, operator: string): { from: Bound; to: Bound } {
  if (field.type === "date") {
    const math = scalar.quote === "backtick" ? null : readDateMath(scalar.text, now);
    if (math !== null) return { from: timeBound(math, true), to: timeBound(math, true) };
    const { from, to } = readDate(field, scalar, now);
    return { from: timeBound(from, true), to: timeBound(to, false) };
  }
  if (field.type !== "integer" && field.type !== "number" && field.isOrdered !== true)
    throw new QueryError(`${field.name} has no order, so "${operator}" says nothing of it: use ":".`, scalar.position, {
      example: field.example,
    });
  const value = readValue(field, scalar) as number;
  return { from: { value, isIncluded: true }, to: { value, isIncluded: true } };
}

function timeBound(ms: number, isIncluded: boolean): Bound {
  return { value: new Date(ms).toISOString(), isIncluded };
}

/** `now-2w` with ":" is the day that it falls on. */
function readDate(field: Field, scalar: ScalarNode, now: number): { from: number; to: number } {
  const math = readDateMath(scalar.text, now);
  const span: Span | null = math === null ? readSpan(scalar.text) : dayOf(math);
  if (span === null)
    throw new QueryError(
      `"${shown(scalar.text)}" is no date: write 2026-03-01, "2026-03-01T12:00:00Z" or now-2w (s m h d w M y).`,
      scalar.position,
      { example: field.example },
    );
  return { from: span.start, to: span.end };
}

function readValue(field: Field, scalar: ScalarNode): string | number | boolean {
  switch (field.type) {
    case "integer":
    case "number":
      return readNumber(field, scalar);
    case "boolean":
      return readBoolean(field, scalar);
    case "id":
      return readId(field, scalar);
    default:
      return readWord(field, scalar);
  }
}

function readNumber(field: Field, { text, position }: ScalarNode): number {
  if (/^[+-]?(\d{1,9}(\.\d{1,9})?|\.\d{1,9})$/.test(text)) return Number(text);
  throw new QueryError(`${field.name} is a number of at most 9 digits, "${shown(text)}" is none.`, position, {
    example: field.example,
  });
}

const booleans: Record<string, boolean> = { true: true, yes: true, "1": true, false: false, no: false, "0": false };

function readBoolean(field: Field, { text, position }: ScalarNode): boolean {
  const value = Object.hasOwn(booleans, text.toLowerCase()) ? booleans[text.toLowerCase()] : undefined;
  if (value === undefined)
    throw new QueryError(`${field.name} is true or false, not "${shown(text)}".`, position, {
      example: field.example,
    });
  return value;
}

function readId(field: Field, { text, position }: ScalarNode): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text.toLowerCase();
  throw new QueryError(`${field.name} is a UUID, "${shown(text)}" is none.`, position, { example: field.example });
}

/** `"Container Image"`, `container-image` and `CONTAINER_IMAGE` are one word. */
function readWord(field: Field, { text, position }: ScalarNode): string | number {
  const words = field.words ?? {};
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
  const value = Object.hasOwn(words, word) ? words[word] : undefined;
  if (value !== undefined) return value;
  throw noWord(field, text, position, nearest(word, Object.keys(words)));
}

/** `status:re*` is one of the words that begin so. */
function readWords(field: Field, { text, position }: ScalarNode): (string | number)[] {
  const parts = text
    .toLowerCase()
    .split(/\*+/)
    .map((part) => part.replace(/[^a-z0-9_]/g, "_"));
  const pattern = new RegExp(`^${parts.join(".*")}$`);
  const values = Object.entries(field.words ?? {}).flatMap(([word, value]) => (pattern.test(word) ? [value] : []));
  if (values.length === 0) throw noWord(field, text, position, undefined);
  return [...new Set(values)];
}

function noWord(field: Field, text: string, position: number, suggestion: string | undefined): QueryError {
  const words = mainWords(field).join(", ");
  return new QueryError(`"${shown(text)}" is no ${field.name}: it is one of ${words}.`, position, {
    suggestion,
    example: field.example,
  });
}

/** The words of an enum without their other spellings: the first for each stored value. */
export function mainWords(field: Field): string[] {
  const seen = new Map<string | number, string>();
  for (const [word, value] of Object.entries(field.words ?? {}))
    if (!seen.has(value) && !/^\d+$/.test(word)) seen.set(value, word);
  return [...seen.values()];
}
