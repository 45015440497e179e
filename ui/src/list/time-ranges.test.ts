import { describe, expect, test } from "vitest";
import { parseQuery } from "../../../src/query/parser.ts";
import {
  between,
  isBeyondSignals,
  localInstant,
  localTime,
  presets,
  printRange,
  rangeBounds,
  rangeField,
  rangeLabel,
  rangeQuery,
  readRange,
} from "./time-ranges.ts";

const november = "2026-11-01T00:00:00Z..2026-11-08T00:00:00Z";
const now = Date.parse("2026-12-01T12:00:00Z");

describe("a range as a condition", () => {
  test.each([
    [undefined, ""],
    ["7d", "firstFound > now-7d"],
    ["15m", "firstFound > now-15m"],
    [november, 'firstFound:["2026-11-01T00:00:00Z" .. "2026-11-08T00:00:00Z")'],
    ["2026-11-01..2026-11-08", 'firstFound:["2026-11-01T00:00:00Z" .. "2026-11-08T00:00:00Z")'],
    ["2026-11-01T00:00:00Z..", 'firstFound >= "2026-11-01T00:00:00Z"'],
    ["..2026-11-08T00:00:00Z", 'firstFound < "2026-11-08T00:00:00Z"'],
  ])("%j is %j", (value, query) => {
    expect(rangeQuery(value, "firstFound")).toBe(query);
    expect(() => parseQuery(query)).not.toThrow();
  });

  test.each(["", "7", "yesterday", "..", "2026-13-01..2026-11-08", "a..b", "7d..", "1..2..3", "x:y"])(
    "what is no range, like %j, asks for any time",
    (value) => {
      expect(rangeQuery(value, "at")).toBe("");
      expect(rangeBounds(value, now)).toBeNull();
      expect(rangeLabel(value)).toBe("Any time");
    },
  );
});

describe("a range in an address", () => {
  test("is what it was when it is read again", () => {
    for (const value of [...presets.map((one) => one.value), november, `changed:${november}`, "changed:24h"])
      expect(printRange(readRange(value), rangeField(value, "findings"), "findings")).toBe(value);
  });

  test("names its time only when that is not the usual one, and only times that there are", () => {
    expect(rangeField("7d", "findings")).toBe("firstFound");
    expect(rangeField("changed:7d", "findings")).toBe("changed");
    expect(rangeField("changed:7d", "signals")).toBe("at");
  });
});

test("whole days of the viewer's are shown as days", () => {
  const year = new Date().getFullYear();
  const at = (day: number, hour = 0) => new Date(year, 0, day, hour).toISOString().replace(".000", "");
  expect(rangeLabel(`${at(1)}..${at(8)}`)).toBe("1 Jan – 7 Jan");
  expect(rangeLabel(`${at(1)}..${at(2)}`)).toBe("1 Jan");
  expect(rangeLabel(`${at(1, 12)}..${at(2)}`)).toBe("1 Jan, 12:00 – 2 Jan, 00:00");
  expect(rangeLabel(`${at(3)}..`)).toBe("Since 3 Jan");
});

test("its ends are those of a chart", () => {
  expect(rangeBounds("24h", now)).toEqual({ from: now - 86_400_000, to: now });
  expect(rangeBounds(november, now)).toEqual({ from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 10, 8) });
  expect(rangeBounds("2026-11-01T00:00:00Z..", now)).toEqual({ from: Date.UTC(2026, 10, 1), to: null });
  expect(printRange(between(Date.UTC(2026, 10, 1), Date.UTC(2026, 10, 8)), "at", "signals")).toBe(november);
});

test("signals from before those that are kept are asked for", () => {
  expect(isBeyondSignals("30d", now)).toBe(false);
  expect(isBeyondSignals("90d", now)).toBe(true);
  expect(isBeyondSignals("..2026-11-08", now)).toBe(true);
  expect(isBeyondSignals(undefined, now)).toBe(false);
});

test("the viewer's clock shows an instant, and gives it back", () => {
  for (const at of ["2026-11-08T00:00:00Z", "2026-03-29T01:30:00Z", "2026-07-01T22:59:00Z"])
    expect(localInstant(localTime(at, -60_000)!, 60_000)).toBe(at);
  expect(localInstant({ day: null, time: "12:00" }, 0)).toBeNull();
});
