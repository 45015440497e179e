import { expect, test } from "vitest";
import { instant } from "../../../model.ts";
import { rawForms, readClock, readNumber, readProjects, readTags, readText, readTime } from "./read.ts";

test.each([
  ["2026-03-25T05:46:26.681576Z", "2026-03-25T05:46:26.681576Z"],
  ["2026-03-25T05:46:26Z", "2026-03-25T05:46:26Z"],
  ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"],
  ["2026-03-25T07:46:26+02:00", "2026-03-25T05:46:26.000Z"],
  ["2026-03-25 05:46:26+00:00", "2026-03-25T05:46:26.000Z"],
  ["0001-01-01T00:00:00Z", null],
  ["", null],
  [null, null],
  [undefined, null],
])("the time %s is read as %s", (value, time) => {
  expect(readClock({ at: value }, "at")).toBe(time);
});

test.each([
  "soon",
  "2026",
  "7",
  "2026-13-01T00:00:00Z",
  "2026-02-30T00:00:00Z",
  "2023-02-29T00:00:00Z",
  "2026-01-01T25:00:00Z",
  1767225600000,
  {},
  true,
])("%s is no time: refused as a clock, absent as anything else", (value) => {
  expect(() => readClock({ at: value }, "at")).toThrow(/at is not a time/);
  expect(readTime(value)).toBeNull();
});

test("times keep their digits, so that instants compare right where texts would not", () => {
  const [half, later] = [readTime("2026-01-01T00:00:00.5Z"), readTime("2026-01-01T00:00:00.51Z")];
  expect(instant(half)).toBeLessThan(instant(later)!);
});

test("what PostgreSQL cannot store is taken out of texts", () => {
  expect(readText("a\0b")).toBe("ab");
  expect(readText("a\ud800b")).toBe("a\ufffdb");
  expect(readText("")).toBeNull();
  expect(readText(12)).toBe("12");
  expect(readText(["a"])).toBeNull();
});

test.each([
  [{ env: "prod", Owner: "me" }, ["Owner:me", "env:prod"]],
  [
    [
      { key: "env", value: "prod" },
      { key: "bare", value: "" },
    ],
    ["bare", "env:prod"],
  ],
  [
    ["plain", { key: "env", value: "prod" }],
    ["env:prod", "plain"],
  ],
  [{ n: 1, yes: true, none: null, deep: { x: 1 } }, ["deep", "n:1", "none", "yes:true"]],
  [[{ key: null, value: "x" }, null, 7], ["7"]],
  [null, []],
  ["text", []],
])("the tags in %j are %j", (value, tags) => {
  expect(readTags(value)).toEqual(tags);
});

test("projects are sorted, each once, whatever else is in the list", () => {
  expect(readProjects([{ name: "b" }, null, { name: "a" }, { name: "b" }, {}])).toEqual(["a", "b"]);
  expect(readProjects(null)).toEqual([]);
});

test.each([
  [1.5, 1.5],
  ["9.8", 9.8],
  ["", null],
  ["high", null],
  [Number.NaN, null],
  [null, null],
])("the number in %s is %s", (value, number) => {
  expect(readNumber(value)).toBe(number);
});

test("the hash leaves out what moves, and neither what is kept nor the node shows it", () => {
  const text = '{"id":"1","seenAt":"2026-03-01T00:00:00Z","tags":["b","a"],"more":{"tags":["b","a"]}}';
  const forms = (json: string) => {
    const node = JSON.parse(json);
    const { raw, hash } = rawForms(node, { seenAt: undefined, tags: ["a", "b"], absent: undefined });
    expect(JSON.stringify(node)).toBe(json);
    expect(raw).toBe(json);
    return hash;
  };
  expect(forms(text.replace("2026", "2027").replace('"b","a"', '"a","b"'))).toBe(forms(text));
  expect(forms(text.replace('"1"', '"2"'))).not.toBe(forms(text));
});
