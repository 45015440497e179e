import fc from "fast-check";

const many = (text: string, count: number) => text.repeat(count);

/** Texts that have broken programs: quotes, wildcards, SQL, formats, far ends of numbers and of the calendar. */
export const hostileTexts: readonly string[] = [
  ...[
    "'",
    '"',
    "`",
    "\\",
    "\\'",
    "''",
    "%",
    "_",
    "\\%",
    "*",
    "**",
    "$1",
    "$$",
    "#{x}",
    "?",
    "?|",
    ":",
    "::text",
    ";",
    "--",
  ],
  ...[
    "'); drop table finding; --",
    "' or '1'='1",
    "1; select pg_sleep(9)",
    "/* */",
    "{a,b}",
    "{}",
    "[1,2]",
    "(1)",
    "\\N",
  ],
  ...[
    "a & b",
    "a | !b",
    "a <-> b",
    "a:*",
    "a:ABCD",
    "'a' & 'b'",
    "!",
    "(",
    ")",
    "((((",
    "]",
    "[",
    ",",
    ".",
    "..",
    "...",
  ],
  ...["\0", "\u0001", "\t", "\n", "\r\n", "\u00a0", "\u2028", "\ufeff", "\ufffe", "\ud800", "\udc00x", "\u{10ffff}"],
  ...["\u202eabc", "שלום", "مرحبا", "日本語", "é", "e\u0301", "ß", "İ", "ǅ", "👩‍👩‍👧", "🏳️‍🌈", "…", "“", "”"],
  ...[
    "0",
    "-0",
    "-1",
    "1e308",
    "1e-400",
    "NaN",
    "Infinity",
    "-Infinity",
    "0x10",
    "1_000",
    "٣",
    "2147483648",
    "9007199254740993",
  ],
  ...[many("9", 40), many("9", 400), "1.000000001", ".5", "5.", "+5", "--5", "1,5"],
  ...[
    "0000",
    "0001-01-01",
    "9999",
    "9999-12-31",
    "10000-01-01",
    "2026-02-30",
    "2026-13",
    "+275760-09-13",
    "-0001-01-01",
  ],
  ...[
    "9999-12-31T23:59:59.999999999Z",
    "0001-01-01T00:00+23:59",
    "2026-01-01T00:00-99:99",
    "infinity",
    "epoch",
    "yesterday",
  ],
  ...[
    "now",
    "now-1M",
    "now+999999999y",
    "now-999999999s",
    many("now-1d", 30),
    `now${many("-1d+1d", 100)}`,
    "now-0M",
    "now - 1d",
  ],
  ...["null", "true", "undefined", "constructor", "__proto__", "toString", "hasOwnProperty", "and", "or", "not", "is"],
  ...[
    many("x", 3000),
    many("日", 1000),
    many("x y ", 500),
    many("\\", 99),
    many("%", 99),
    many("*x", 30),
    many("a\u0301", 200),
  ],
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...hostileTexts) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 12 }) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...hostileTexts), { maxLength: 3 }).map((texts) => texts.join("")) },
);

/** Bytes as somebody's broken client sends them. */
export const randomBytes: fc.Arbitrary<string> = fc
  .uint8Array({ maxLength: 300 })
  .map((bytes) => Buffer.from(bytes).toString("latin1"));

/** A good text with pieces of it left out, doubled or replaced by hostile ones. */
export function mutated(good: readonly string[]): fc.Arbitrary<string> {
  const change = fc.record({ at: fc.nat(1000), cut: fc.nat(6), put: fc.oneof(hostileText, fc.constantFrom(...good)) });
  return fc.tuple(fc.constantFrom(...good), fc.array(change, { minLength: 1, maxLength: 4 })).map(([text, changes]) =>
    changes.reduce((old, { at, cut, put }) => {
      const start = at % (old.length + 1);
      return old.slice(0, start) + put + old.slice(start + cut);
    }, text),
  );
}
