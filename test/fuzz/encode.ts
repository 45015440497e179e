import fc from "fast-check";

/** Bytes as a text of one character each. */
export function latin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/** Percent-encoded, or as bytes that no URL holds: only what a client can still send in a request line. */
export function encoded(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(text, fc.boolean())
    .map(([value, isRaw]) =>
      (isRaw ? latin1(value).replaceAll(/[^!-"$-~\x80-\xff]/g, "%") : percent(value)).slice(0, 4000),
    );
}

export function percent(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
