import { bitsOf, type Code } from "./code.ts";
import { createMatcher, distanceOf, lengthOf } from "./matcher.ts";
import { distanceSymbols, endSymbol, lengthSymbols } from "./symbols.ts";

/**
 * Packs records with a dictionary and a code: what is deflate but for its header (`headerOf`), which would be the same
 * for every record. A record of 2.6 KB takes 15 µs where zlib takes 48, most of them for the dictionary, the code and a
 * state of 270 KB that the garbage collector has to find again.
 * The bytes begin with `number`; `null`: the text is too long.
 */
export function createDeflater(number: number, dictionary: Uint8Array, code: Code): (text: string) => Buffer | null {
  const match = createMatcher(dictionary);
  const literalBits = bitsOf(code.literals);
  const distanceBits = bitsOf(code.distances);
  // No symbol takes more than 15 bits, no repetition more than 48.
  const out = new Uint8Array(65_536 + 64);
  out[0] = number;

  return (text) => {
    const found = match(text);
    if (found === null) return null;
    const { tokens, count } = found;
    let size = 1;
    let bits = 0;
    let held = 0;
    const put = (value: number, length: number) => {
      bits |= value << held;
      held += length;
      while (held >= 8) {
        out[size++] = bits;
        bits >>>= 8;
        held -= 8;
      }
    };
    for (let i = 0; i < count; i++) {
      const token = tokens[i]!;
      const length = lengthOf(token);
      if (length === 0) put(literalBits[token]!, code.literals[token]!);
      else {
        const symbol = lengthSymbols.symbol[length]!;
        put(literalBits[symbol]!, code.literals[symbol]!);
        put(
          length - lengthSymbols.base[symbol - lengthSymbols.first]!,
          lengthSymbols.extra[symbol - lengthSymbols.first]!,
        );
        const distance = distanceOf(token);
        const far = distanceSymbols.symbol[distance]!;
        put(distanceBits[far]!, code.distances[far]!);
        put(distance - distanceSymbols.base[far]!, distanceSymbols.extra[far]!);
      }
    }
    put(literalBits[endSymbol]!, code.literals[endSymbol]!);
    put(0, 7);
    return Buffer.from(out.subarray(0, size));
  };
}
