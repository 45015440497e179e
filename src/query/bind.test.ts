import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { QueryError } from "../errors.ts";
import type { QueryNode } from "./ast.ts";
import { readQuery } from "./bind.ts";
import { readDateMath, readSpan } from "./dates.ts";
import { type Thing, things } from "./field.ts";
import { fields } from "./fields.ts";
import { findField } from "./names.ts";
import { parseQuery } from "./parser.ts";

const now = Date.parse("2026-03-31T12:34:56Z");

function errorOf(query: string, thing: Thing = "findings"): QueryError {
  try {
    readQuery(query, { thing, now });
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`${query} was read without an error`);
}

describe("names", () => {
  test("a name that is not known is answered with its place, the nearest one and an example", () => {
    const error = errorOf("status:open AND sevrity:high");
    expect(error.position).toBe(16);
    expect(error.message).toContain('no field "sevrity" in findings');
    expect(error.message).toContain("Did you mean severity? For example severity >= high.");
  });

  test.each([
    ["finding.sevrity:high", "severity"],
    ["pakage:openssl", "package.name"],
    ["asset.nam:web", "asset.name"],
    ["frstFound:2026", "firstFound"],
    ["tag.name:Wiz", "tags"],
  ])("%s is near to %s", (query, near) => {
    expect(errorOf(query).message).toContain(`Did you mean ${near}?`);
  });

  test("a name that belongs elsewhere is answered with where, one near to nothing without a guess", () => {
    expect(errorOf("change:new").message).toContain("It is a field of signals.");
    expect(errorOf("nativeType:x").message).toContain("It is a field of assets.");
    expect(errorOf("https://example.com").message).toMatch(/no field "https" in findings\. To search .* in quotes/);
  });

  test("names inside a group, and words inside one, need to make sense there", () => {
    expect(errorOf("asset:(nam:x)").message).toContain('"asset.nam"');
    expect(errorOf("nonsense:(a:b)").message).toContain('"nonsense"');
    expect(errorOf("package:(openssl OR vesion:1)").position).toBe(20);
    expect(errorOf("finding:(openssl)").message).toContain("needs a field");
  });

  test.each(things)("no two fields of %s share a name, and every example is a query that works", (thing) => {
    const names = fields[thing].flatMap((field) => [field.name, ...field.aliases].map((name) => name.toLowerCase()));
    expect(new Set(names).size).toBe(names.length);
    for (const field of fields[thing]) {
      expect(findField(thing, field.name)).toBe(field);
      expect(field.description).toMatch(/^[A-Z].+[.…]$/);
      expect(() => readQuery(field.example, { thing, now })).not.toThrow();
      expect(namesIn(parseQuery(field.example), "").map((name) => findField(thing, name))).toContain(field);
    }
  });

  test.each(["finding.", "findings.", "FINDINGS."])("%s may stand before every name of a finding", (prefix) => {
    for (const field of fields.findings) expect(findField("findings", prefix + field.name)).toBe(field);
  });
});

function namesIn(node: QueryNode, prefix: string): string[] {
  if (node.type === "and" || node.type === "or") return node.nodes.flatMap((child) => namesIn(child, prefix));
  if (node.type === "nested") return namesIn(node.node, `${prefix}${node.name}.`);
  return node.type === "compare" || node.type === "null" ? [prefix + node.name] : [];
}

