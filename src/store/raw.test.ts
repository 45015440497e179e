import { hash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { streamNames } from "../model.ts";
import { isReducedRaw, packRaw, unpackRaw } from "./raw.ts";

test.each(streamNames)("a record of %s comes back as it was sent", (stream) => {
  const record = {
    id: "1",
    text: "ünï\u0000 <img onerror> 🦆",
    list: [null, 1.5, { deep: true }],
    long: "x".repeat(100_000),
  };
  expect(unpackRaw(packRaw(JSON.stringify(record), stream))).toEqual(record);
});

test("a record that was asked for without some fields says so, and reads the same", () => {
  const [whole, reduced] = [false, true].map((is) => packRaw('{"id":"1"}', "assets", is));
  expect([whole, reduced].map((packed) => isReducedRaw(packed!))).toEqual([false, true]);
  expect(unpackRaw(reduced!)).toEqual({ id: "1" });
});

test("a record of a newer version is named as such", () => {
  expect(() => unpackRaw(Buffer.from([250, 1, 2]))).toThrow("a newer version of Weir");
});

test.each(streamNames)("what earlier versions packed with the dictionary of %s can still be read", (stream) => {
  const number = ["vulnerabilities", "misconfigurations", "issues", "detections", "assets"].indexOf(stream) + 1;
  const dictionary = readFileSync(new URL(`./raw-dictionary/${number}-${stream}.txt`, import.meta.url));
  const body = deflateRawSync(JSON.stringify({ id: "1", status: "OPEN" }), { dictionary });
  expect(unpackRaw(Buffer.concat([Buffer.from([number]), body]))).toEqual({ id: "1", status: "OPEN" });
});

test("dictionaries and codes are the ones that stored records were packed with", () => {
  const folder = new URL("./raw-dictionary/", import.meta.url);
  const hashes = readdirSync(folder).map((name) => [
    name,
    hash("sha256", readFileSync(new URL(name, folder)), "hex").slice(0, 16),
  ]);
  expect(Object.fromEntries(hashes)).toMatchInlineSnapshot(`
    {
      "1-vulnerabilities.code": "3a4ff5a7e835e98f",
      "1-vulnerabilities.txt": "bbb12f5c7dd1fc43",
      "2-misconfigurations.code": "98af4957e212215a",
      "2-misconfigurations.txt": "c66905fb2a77b336",
      "3-issues.code": "a6ef0ef83cf42b9c",
      "3-issues.txt": "02d98f8b9a55ee56",
      "4-detections.code": "f9ca00201ad9df7c",
      "4-detections.txt": "176a51bb8d341d1f",
      "5-assets.code": "62eead750b6d2cd7",
      "5-assets.txt": "e815a10125e500fb",
    }
  `);
});

test("a record in letters that no sample has is packed all the same", () => {
  const record = { id: "1", description: "脆弱性".repeat(40), more: "обновите пакет ".repeat(3) };
  const json = JSON.stringify(record);
  const packed = packRaw(json, "vulnerabilities");
  expect(unpackRaw(packed)).toEqual(record);
  expect(packed.length).toBeLessThan(Buffer.byteLength(json));
});
