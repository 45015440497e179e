import fc from "fast-check";
import { expect, test } from "vitest";
import { hostileText } from "../../../test/hostile.ts";
import { findingMarkdown } from "./markdown.ts";

const link = "https://weir.example.com/findings/1";

const finding = {
  title: "CVE-2024-5535",
  kind: "vulnerability",
  severity: "critical",
  status: "open",
  riskScore: 97,
  scoreInputs: ["CVSS 9.8", "in KEV"],
  cve: "CVE-2024-5535",
  package: { name: "openssl", version: "3.0.2", fixedVersion: "3.0.14" },
  asset: {
    id: "a",
    externalId: null,
    name: "web_1",
    class: "compute",
    type: null,
    cloud: "aws",
    account: "123456789012",
    region: null,
  },
  projects: ["Payments"],
  firstFoundAt: "2026-11-01T00:00:00.000Z",
  dueAt: null,
  description: "A buffer is read too far.",
  remediation: null,
  url: "https://app.wiz.io/x",
} as const satisfies Omit<Parameters<typeof findingMarkdown>[0], "projects"> & { projects: readonly string[] };

const told = { ...finding, projects: [...finding.projects], scoreInputs: [...finding.scoreInputs] };

test("a finding is told in a few lines", () => {
  expect(findingMarkdown(told, { link }).split("\n")).toEqual([
    "## CVE-2024-5535",
    "",
    "- **Severity:** Critical",
    "- **Status:** Open",
    "- **Kind:** Vulnerability",
    "- **Risk score:** 97 (CVSS 9.8, in KEV)",
    "- **CVE:** CVE-2024-5535",
    "- **Package:** openssl 3.0.2 → 3.0.14",
    "- **Asset:** web\\_1 (compute, aws, 123456789012)",
    "- **Projects:** Payments",
    "- **First found:** 2026-11-01T00:00:00.000Z",
    "",
    "**Description**",
    "",
    "```text",
    "A buffer is read too far.",
    "```",
    "",
    `Weir: <${link}>`,
    "Wiz: <https://app.wiz.io/x>",
    "",
  ]);
});

test("no text ends its line, its fence or the tag that it is not", () => {
  const hostile = fc.oneof(hostileText, fc.constantFrom("```", "````\n# x", "<img src=x onerror=alert(1)>", "a\n- b"));
  fc.assert(
    fc.property(hostile, hostile, (title, description) => {
      const text = findingMarkdown({ ...told, title, description }, { link });
      const lines = text.split("\n");
      expect(lines[1]).toBe("");
      expect(lines[0]).not.toMatch(/(^|[^\\])[<>`|]/);
      const fences = lines.filter((line) => /^`{3,}text$/.test(line));
      const [open] = fences;
      if (open !== undefined) expect(lines.filter((line) => line === open.slice(0, -4))).toHaveLength(1);
    }),
  );
});