describe("values", () => {
  test.each([
    ["status:re*", ["resolved", "rejected"]],
    ["status:*", undefined],
    ["status:**", undefined],
    ["severity:[crit*, *IGH]", [5, 4]],
    ["asset.class:container*", ["container_instance", "container_image"]],
    ["asset.class:`Container Image`", ["container_image"]],
    ['tags:"internet facing"', ["internet facing", "INTERNET FACING", "Internet facing", "Internet Facing"]],
    ["tags = env:Prod", ["env:Prod"]],
    ["cvss:.5", [0.5]],
    ["kev:YES", [true]],
  ])("%s is one of %j", (query, values) => {
    expect(readQuery(query, { thing: "findings", now })).toMatchObject({
      test: values === undefined ? { type: "present" } : { type: "oneOf", values },
    });
  });

  test.each([
    [
      "severity:hihg",
      9,
      '"hihg" is no severity: it is one of critical, high, medium, low, informational. Did you mean high?',
    ],
    ["status:[open, closed]", 14, "one of open, in_progress, accepted, resolved, rejected, gone"],
    ["kev:maybe", 4, "true or false"],
    ["riskScore:high", 10, "is a number"],
    ["cvss > 1e9", 7, "is a number"],
    ["firstFound:yesterday", 11, "no date"],
    ["firstFound:2026-02-30", 11, "no date"],
    ["firstFound > 2026-13", 13, "no date"],
    ["firstFound:now-2x", 11, "no date"],
    ["firstFound:now-999999999y", 11, "no date"],
    ["title > a", 8, "has no order"],
    ["cloud:[a .. b]", 7, "has no order"],
    ["status >= open", 10, "has no order"],
    ["id:12", 3, "UUID"],
    ["kev:constructor", 4, "true or false"],
    ["severity:constructor", 9, "is no severity"],
  ])("%s is refused at character %i", (query, position, message) => {
    const error = errorOf(query);
    expect(error.message).toContain(message);
    expect(error.position).toBe(position);
  });

  test("any value of any field gives a condition or a QueryError", () => {
    const thing = fc.constantFrom(...things);
    const operator = fc.constantFrom(":", "=", ">", ">=", "<", "<=");
    const value = fc.oneof(fc.string(), fc.constantFrom("*", "a*b", "now-1M", "-5", "2026-01-01", "true", "critical"));
    fc.assert(
      fc.property(thing, fc.nat(), operator, value, fc.constantFrom("", '"', "`"), (t, i, op, text, quote) => {
        const field = fields[t][i % fields[t].length]!;
        try {
          readQuery(`${field.name} ${op} ${quote}${text}${quote}`, { thing: t, now });
        } catch (error) {
          if (!(error instanceof QueryError)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe("dates", () => {
  const iso = (ms: number | null | undefined) => (ms === null || ms === undefined ? null : new Date(ms).toISOString());

  test.each([
    ["2026", "2026-01-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"],
    ["2024-02", "2024-02-01T00:00:00.000Z", "2024-03-01T00:00:00.000Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z", "2024-03-01T00:00:00.000Z"],
    ["2026-01-01T10:30", "2026-01-01T10:30:00.000Z", "2026-01-01T10:31:00.000Z"],
    ["2026-01-01 10:30:05", "2026-01-01T10:30:05.000Z", "2026-01-01T10:30:06.000Z"],
    ["2026-07-08T12:01:12.012+0000", "2026-07-08T12:01:12.012Z", "2026-07-08T12:01:12.013Z"],
    ["2026-03-01T12:00:00.29Z", "2026-03-01T12:00:00.290Z", "2026-03-01T12:00:00.291Z"],
    ["2026-03-01T12:00:00.123456789Z", "2026-03-01T12:00:00.123Z", "2026-03-01T12:00:00.124Z"],
    ["0001-01-01", "0001-01-01T00:00:00.000Z", "0001-01-02T00:00:00.000Z"],
    ["9999", "9999-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"],
    ["2026-01-01T00:30:00+02:00", "2025-12-31T22:30:00.000Z", "2025-12-31T22:30:01.000Z"],
  ])("%s is the stretch it names, in UTC", (text, start, end) => {
    const span = readSpan(text);
    expect([iso(span?.start), iso(span?.end)]).toEqual([start, end]);
  });

  test.each([
    "2025-02-29",
    "2026-00",
    "2026-01-32",
    "2026-01-01T24:00",
    "2026-01-01T10:60",
    "26-01-01",
    "2026-1-1",
    "0000",
    "0000-12-31",
    "0001-01-01T00:00:00+01:00",
    "2026-01-01T00:00:00+99:99",
    "",
  ])("%j is no date", (text) => {
    expect(readSpan(text)).toBeNull();
  });

  test.each([
    ["now", "2026-03-31T12:34:56.000Z"],
    ["now-2w", "2026-03-17T12:34:56.000Z"],
    ["now-90s", "2026-03-31T12:33:26.000Z"],
    ["now-5m", "2026-03-31T12:29:56.000Z"],
    ["now-1M", "2026-02-28T12:34:56.000Z"],
    ["now+1M", "2026-04-30T12:34:56.000Z"],
    ["now-1y", "2025-03-31T12:34:56.000Z"],
    ["now-1d+12h", "2026-03-31T00:34:56.000Z"],
    ["NOW-1M", "2026-02-28T12:34:56.000Z"],
    ["now+7000y", "9026-03-31T12:34:56.000Z"],
    ["now+8000y", null],
    ["now-2025y", "0001-03-31T12:34:56.000Z"],
    ["now-2026y", null],
    ["now-1D", null],
    ["now-1", null],
    ["later", null],
  ])("%s is %s", (text, expected) => {
    expect(iso(readDateMath(text, now))).toBe(expected);
  });
});
