import { expect, it } from "vitest";
import { readHelp } from "../../../help-pages.ts";
import { searchHelp, sectionsOf } from "./search.ts";

const sections = sectionsOf(readHelp());

it("finds what is asked for most, where it is explained", () => {
  const found = (query: string) => searchHelp(sections, query).map(({ section }) => section.slug);
  expect(found("429")).toContain("troubleshooting");
  expect(found("tenant info")).toContain("connect-wiz");
  expect(found("read:vulnerabilities")).toContain("connect-wiz");
  expect(found("no such words stand anywhere")).toEqual([]);
});

it("shows the words in what stands around them", () => {
  const [first] = searchHelp(sections, "FORBIDDEN_IP");
  expect(first?.excerpt).toContain("FORBIDDEN_IP");
});

it("puts headings that say it first", () => {
  expect(searchHelp(sections, "rotate client secret")[0]?.section.heading).toBe("Rotate the client secret");
});
