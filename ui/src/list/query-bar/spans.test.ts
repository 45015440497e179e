import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { querySpans } from "./spans.ts";

/** `severity:high` as `field severity`, `operator :`, `value high`; blanks left out. */
function shownSpans(text: string): string[] {
  return querySpans(text).flatMap(({ kind, text: piece }) => (kind === "blank" ? [] : [`${kind} ${piece}`]));
}

const piece = fc.oneof(
  fc.constantFrom(..."( ) [ ] , : :: = >= < .. ... * AND or NOT is null empty now - -2w && ! != \\".split(" ")),
  fc.constantFrom('"', "'", "`", "“", "”", "\0", "\n", "a", "severity", "tags.name", "2026-01-01", "\ud800", "😀"),
  fc.string({ maxLength: 4, unit: "binary" }),
);
const anyText = fc
  .tuple(fc.array(piece, { maxLength: 30 }), fc.constantFrom("", " "))
  .map(([pieces, glue]) => pieces.join(glue));

describe("the colours of a query", () => {
  test("are of the whole text, whatever it is", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const spans = querySpans(text);
        expect(spans.map((span) => span.text).join("")).toBe(text);
        for (const span of spans) expect(text.startsWith(span.text, span.start)).toBe(true);
        expect(spans.every((span) => span.text !== "")).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  test("are of a text that is too long for a query, too", () => {
    const text = "severity:high OR ".repeat(400);
    expect(
      querySpans(text)
        .map((span) => span.text)
        .join(""),
    ).toBe(text);
  });

  test.each([
    ["severity:high", ["field severity", "operator :", "value high"]],
    ["openssl AND not kev", ["word openssl", "keyword AND", "keyword not", "word kev"]],
    ["region:us-* x", ["field region", "operator :", "value us-*", "word x"]],
    ["id:arn:aws:s3", ["field id", "operator :", "value arn", "value :", "value aws", "value :", "value s3"]],
    ["cloud is not null", ["field cloud", "keyword is", "keyword not", "keyword null"]],
    ["cloud:[aws, `a b`]", ["field cloud", "operator :", "mark [", "value aws", "mark ,", "quoted `a b`", "mark ]"]],
    ["cvss:(1 .. 5)", ["field cvss", "operator :", "mark (", "value 1", "operator ..", "value 5", "mark )"]],
    ["(a OR cve:x)", ["mark (", "word a", "keyword OR", "field cve", "operator :", "value x", "mark )"]],
    ["due < now - 2w y", ["field due", "operator <", "value now", "value -", "value 2w", "word y"]],
    ['title:"remote co', ["field title", "operator :", 'open "remote co']],
    ["tags:not", ["field tags", "operator :", "value not"]],
  ])("%j", (text, spans) => {
    expect(shownSpans(text)).toEqual(spans);
  });
});
