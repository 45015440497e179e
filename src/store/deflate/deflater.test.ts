import { inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Code, headerOf, parseCode, printCode, trainCode } from "./code.ts";
import { createDeflater } from "./deflater.ts";

const dictionary = Buffer.from('{"id":"","status":"OPEN","name":"CVE-2024-3094","list":[1,2,3]}'.repeat(3));
const evenCode = trainCode({ literals: new Array(286).fill(1), distances: new Array(30).fill(1) });

function inflate(packed: Buffer | null, code: Code = evenCode): string {
  return inflateRawSync(Buffer.concat([headerOf(code), packed!.subarray(1)]), { dictionary }).toString();
}

describe("a packed text", () => {
  test("begins with its number", () => {
    expect(createDeflater(7, dictionary, evenCode)("{}")?.[0]).toBe(7);
  });

  test("is what zlib unpacks, whatever it holds", () => {
    const deflate = createDeflater(1, dictionary, evenCode);
    const piece = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom('"status":"OPEN"', "CVE-2024-3094", "aaaaaaaaaaaaaaaa"),
      fc.nat(700).map((n) => "ab".repeat(n)),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join("");
        expect(inflate(deflate(text))).toBe(Buffer.from(text).toString());
      }),
      { numRuns: 300 },
    );
  });

  test.each([0, 1, 2, 3, 4, 5])("may have %d bytes", (length) => {
    const text = "statu".slice(0, length);
    expect(inflate(createDeflater(1, dictionary, evenCode)(text))).toBe(text);
  });

  test("may fill the window to its last byte, and not one more", () => {
    const deflate = createDeflater(1, dictionary, evenCode);
    const room = 32_768 - dictionary.length;
    // The repetition reaches from the end of the window to its beginning.
    const text = `${"x".repeat(room - 30)}{"id":"","status":"OPEN","name"`.slice(0, room);
    expect(inflate(deflate(text))).toBe(text);
    expect(deflate("x".repeat(room + 1))).toBeNull();
    expect(deflate("ü".repeat(room / 2 + 1))).toBeNull();
  });

  test("does not depend on what was packed before it", () => {
    const deflate = createDeflater(1, dictionary, evenCode);
    const first = deflate('{"id":"one two three"}');
    deflate("another text that is longer than the first: one two three four");
    expect(deflate('{"id":"one two three"}')).toEqual(first);
  });

  test("is small where the dictionary knows it", () => {
    const code = trainCode({ literals: new Array(286).fill(1), distances: new Array(30).fill(1) });
    const packed = createDeflater(1, dictionary, code)('{"id":"","status":"OPEN","name":"CVE-2024-3094"');
    expect(packed!.length).toBeLessThan(10);
  });
});

describe("a code", () => {
  const counts = (seed: number) => ({
    literals: Array.from({ length: 286 }, (_, i) => (i * seed) % 97 ** 2),
    distances: Array.from({ length: 30 }, (_, i) => 2 ** (i % seed)),
  });

  test.each([1, 7, 29, 31])("of any counts has all symbols, in 15 bits at most, and zlib takes it (%d)", (seed) => {
    const code = trainCode(counts(seed));
    for (const lengths of [code.literals, code.distances]) {
      expect(Math.min(...lengths)).toBeGreaterThan(0);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(15);
    }
    const text = "Any text: ünï 🦆, over and over and over and over";
    expect(inflate(createDeflater(1, dictionary, code)(text), code)).toBe(text);
  });

  test("gives the frequent symbol fewer bits", () => {
    const { literals } = trainCode({ literals: counts(1).literals.with(65, 1e6), distances: counts(1).distances });
    expect(literals[65]).toBeLessThan(literals[66]!);
  });

  test("comes back from its file", () => {
    const code = trainCode(counts(7));
    expect(parseCode(printCode(code))).toEqual(code);
  });
});
