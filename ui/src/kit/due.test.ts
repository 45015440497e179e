import { expect, test } from "vitest";
import { lateMs, lateText } from "./due.ts";

const now = Date.parse("2026-11-30T12:00:00Z");
const dueAt = "2026-11-27T09:00:00Z";

test("only what is open can be late", () => {
  expect(lateText(lateMs({ status: "open", dueAt }, now))).toBe("overdue 3 d");
  expect(lateMs({ status: "in_progress", dueAt }, now)).toBeGreaterThan(0);
  expect(lateMs({ status: "accepted", dueAt }, now)).toBe(0);
  expect(lateMs({ status: "resolved", dueAt }, now)).toBe(0);
  expect(lateMs({ status: "open", dueAt: null }, now)).toBe(0);
  expect(lateMs({ status: "open", dueAt: "2026-12-24T00:00:00Z" }, now)).toBe(0);
});
