import fc from "fast-check";
import { expect, test } from "vitest";
import { hostileText } from "../../../test/hostile.ts";
import { advisoriesOf } from "./advisories.ts";

test("a CVE leads to NVD and EPSS, and to CISA only when it is in KEV", () => {
  expect(advisoriesOf("CVE-2021-44228", { isKev: true }).map(({ href }) => href)).toEqual([
    "https://nvd.nist.gov/vuln/detail/CVE-2021-44228",
    "https://www.cisa.gov/known-exploited-vulnerabilities-catalog?search_api_fulltext=CVE-2021-44228",
    "https://api.first.org/data/v1/epss?cve=CVE-2021-44228",
  ]);
  expect(advisoriesOf("CVE-2021-44228", { isKev: null }).map(({ label }) => label)).toEqual(["NVD", "EPSS"]);
});

test("a GitHub advisory leads to GitHub", () => {
  expect(advisoriesOf("GHSA-jfh8-c2jp-5v3q", { isKev: null })).toMatchObject([
    { href: "https://github.com/advisories/GHSA-jfh8-c2jp-5v3q" },
  ]);
});

test("no other text becomes an address", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(advisoriesOf(text, { isKev: true })).toEqual([]);
    }),
  );
  expect(advisoriesOf("CVE-2021-44228/../../x", { isKev: true })).toEqual([]);
});
