import { describe, expect, test } from "vitest";
import { csvLine } from "../query/export/csv.ts";
import { plainLine } from "../query/plain-text.ts";
import type { FoundFinding } from "../query/records.ts";
import { countText, pointAt, printPage } from "./output.ts";

function aFinding(changes: Partial<FoundFinding> = {}): FoundFinding {
  return {
    id: "0b9f1c1e-8a55-5f0e-9a43-6a1f4f0a7d11",
    integration: "prod",
    kind: "vulnerability",
    externalId: "wiz-1",
    title: "CVE-2024-3094",
    severity: "critical",
    status: "in_progress",
    riskScore: 97,
    cve: "CVE-2024-3094",
    cvss: 10,
    epss: 0.6,
    kev: false,
    exploit: null,
    package: { name: "xz-libs", version: "5.6.0", fixedVersion: null },
    rule: null,
    asset: {
      id: "0b9f1c1e-8a55-5f0e-9a43-6a1f4f0a7d12",
      externalId: "a-1",
      name: "web-1",
      class: "compute",
      type: "VIRTUAL_MACHINE",
      cloud: "aws",
      account: "1",
      region: "eu",
    },
    projects: ["Payments", "Web"],
    tags: ["Wiz", "env:prod"],
    vendorProductName: "Wiz",
    url: null,
    firstFoundAt: "2026-08-01T10:20:30.000Z",
    lastFoundAt: null,
    resolvedAt: null,
    dueAt: null,
    dueBy: null,
    sourceStatus: "open",
    acceptedAt: null,
    reopenedCount: 0,
    reopenedAt: null,
    changedAt: "2026-08-01T10:20:30.000Z",
    ...changes,
  };
}

function print(items: FoundFinding[], format: "table" | "json" | "ndjson" | "csv", width = 200): string {
  const total = { value: items.length, capped: false };
  return printPage("findings", { items, nextCursor: null, prevCursor: null, total }, { format, width });
}

const evil = "\u001b]0;owned\u0007\u001b[2J\u009b31m\u202egnp.exe\u0000\r\nnext";

describe("a table", () => {
  test("has the severity as a word and a line for each record", () => {
    const lines = print([aFinding(), aFinding({ asset: null, package: null, firstFoundAt: null })], "table").split(
      "\n",
    );
    expect(lines[0]).toMatch(/^Severity +Risk +Status +Kind +Title +Package +Asset +Cloud +First found \(UTC\)$/);
    expect(lines[1]).toMatch(
      /^critical +97 +in progress +vulnerability +CVE-2024-3094 +xz-libs 5\.6\.0 +web-1 +aws +2026-08-01 10:20$/,
    );
    expect(lines[2]).toMatch(/CVE-2024-3094 +– +– +– +–$/);
    expect(lines).toHaveLength(4);
  });

  test.each([200, 120, 100, 80, 60])("of long texts fits %i columns", (width) => {
    const long = aFinding({
      title: "A very long title ".repeat(20),
      asset: { ...aFinding().asset!, name: "漢字".repeat(50) },
    });
    const lines = print([long, aFinding()], "table", width).trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width);
    expect(lines[1]).toMatch(/^critical .*A very long/);
    expect(lines[1]).toMatch(/…( |$)/);
    expect(lines[1]).not.toMatch(/…[^ ]/);
  });

  test("of nothing is nothing", () => {
    expect(print([], "table")).toBe("");
  });
});

describe("texts from Wiz", () => {
  test("cannot command the terminal, whatever the format", () => {
    const finding = aFinding({ title: evil, package: { name: evil, version: evil, fixedVersion: null }, tags: [evil] });
    for (const format of ["table", "json", "ndjson", "csv"] as const)
      expect(print([finding], format).replaceAll(/[\r\n]/g, "")).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(plainLine(evil)).toBe("�]0;owned��[2J�31m�gnp.exe� next");
  });

  test("stay what they are in JSON", () => {
    const [line] = print([aFinding({ title: evil })], "ndjson").split("\n");
    expect((JSON.parse(line ?? "") as FoundFinding).title).toBe(evil);
  });

  test("cannot start a formula in a spreadsheet", () => {
    for (const start of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
      expect(csvLine([start])).toBe(`"'${start}"\r\n`);
    expect(csvLine(["a=1", -5, null, true])).toBe("a=1,-5,,true\r\n");
  });

  test("are quoted in CSV as RFC 4180 says", () => {
    expect(csvLine(['say "hi"', "a,b", "a\nb", "plain"])).toBe('"say ""hi""","a,b","a\nb",plain\r\n');
  });
});

test("CSV has a header, and lists in one cell", () => {
  const [header, row] = print([aFinding()], "csv").split("\r\n");
  expect(header?.split(",").slice(0, 3)).toEqual(["id", "integration", "kind"]);
  expect(row).toContain(",Payments; Web,Wiz; env:prod,Wiz,");
  expect(row?.split(",")).toHaveLength(header?.split(",").length ?? 0);
});

test("JSON holds the records, the total and the way to the next page", () => {
  expect(JSON.parse(print([aFinding()], "json"))).toEqual({
    items: [aFinding()],
    nextCursor: null,
    prevCursor: null,
    total: { value: 1, capped: false },
  });
});

test("a count that was capped says that there are more", () => {
  expect(countText("findings", 12, { value: 10_000, capped: true })).toBe("12 of 10,000+ findings");
  expect(countText("assets", 1200, { value: 1200, capped: false })).toBe("1,200 of 1,200 assets");
});

describe("the mark under a mistake", () => {
  test("stands below the character that is meant", () => {
    expect(pointAt("a:1 AND sevrity:high", 8)).toBe("  a:1 AND sevrity:high\n          ^\n");
  });

  test("stands right in a long query, among wide characters and control characters", () => {
    const long = `${"x ".repeat(100)}bad:1${" y".repeat(100)}`;
    for (const [query, position] of [
      [long, 200],
      ['"漢字" bad:1', 5],
      ["\u001b\t bad:1", 3],
      ["bad:1", 0],
    ] as const) {
      const [line, mark] = pointAt(query, position).split("\n");
      expect(line).not.toMatch(/\p{Cc}/u);
      const at = columnsOf(mark!.slice(0, mark!.indexOf("^")));
      expect(columnsOf(line!.slice(0, line!.indexOf("bad:1")))).toBe(at);
    }
  });
});

/** Terminal columns, for the characters used here. */
function columnsOf(text: string): number {
  return [...text].reduce((sum, char) => sum + (/[漢字]/u.test(char) ? 2 : 1), 0);
}
