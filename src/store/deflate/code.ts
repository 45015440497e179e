/**
 * A Huffman code for deflate (RFC 1951), frozen with a dictionary: what zlib would work out and write down anew for
 * every record stands in a file once.
 */
export interface Code {
  /** How many bits each of the 286 symbols for bytes, the end and lengths takes. */
  literals: Uint8Array;
  /** How many bits each of the 30 symbols for distances takes. */
  distances: Uint8Array;
}

const literalCount = 286;
const distanceCount = 30;

/** Reads a code from its file: two lines, a hexadecimal digit for each symbol's bits. */
export function parseCode(file: string): Code {
  const [literals = "", distances = ""] = file.split("\n");
  const read = (line: string) => Uint8Array.from(line, (digit) => Number.parseInt(digit, 16));
  return { literals: read(literals), distances: read(distances) };
}

export function printCode({ literals, distances }: Code): string {
  const print = (lengths: Uint8Array) => Array.from(lengths, (length) => length.toString(16)).join("");
  return `${print(literals)}\n${print(distances)}\n`;
}

/** The bits of each symbol as they stand in the stream, the first bit lowest. */
export function bitsOf(lengths: Uint8Array): Uint16Array {
  const bits = new Uint16Array(lengths.length);
  let next = 0;
  for (let length = 1; length <= 15; length++) {
    for (let symbol = 0; symbol < lengths.length; symbol++)
      if (lengths[symbol] === length) bits[symbol] = reversed(next++, length);
    next <<= 1;
  }
  return bits;
}

function reversed(value: number, length: number): number {
  let result = 0;
  for (let i = 0; i < length; i++) result |= ((value >> i) & 1) << (length - 1 - i);
  return result;
}

/**
 * The beginning of a deflate stream that has this code: what a packed record lacks for zlib to read it. It ends with a
 * whole byte, so that the record's bits follow.
 */
export function headerOf({ literals, distances }: Code): Buffer {
  const bits: string[] = [];
  const put = (value: number, length: number) =>
    bits.push(...value.toString(2).padStart(length, "0").split("").reverse());
  // Three empty blocks of ten bits make the whole come out even.
  for (let i = 0; i < 3; i++) put(0b010, 10);
  put(0b101, 3);
  put(literalCount - 257, 5);
  put(distanceCount - 1, 5);
  put(19 - 4, 4);
  // The lengths themselves take four bits each: 16, 17 and 18, which would repeat some, have no code.
  for (let i = 0; i < 19; i++) put(i < 3 ? 0 : 4, 3);
  // Huffman codes stand with their first bit first, all else with its last.
  for (const length of [...literals, ...distances]) put(reversed(length, 4), 4);
  const bytes = Buffer.alloc(bits.length / 8);
  for (const [i, bit] of bits.entries()) bytes[i >> 3]! |= Number(bit) << (i & 7);
  return bytes;
}

/** A code in which frequent symbols are short and none is missing or longer than 15 bits. */
export function trainCode(counts: { literals: ArrayLike<number>; distances: ArrayLike<number> }): Code {
  return { literals: huffmanLengths(counts.literals), distances: huffmanLengths(counts.distances) };
}

function huffmanLengths(counts: ArrayLike<number>): Uint8Array {
  for (let floor = 1; ; floor *= 2) {
    const lengths = unlimitedLengths(Array.from(counts, (count) => Math.max(count, floor)));
    if (Math.max(...lengths) <= 15) return lengths;
  }
}

function unlimitedLengths(counts: readonly number[]): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const trees = counts.map((count, symbol) => ({ count, symbols: [symbol] }));
  while (trees.length > 1) {
    trees.sort((a, b) => b.count - a.count);
    const [a, b] = [trees.pop()!, trees.pop()!];
    const symbols = [...a.symbols, ...b.symbols];
    for (const symbol of symbols) lengths[symbol]!++;
    trees.push({ count: a.count + b.count, symbols });
  }
  return lengths;
}
