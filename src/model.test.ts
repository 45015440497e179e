import { expect, test } from "vitest";
import { instant } from "./model.ts";

test("times are compared as instants, not as text", () => {
  const half = instant("2026-03-25T05:46:26.5Z");
  const later = instant("2026-03-25T05:46:26.51Z");
  expect(half).toBeLessThan(later ?? 0);
  expect("2026-03-25T05:46:26.5Z" < "2026-03-25T05:46:26.51Z").toBe(false);
});

test("microseconds count", () => {
  expect(instant("2026-03-25T05:46:26.681575Z")).toBeLessThan(instant("2026-03-25T05:46:26.681576Z") ?? 0);
  expect(instant("2026-03-25T05:46:26.681Z")).toBe(instant("2026-03-25T05:46:26.681000Z"));
});

test("an unreadable or absent time is no instant", () => {
  expect(instant("yesterday")).toBeNull();
  expect(instant(null)).toBeNull();
});
