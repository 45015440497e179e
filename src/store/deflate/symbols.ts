/** Deflate writes a length or distance as a symbol for its range and extra bits for the place in it (RFC 1951 3.2.5). */
interface Symbols {
  /** The number of the first symbol. */
  first: number;
  /** The symbol of every value. */
  symbol: Uint16Array;
  /** The least value of each symbol, counted from the first. */
  base: Uint16Array;
  /** The extra bits of each symbol, counted from the first. */
  extra: Uint8Array;
}

export const endSymbol = 256;

const lengthExtras = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5];
const distanceExtras = [0, 0, 0, 0, ...Array.from({ length: 26 }, (_, i) => 1 + (i >> 1))];

export const lengthSymbols = withLongest(symbolsOf({ first: 257, least: 3, most: 257, extras: lengthExtras }));
export const distanceSymbols = symbolsOf({ first: 0, least: 1, most: 32_768, extras: distanceExtras });

function symbolsOf(range: { first: number; least: number; most: number; extras: readonly number[] }): Symbols {
  const { first, most, extras } = range;
  const symbol = new Uint16Array(most + 2);
  const base = new Uint16Array(extras.length + 1);
  let next = range.least;
  for (const [i, extra] of extras.entries()) {
    base[i] = next;
    for (const end = next + (1 << extra); next < end; next++) symbol[next] = first + i;
  }
  return { first, symbol, base, extra: Uint8Array.from([...extras, 0]) };
}

/** The longest length has a symbol of its own. */
function withLongest(symbols: Symbols): Symbols {
  symbols.symbol[258] = 285;
  symbols.base[28] = 258;
  return symbols;
}
