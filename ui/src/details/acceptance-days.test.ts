import { expect, test } from "vitest";
import { dayAhead, endOfDay, isEndingSoon } from "./acceptance-days.ts";

const now = Date.parse("2026-11-30T22:00:00Z");

test("days are counted in UTC, and an acceptance holds to the end of its last one", () => {
  expect(dayAhead(0, now)).toBe("2026-11-30");
  expect(dayAhead(90, now)).toBe("2027-02-28");
  expect(endOfDay(dayAhead(1, now))).toBe("2026-12-01T23:59:59.000Z");
});

test("what ends within two weeks ends soon", () => {
  expect(isEndingSoon({ expiresAt: "2026-12-14T00:00:00Z" }, now)).toBe(true);
  expect(isEndingSoon({ expiresAt: "2026-12-15T00:00:00Z" }, now)).toBe(false);
});
