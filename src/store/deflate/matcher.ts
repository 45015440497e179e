/** Deflate looks back so far (RFC 1951): dictionary and record together fit. */
const windowSize = 32_768;
const leastMatch = 4;
const mostMatch = 258;
const hashBits = 14;
/** Places in the dictionary that are tried for a match: four pack 10 % smaller than one, for 2 µs. */
const ways = 4;

/** A text as literal bytes and repetitions. */
export interface Tokens {
  /** A byte, or `length << 16 | distance`. */
  tokens: Uint32Array;
  count: number;
}

export const lengthOf = (token: number) => token >>> 16;
export const distanceOf = (token: number) => token & 0xffff;

/**
 * Finds what a text repeats of a dictionary or of itself. The dictionary is indexed once, not for every record as zlib
 * does it. The answer is good until the next call; `null`: the text is too long.
 */
export function createMatcher(dictionary: Uint8Array): (text: string) => Tokens | null {
  const start = dictionary.length;
  const room = windowSize - start;
  const window = Buffer.alloc(windowSize + leastMatch);
  window.set(dictionary);
  const known = indexDictionary(window, start);
  const recent = new Int32Array(1 << hashBits);
  const tokens = new Uint32Array(room);
  // What `recent` holds of texts before this one lies below this line: so it need not be emptied.
  let line = 0;

  return (text) => {
    if (text.length > room || Buffer.byteLength(text) > room) return null;
    const end = start + window.write(text, start);
    line += windowSize;
    if (line > 2 ** 30) {
      recent.fill(0);
      line = windowSize;
    }
    let count = 0;
    for (let i = start; i < end; ) {
      const hash = hashAt(window, i);
      let length = leastMatch - 1;
      let from = 0;
      const own = recent[hash]! - line;
      recent[hash] = line + i;
      if (own >= start) {
        const ownLength = repeated(window, own, i, end);
        if (ownLength > length) {
          length = ownLength;
          from = own;
        }
      }
      for (let way = hash * ways; way < (hash + 1) * ways; way++) {
        const place = known[way]!;
        if (place < 0) break;
        const placeLength = repeated(window, place, i, end);
        if (placeLength > length) {
          length = placeLength;
          from = place;
        }
      }
      if (length < leastMatch) tokens[count++] = window[i++]!;
      else {
        tokens[count++] = (length << 16) | (i - from);
        i += length;
      }
    }
    return { tokens, count };
  };
}

/** The newest places of each hash, `ways` of them, -1 where there is none. */
function indexDictionary(window: Uint8Array, length: number): Int32Array {
  const known = new Int32Array(ways << hashBits).fill(-1);
  for (let i = 0; i + leastMatch <= length; i++) {
    const first = hashAt(window, i) * ways;
    known.copyWithin(first + 1, first, first + ways - 1);
    known[first] = i;
  }
  return known;
}

function hashAt(bytes: Uint8Array, i: number): number {
  const four = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
  return Math.imul(four, 0x9e3779b1) >>> (32 - hashBits);
}

function repeated(bytes: Uint8Array, from: number, at: number, end: number): number {
  const most = Math.min(mostMatch, end - at);
  let length = 0;
  while (length < most && bytes[from + length] === bytes[at + length]) length++;
  return length;
}
