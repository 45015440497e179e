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
  expect(unpackRaw(Buffer.from(packRaw(record, stream), "base64"))).toEqual(record);
});

test("a record that was asked for without some fields says so, and reads the same", () => {
  const [whole, reduced] = [false, true].map((is) => Buffer.from(packRaw({ id: "1" }, "assets", is), "base64"));
  expect([whole, reduced].map((packed) => isReducedRaw(packed!))).toEqual([false, true]);
  expect(unpackRaw(reduced!)).toEqual({ id: "1" });
});

test("a record of a newer version is named as such", () => {
  expect(() => unpackRaw(Buffer.from([250, 1, 2]))).toThrow("a newer version of Weir");
});
