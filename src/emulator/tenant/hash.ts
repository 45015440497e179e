/** A well-mixed 32-bit number out of three; the same three always give the same, so nothing needs to be remembered. */
export function mix(key: number, index: number, salt: number): number {
  let h = Math.imul(index ^ key, 0xcc9e2d51);
  h = Math.imul((h << 15) | (h >>> 17), 0x1b873593) ^ Math.imul(salt + 0x9e3779b9, 0x85ebca6b);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> 0;
}

/** Between 0 (included) and 1 (excluded). */
export function fraction(key: number, index: number, salt: number): number {
  return mix(key, index, salt) / 4294967296;
}

/** An integer from 0 to `below - 1`. */
export function pickIndex(key: number, index: number, salt: number, below: number): number {
  return Math.floor((mix(key, index, salt) / 4294967296) * below);
}

export function pick<T>(key: number, index: number, salt: number, from: readonly T[]): T {
  return from[pickIndex(key, index, salt, from.length)] as T;
}

/** A 32-bit key out of a word and a seed. */
export function keyOf(word: string, seed: number): number {
  let h = seed | 0;
  for (let i = 0; i < word.length; i++) h = mix(h, word.charCodeAt(i), i);
  return h >>> 0;
}

const hex4 = Array.from({ length: 65_536 }, (_, n) => n.toString(16).padStart(4, "0"));

/** Eight hexadecimal digits. */
export function hex8(n: number): string {
  return hex4[n >>> 16]! + hex4[n & 0xffff]!;
}

const mulA = 0x2c1b3c6d;
const mulB = 0x297a2d39;
const inverseA = inverseOf(mulA);
const inverseB = inverseOf(mulB);

/** The inverse of an odd number modulo 2^32 (Newton's method doubles the right bits each round). */
function inverseOf(odd: number): number {
  let x = odd;
  for (let round = 0; round < 5; round++) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x;
}

/** Scrambles 32 bits without collisions, so that the first digits of an id lead back to the index. */
export function scramble(key: number, index: number): number {
  let x = (index ^ key) | 0;
  x ^= x >>> 16;
  x = Math.imul(x, mulA);
  x ^= x >>> 15;
  x = Math.imul(x, mulB);
  return (x ^ (x >>> 16)) >>> 0;
}

function unscramble(key: number, scrambled: number): number {
  let x = scrambled | 0;
  x ^= x >>> 16;
  x = Math.imul(x, inverseB);
  x = x ^ (x >>> 15) ^ (x >>> 30);
  x = Math.imul(x, inverseA);
  x ^= x >>> 16;
  return (x ^ key) >>> 0;
}

/** The id of a record: a UUID that is a pure function of key and index. */
export function uuid(key: number, index: number): string {
  const a = scramble(key, index);
  // Turned keys: otherwise two keys with the right difference would make the same id of two indices.
  const b = mix((key << 7) | (key >>> 25), index, 0xb0b);
  const c = mix((key << 13) | (key >>> 19), index, 0xc0c);
  return (
    `${hex8(a)}-${hex4[b >>> 16]}-${hex4[0x5000 | (b & 0xfff)]}-` +
    `${hex4[0x8000 | (c & 0x3fff)]}-${hex4[c >>> 16]}${hex8(a ^ b ^ c)}`
  );
}

/** The index that an id was made of, or -1 when this key never made it. */
export function indexOfUuid(key: number, id: string, size: number): number {
  const head = Number.parseInt(id.slice(0, 8), 16);
  if (Number.isNaN(head)) return -1;
  const index = unscramble(key, head);
  return index < size && uuid(key, index) === id ? index : -1;
}
