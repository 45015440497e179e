import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { constants, deflateRaw, inflateRawSync } from "node:zlib";

/**
 * What the source sent is kept as bytes: one byte that names the dictionary, then raw deflate (RFC 1951). A shared
 * dictionary of sample records makes it several times smaller; compressing each value alone would gain little.
 * A dictionary is never changed once released: a better one gets the next number.
 */
const dictionaries: readonly (Buffer | undefined)[] = [
  undefined,
  readFileSync(new URL("./raw-dictionary-1.txt", import.meta.url)),
];
const current = dictionaries.length - 1;

const deflateAsync = promisify<Buffer, object, Buffer>(deflateRaw);

/** Compresses the JSON of a record off the main thread; the result is base64, as `writeBatch` takes it. */
export async function packRaw(raw: unknown): Promise<string> {
  const dictionary = dictionaries[current];
  const body = await deflateAsync(Buffer.from(JSON.stringify(raw)), {
    level: 5,
    strategy: constants.Z_DEFAULT_STRATEGY,
    ...(dictionary === undefined ? {} : { dictionary }),
  });
  return Buffer.concat([Buffer.from([current]), body]).toString("base64");
}

/** The record as the source sent it. */
export function unpackRaw(packed: Buffer): unknown {
  const dictionary = dictionaries[packed[0] ?? 0];
  return JSON.parse(
    inflateRawSync(packed.subarray(1), dictionary === undefined ? {} : { dictionary }).toString("utf8"),
  );
}
