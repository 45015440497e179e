import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hostileText } from "../../../test/hostile.ts";
import { codeParts, textLines } from "./text-lines.ts";

const shape = (text: string) => textLines(text).map(({ type, mark, text: one }) => [type, mark, one]);

describe("textLines", () => {
  test("headings, items and fences are seen at the beginning of a line", () => {
    expect(shape("### Remediation\n1. Open it.\n  * Turn it off.\n```\n# no heading\n```\nDone # not")).toEqual([
      ["heading", "", "Remediation"],
      ["item", "1.", "Open it."],
      ["item", "•", "Turn it off."],
      ["code", "", "# no heading"],
      ["plain", "", "Done # not"],
    ]);
    expect(textLines("    - deep")[0]?.depth).toBe(2);
  });

  test("what only looks like Markdown stays", () => {
    for (const text of ["#1 of 10", "-5 is less", "*bold*", "3.0.14 fixes it", "-", "<h1>x</h1>", "[a](javascript:x)"])
      expect(shape(text)).toEqual([["plain", "", text]]);
  });

  test("a fence that is never closed loses nothing", () => {
    expect(shape("a\n```sh\nrm -rf\n- b")).toEqual([
      ["plain", "", "a"],
      ["code", "", "rm -rf"],
      ["code", "", "- b"],
    ]);
  });

  test("no word of any text is lost", () => {
    const letters = (text: string) => text.replaceAll(/[^\p{L}]/gu, "");
    const text = fc
      .array(fc.oneof(hostileText, fc.constantFrom("\n", "# ", "- ", "1. ", "`")))
      .map((all) => all.join(""));
    fc.assert(
      fc.property(text, (whole) => {
        const lines = textLines(whole);
        if (!/^\s*(`{3,}|~{3,})/mu.test(whole))
          expect(letters(lines.map((line) => line.text).join(""))).toBe(letters(whole));
      }),
    );
  });
});

describe("codeParts", () => {
  test("what stands between backticks is code", () => {
    expect(codeParts("Expected `a.b`: `false`")).toEqual([
      { text: "Expected ", isCode: false },
      { text: "a.b", isCode: true },
      { text: ": ", isCode: false },
      { text: "false", isCode: true },
    ]);
  });

  test("single and doubled backticks stay", () => {
    expect(codeParts("a ` b")).toEqual([{ text: "a ` b", isCode: false }]);
    expect(codeParts("``")).toEqual([{ text: "``", isCode: false }]);
  });
});
