import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hostileText, hostileTexts } from "../../../test/hostile.ts";
import { beginning, jsonText, textParts } from "./text-parts.ts";

describe("textParts", () => {
  test("finds addresses and leaves what ends the sentence outside", () => {
    expect(textParts("See https://nvd.nist.gov/vuln/detail/CVE-2021-44228, or (http://example.com/a).")).toEqual([
      { text: "See " },
      {
        text: "https://nvd.nist.gov/vuln/detail/CVE-2021-44228",
        href: "https://nvd.nist.gov/vuln/detail/CVE-2021-44228",
      },
      { text: ", or (" },
      { text: "http://example.com/a", href: "http://example.com/a" },
      { text: ")." },
    ]);
  });

  test("links neither scripts nor data", () => {
    for (const text of ["javascript:alert(1)", "data:text/html,<b>", "vbscript:x", "file:///etc/passwd", "https://"])
      expect(textParts(text)).toEqual([{ text }]);
  });

  test("an address ends where a sign would turn the direction of writing", () => {
    const [link] = textParts("https://example.com/\u202egnp.exe");
    expect(link).toEqual({ text: "https://example.com/", href: "https://example.com/" });
  });

  test("loses no sign of any text, and takes markup for text", () => {
    const text = fc.array(fc.oneof(hostileText, fc.constantFrom("https://a.b/c", " ", "\n", "<img src=x onerror=1>")));
    fc.assert(
      fc.property(text, (pieces) => {
        const whole = pieces.join("");
        const parts = textParts(whole);
        expect(parts.map((part) => part.text).join("")).toBe(whole);
        for (const { href } of parts) if (href !== undefined) expect(href).toMatch(/^https?:\/\//i);
      }),
    );
  });

  test("reads a megabyte in no time", () => {
    const began = performance.now();
    textParts("https://".repeat(130_000));
    textParts("https://a.b/c ".repeat(70_000));
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe("beginning", () => {
  const limit = { characters: 100, lines: 4 };

  test("leaves short texts alone, also when they are a little too long", () => {
    expect(beginning("a b", limit)).toBe("a b");
    expect(beginning("x".repeat(119), limit)).toBe("x".repeat(119));
  });

  test("ends after so many lines, or between words", () => {
    expect(beginning("1\n2\n3\n4\n5\n6", limit)).toBe("1\n2\n3\n4");
    expect(beginning("word ".repeat(50), limit)).toBe("word ".repeat(20).trimEnd());
  });

  test("is a well-formed beginning of every well-formed text", () => {
    const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 400 }), fc.constantFrom(...hostileTexts));
    fc.assert(
      fc.property(text, (whole) => {
        const head = beginning(whole, { characters: 10, lines: 3 });
        expect(whole.startsWith(head)).toBe(true);
        if (whole.isWellFormed()) expect(head.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe("jsonText", () => {
  test("is the same JSON, with every sign that hides or turns written out", () => {
    const value = { name: "\u202eexe.\u202cgnp", "\u200bkey": ["\ufeff", "שלום", "👩‍👩‍👧", null, 1.5] };
    const text = jsonText(value);
    expect(JSON.parse(text)).toEqual(value);
    expect(text).toContain("\\u202e");
    expect(text).toContain("שלום");
    expect(text).not.toMatch(/[\u200b\u202e\ufeff]/u);
  });

  test("is the same JSON for every text", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(JSON.parse(jsonText({ text }))).toEqual({ text });
      }),
    );
  });
});
