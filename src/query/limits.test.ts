import { expect, test } from "vitest";
import { QueryError } from "../errors.ts";
import { limits } from "./limits.ts";
import { parseQuery } from "./parser.ts";

const many = (count: number, text: string) => Array<string>(count).fill(text);

/** What is counted, and a query with so many of it. */
const cases: [string, number, (count: number) => string][] = [
  ["characters", limits.length, (n) => "x".repeat(n)],
  ["levels of brackets", limits.depth, (n) => `${"(".repeat(n)}a${")".repeat(n)}`],
  ["levels of named groups", limits.depth, (n) => `${"a:(".repeat(n)}b:c${")".repeat(n)}`],
  ["levels of NOT", limits.depth, (n) => `${"NOT ".repeat(n)}a`],
  ["terms in a list", limits.terms, (n) => `a:[${many(n, "b")}]`],
  ["terms side by side", limits.terms, (n) => many(n, "a:b").join(" OR ")],
  ["terms that test for null", limits.terms, (n) => many(n, "a is null").join(" ")],
  ["words without a field", limits.freeTexts, (n) => many(n, "a").join(" ")],
  ["wildcards in many words", limits.wildcards, (n) => many(n, "a:b*").join(" ")],
  ["wildcards in one word", limits.wildcards, (n) => `a:${"b*".repeat(n)}`],
  ["wildcards without a field", limits.wildcards, (n) => "b*".repeat(n)],
];

test.each(cases)("%s: %i are allowed, and not one more", (what, limit, query) => {
  expect(() => parseQuery(query(limit))).not.toThrow();
  const [, unit = ""] = /(characters|levels|terms|words|wildcards)/.exec(what) ?? [];
  let error: unknown;
  try {
    parseQuery(query(limit + 1));
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(QueryError);
  expect((error as QueryError).message).toContain(String(limit));
  expect((error as QueryError).message).toContain(unit);
  expect((error as QueryError).example).toBeDefined();
  expect((error as QueryError).position).toBeLessThanOrEqual(query(limit + 1).length);
});

test("what closes again does not count as depth", () => {
  expect(() => parseQuery(many(limits.terms, "a:(b:c)").join(" "))).not.toThrow();
});

test("stars next to each other are one wildcard", () => {
  expect(() => parseQuery(`a:${"*".repeat(limits.wildcards + 1)}b`)).not.toThrow();
});
