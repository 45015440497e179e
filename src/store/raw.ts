import { readFileSync } from "node:fs";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { StreamName } from "../model.ts";

/**
 * What the source sent is kept as bytes: one byte that names the dictionary (its lower seven bits), then raw deflate (RFC 1951). A dictionary
 * of sample records of the stream makes it four to six times smaller; alone, a record shrinks to half.
 * A dictionary is never changed once released, or what was packed with it could not be read: a better one gets the
 * next number.
 */
const dictionaries = new Map<number, Buffer>(
  ["1-vulnerabilities", "2-misconfigurations", "3-issues", "4-detections", "5-assets"].map((name) => [
    Number.parseInt(name, 10),
    readFileSync(new URL(`./raw-dictionary/${name}.txt`, import.meta.url)),
  ]),
);

const dictionaryOf: Record<StreamName, number> = {
  vulnerabilities: 1,
  misconfigurations: 2,
  issues: 3,
  detections: 4,
  assets: 5,
};

/**
 * Measured on vulnerabilities of 2.6 KB: level 1 packs 3.7 times smaller, level 3 4 times, level 9 hardly more. On this
 * thread it takes 50 µs; handing so little to the thread pool takes longer, and the states of a page's worth of records
 * in flight take 130 MB.
 */
const level = 3;

/** Set in the first byte when the source was asked without some fields, so that what is absent says nothing. */
const reducedBit = 0x80;

/** Compresses the JSON of a record; the result is base64, as `writeBatch` takes it. */
export function packRaw(raw: unknown, stream: StreamName, isReduced = false): string {
  const number = dictionaryOf[stream];
  const body = deflateRawSync(JSON.stringify(raw), { level, dictionary: dictionaries.get(number) });
  return Buffer.concat([Buffer.from([isReduced ? number | reducedBit : number]), body]).toString("base64");
}

/** The record as the source sent it. @throws Error when a newer Weir packed it with a dictionary that this one lacks */
export function unpackRaw(packed: Buffer): unknown {
  const number = (packed[0] ?? 0) & ~reducedBit;
  const dictionary = dictionaries.get(number);
  if (dictionary === undefined)
    throw new Error(`There is no dictionary ${number}: a newer version of Weir stored this record`);
  return JSON.parse(inflateRawSync(packed.subarray(1), { dictionary }).toString("utf8"));
}

/** Whether the source was asked for the record without some fields. */
export function isReducedRaw(packed: Buffer): boolean {
  return ((packed[0] ?? 0) & reducedBit) !== 0;
}
