/** Chance that follows from a seed, so that a run which failed can be had again. */
export interface Random {
  /** From 0 up to, not including, 1. */
  fraction(): number;
  between(from: number, to: number): number;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Some of a list, `count` at most, each once, in the list's order. */
  some<T>(list: readonly T[], count: number): T[];
  /** Letters and digits. */
  text(length: number): string;
  /** Another chance, the same for the same name whatever was drawn from this one. */
  fork(name: string): Random;
}

const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

export function createRandom(seed: string): Random {
  let state = hash(seed);
  const fraction = () => {
    // Mulberry32: 32 bits of state, good enough to choose what to break.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from: number, to: number) => from + Math.floor(fraction() * (to - from + 1));
  return {
    fraction,
    whole,
    between: (from, to) => from + fraction() * (to - from),
    chance: (probability) => fraction() < probability,
    pick: (list) => list[whole(0, list.length - 1)]!,
    some(list, count) {
      const left = list.map((_, index) => index);
      const chosen = Array.from({ length: Math.min(count, left.length) }, () =>
        left.splice(whole(0, left.length - 1), 1),
      );
      return chosen
        .flat()
        .sort((a, b) => a - b)
        .map((index) => list[index]!);
    },
    text: (length) => Array.from({ length }, () => alphabet[whole(0, alphabet.length - 1)]).join(""),
    fork: (name) => createRandom(`${seed} ${name}`),
  };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value;
}
