import { describe, expect, test } from "vitest";
import { QueryError } from "../../../../src/errors.ts";
import { parseQuery } from "../../../../src/query/parser.ts";
import { bareMessage, correction, isUnfinished, placeOf, stillStands } from "./problems.ts";

function problemOf(query: string): QueryError {
  try {
    parseQuery(query);
  } catch (error) {
    if (error instanceof QueryError) return error;
  }
  throw new Error(`${query} can be read`);
}

function marked(text: string, position: number): string {
  const { from, to } = placeOf(text, position);
  return text.slice(from, to);
}

function corrected(text: string, position: number, suggestion: string): string {
  const edit = correction(text, { message: "", position, suggestion })!;
  return text.slice(0, edit.from) + edit.text + text.slice(edit.to);
}

test("the message is shown without what stands beside it", () => {
  const error = new QueryError('There is no field "x".', 0, { suggestion: "cve", example: "cve:CVE-2021-44228" });
  expect(bareMessage({ ...error, suggestion: "cve", example: "cve:CVE-2021-44228", message: error.message })).toBe(
    'There is no field "x".',
  );
});

test("what is marked is the word at the place, the open quote, or nothing at the end", () => {
  expect(marked("sevrity:high", 0)).toBe("sevrity");
  expect(marked('title:"remote code', 6)).toBe('"remote code');
  expect(marked("a AND ", 6)).toBe("");
});

describe("a correction", () => {
  test.each([
    ["sevrity:high x", 0, "severity", "severity:high x"],
    ["a && b", 2, "AND", "a AND b"],
    ["!kev:true", 0, "NOT", "NOT kev:true"],
    ["asset:(nme:x)", 7, "asset.name", "asset:(name:x)"],
    ["asset:(name:x) nme:y", 15, "asset.name", "asset:(name:x) asset.name:y"],
  ])("of %j at %i to %s is %j", (text, position, suggestion, result) => {
    expect(corrected(text, position, suggestion)).toBe(result);
  });
});

describe("nobody is told of a mistake while still writing", () => {
  const isQuiet = (text: string, position = problemOf(text).position, caret = text.length) =>
    isUnfinished(text, caret, position);

  test.each(["severity:", "a AND ", "(a OR b", 'title:"remote', "severity:[critical, hi", "a NOT"])("%j", (text) => {
    expect(isQuiet(text)).toBe(true);
  });

  test("the value that is being written may still become right, its field not", () => {
    expect(isQuiet("severity:hgh", 9)).toBe(true);
    expect(isQuiet("severity:hgh ", 9)).toBe(false);
    expect(isQuiet("sevrity:hi", 0)).toBe(false);
    expect(isQuiet("id:arn:aws", 3)).toBe(true);
  });

  test("elsewhere in the text they are", () => {
    expect(isQuiet("(a OR b", 0, 2)).toBe(false);
    expect(isQuiet("severity:hgh AND x", 9)).toBe(false);
    expect(isQuiet("severity > [a] x", 11)).toBe(false);
  });
});

test("a problem stands while nothing up to its place changes", () => {
  const problem = { message: "", position: 0 };
  expect(stillStands(problem, "sevrity:high", "sevrity:high x")).toBe(true);
  expect(stillStands(problem, "sevrity:high", "severity:high x")).toBe(false);
  expect(stillStands(problem, "sevrity", "sevrityy")).toBe(false);
});
