import fc from "fast-check";
import { expect, test } from "vitest";
import { hostileText } from "../../../test/hostile.ts";
import { acceptanceWord, changesOf, changesText } from "./changes.ts";

test("statuses, severities and yes or no are words", () => {
  const fields = {
    status: { from: "open", to: "in_progress" },
    severity: { from: 3, to: 5 },
    kev: { from: false, to: true },
    exploit: { from: null, to: true },
  };
  expect(changesOf(fields)).toEqual([
    { field: "status", label: "Status", type: "value", from: "Open", to: "In progress" },
    { field: "severity", label: "Severity", type: "value", from: "Medium", to: "Critical" },
    { field: "kev", label: "In CISA KEV", type: "value", from: "no", to: "yes" },
    { field: "exploit", label: "Known exploit", type: "value", from: null, to: "yes" },
  ]);
});

test("status and severity come first, whatever the order of the fields", () => {
  const one = { from: 1, to: 2 };
  const fields = changesOf({ dueAt: one, cvss: one, severity: one, tags: one, status: one }).map(({ field }) => field);
  expect(fields).toEqual(["status", "severity", "cvss", "dueAt", "tags"]);
});

test("in one line lists are only named", () => {
  const fields = { tags: { from: [], to: ["a"] }, severity: { from: 4, to: 2 } };
  expect(changesText(fields)).toBe("Severity High → Low; Tags");
});

test("of lists only what came and what went is told", () => {
  expect(changesOf({ tags: { from: ["Wiz", "env:dev", "a"], to: ["Wiz", "env:prod", "a"] } })).toEqual([
    { field: "tags", label: "Tags", type: "list", added: ["env:prod"], removed: ["env:dev"], kept: 2 },
  ]);
  expect(changesOf({ projects: { from: null, to: ["Payments"] } })).toEqual([
    { field: "projects", label: "Projects", type: "list", added: ["Payments"], removed: [], kept: 0 },
  ]);
});

test("a due date is an instant that a person can read", () => {
  expect(changesOf({ dueAt: { from: null, to: "2026-11-29T00:00:00.000Z" } })).toMatchObject([
    { label: "Due", from: null, to: expect.stringContaining("Nov 2026") },
  ]);
});

test("whatever a signal holds, it is told without failing", () => {
  const value = fc.oneof(hostileText, fc.jsonValue(), fc.constant(undefined));
  const fields = fc.oneof(value, fc.dictionary(hostileText, fc.oneof(value, fc.record({ from: value, to: value }))));
  fc.assert(
    fc.property(fields, (one) => {
      for (const change of changesOf(one)) expect(typeof change.label).toBe("string");
    }),
  );
});

test("an acceptance is told of in words of its own", () => {
  expect(acceptanceWord({ status: { from: "open", to: "accepted" }, acceptance: { from: null, to: "Isolated" } })).toBe(
    "Risk accepted",
  );
  expect(acceptanceWord({ acceptance: { from: "Isolated", to: null } })).toBe("Acceptance ended");
  expect(acceptanceWord({ acceptance: { from: "Isolated", to: "Retired" } })).toBe("Acceptance changed");
  expect(acceptanceWord({ status: { from: "open", to: "resolved" } })).toBe(null);
  expect(acceptanceWord(null)).toBe(null);
});
