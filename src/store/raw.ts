import { readFileSync } from "node:fs";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { StreamName } from "../model.ts";
import { headerOf, parseCode } from "./deflate/code.ts";
import { createDeflater } from "./deflate/deflater.ts";

/**
 * What the source sent is kept as bytes: one that says how it was packed, then deflate (RFC 1951). A dictionary of sample
 * records of the stream makes it four to six times smaller; alone, a record shrinks to half. From 1 on: with a stream's
 * dictionary. From 11 on: with its dictionary and its code, and without the header that the code makes the same for every
 * record. Neither is ever changed once released, or what was packed with it could not be read: better ones get the next
 * numbers.
 */
const numbers: Record<StreamName, number> = {
  vulnerabilities: 1,
  misconfigurations: 2,
  issues: 3,
  detections: 4,
  assets: 5,
};
const withCode = 10;

/** Set in the first byte when the source was asked without some fields, so that what is absent says nothing. */
const reducedBit = 0x80;

interface Packing {
  number: number;
  dictionary: Buffer;
  header: Buffer;
  deflate: (json: string) => Buffer | null;
}

const packings = new Map<StreamName, Packing>();

/** Read and indexed when it is first used: 2 ms each. */
function packingOf(stream: StreamName): Packing {
  const known = packings.get(stream);
  if (known !== undefined) return known;
  const number = numbers[stream];
  const file = (ending: string) =>
    readFileSync(new URL(`./raw-dictionary/${number}-${stream}.${ending}`, import.meta.url));
  const dictionary = file("txt");
  const code = parseCode(file("code").toString());
  const deflate = createDeflater(number + withCode, dictionary, code);
  const packing = { number, dictionary, header: headerOf(code), deflate };
  packings.set(stream, packing);
  return packing;
}

/** Compresses the JSON of a record. */
export function packRaw(json: string, stream: StreamName, isReduced = false): Buffer {
  const { number, dictionary, deflate } = packingOf(stream);
  let packed = deflate(json);
  // A record that is long, or written in letters that the samples lack, is worth a code of its own.
  if (packed === null || packed.length > json.length / 2)
    packed = Buffer.concat([Buffer.from([number]), deflateRawSync(json, { dictionary })]);
  if (isReduced) packed[0]! |= reducedBit;
  return packed;
}

/** The record as the source sent it. @throws Error when a newer Weir packed it in a way that this one does not know */
export function unpackRaw(packed: Buffer): unknown {
  const number = (packed[0] ?? 0) & ~reducedBit;
  const stream = (Object.keys(numbers) as StreamName[]).find((name) => numbers[name] === number % withCode);
  if (stream === undefined || number >= 2 * withCode)
    throw new Error(`There is no dictionary ${number}: a newer version of Weir stored this record`);
  const { dictionary, header } = packingOf(stream);
  const body = packed.subarray(1);
  const deflated = number > withCode ? Buffer.concat([header, body]) : body;
  return JSON.parse(inflateRawSync(deflated, { dictionary }).toString("utf8"));
}

/** Whether the source was asked for the record without some fields. */
export function isReducedRaw(packed: Buffer): boolean {
  return ((packed[0] ?? 0) & reducedBit) !== 0;
}
