import { describe, expect, test } from "vitest";
import type { Completion, Suggestion } from "../../api/query-language.ts";
import { type Answer, carriedOver, insertion, offersOf } from "./completions.ts";

function answered(text: string, completion: Partial<Completion>, caret = text.length): Answer {
  return { asked: { text, caret }, from: 0, to: caret, field: null, suggestions: [], ...completion };
}

function suggested(kind: Suggestion["kind"], ...texts: string[]): Suggestion[] {
  return texts.map((text) => ({ kind, text, description: "" }));
}

function at(text: string) {
  return { text, caret: text.length };
}

describe("an answer is carried over", () => {
  const answer = answered("x AND s", { from: 6, to: 7, suggestions: suggested("field", "severity:", "status:") });

  test("while the same word is written on", () => {
    const carried = carriedOver(answer, at("x AND se"))!;
    expect(carried.suggestions.map(({ text }) => text)).toEqual(["severity:"]);
    expect([carried.from, carried.to]).toEqual([6, 8]);
  });

  test.each(["x AND s ", "x AND s:", "y AND se", "x AND", "x AND a"])("and not for %j", (text) => {
    expect(carriedOver(answer, at(text))).toBeNull();
  });

  test("nor when the text behind it changed", () => {
    expect(carriedOver(answered("s x", { to: 1 }, 1), { text: "se y", caret: 2 })).toBeNull();
  });
});

describe("what is offered", () => {
  test("are the language's words with their counts, then what else the data holds", () => {
    const answer = answered("severity:", {
      from: 9,
      field: "severity",
      suggestions: suggested("value", "high", "low"),
    });
    const values = [
      { value: "high", count: 7, isPartial: true },
      { value: "odd one", count: 1, isPartial: true },
      { value: null, count: 3, isPartial: true },
    ];
    expect(offersOf(answer, values).map(({ text, count }) => [text, count])).toEqual([
      ["high", 7],
      ["low", undefined],
      ["`odd one`", 1],
    ]);
  });

  test("are values that begin with what is written before those that hold it", () => {
    const answer = answered('tags:"env', { from: 5, field: "tags" });
    const values = ["my-env", "env:prod", "other"].map((value) => ({ value, count: 1, isPartial: false }));
    expect(offersOf(answer, values).map(({ text }) => text)).toEqual(["`env:prod`", "my-env"]);
  });

  test("is not what stands there already", () => {
    expect(offersOf(answered("severity:high", { from: 9, suggestions: suggested("value", "high") }), [])).toEqual([]);
    const inField = answered("severity:x", { from: 0, to: 8, suggestions: suggested("field", "severity:") }, 8);
    expect(offersOf(inField, [])).toEqual([]);
  });
});

describe("what is taken", () => {
  const taken = (text: string, kind: Suggestion["kind"], offer: string, completion: Partial<Completion> = {}) => {
    const edit = insertion({ kind, text: offer, description: "" }, answered(text, completion));
    return text.slice(0, edit.from) + edit.text + text.slice(edit.to);
  };

  test("stands apart from what is before it", () => {
    expect(taken("sev", "field", "severity:")).toBe("severity:");
    expect(taken('"a"', "word", "AND", { from: 3 })).toBe('"a" AND ');
    expect(taken("severity ", "operator", ">=", { from: 9 })).toBe("severity >= ");
    expect(taken("severity ", "operator", ":", { from: 9 })).toBe("severity:");
    expect(taken("due ", "operator", "is null", { from: 4 })).toBe("due is null");
    expect(taken('tags:"en', "value", "`env:prod`", { from: 5 })).toBe("tags:`env:prod`");
    expect(taken("cloud:[aws,", "value", "gcp", { from: 11 })).toBe("cloud:[aws,gcp");
  });

  test("makes no second colon", () => {
    expect(taken("sev:high", "field", "severity:", { from: 0, to: 3 })).toBe("severity:high");
  });
});
