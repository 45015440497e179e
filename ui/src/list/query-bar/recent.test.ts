import { expect, test } from "vitest";
import { withRecent } from "./recent.ts";

test("the newest query stands first, and each once", () => {
  expect(withRecent(["a", "b"], " b ")).toEqual(["b", "a"]);
});

test("asking the same again changes nothing, and neither does asking for everything", () => {
  const recent = ["a", "b"];
  expect(withRecent(recent, "a")).toBe(recent);
  expect(withRecent(recent, "  ")).toBe(recent);
});

test("twenty are kept, and none that is too long to have been typed", () => {
  const recent = Array.from({ length: 20 }, (_, at) => `q${at}`);
  expect(withRecent(recent, "new")).toEqual(["new", ...recent.slice(0, 19)]);
  expect(withRecent(recent, "x".repeat(2_000))).toBe(recent);
});

test("what is kept fits into a preference, the oldest goes first", () => {
  let recent: string[] = [];
  for (let at = 0; at < 30; at++) recent = withRecent(recent, `${at} ${"é".repeat(900)}`);
  expect(new TextEncoder().encode(JSON.stringify(recent)).length).toBeLessThan(16_384);
  expect(recent[0]).toMatch(/^29 /);
  expect(recent.length).toBeGreaterThan(5);
});
