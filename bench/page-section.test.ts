import { expect, test } from "vitest";
import { keepSections, withSection } from "./page-section.ts";

test("a part is written anew where it stands, and at the end when there is none", () => {
  const first = withSection("# Page\n\nText.\n", "search", "old");
  const both = withSection(first, "pages", "pages");
  const again = withSection(both, "search", "new");
  expect(again).toBe(both.replace("old", "new"));
  expect(withSection(again, "search", "new")).toBe(again);
});

test("a page that is written anew keeps the parts of the old one, in their order", () => {
  const old = withSection(withSection("# Old\n", "search", "figures"), "pages", "more\n\nfigures");
  expect(keepSections(old, "# New\n", ["search", "pages", "other"])).toBe(old.replace("# Old", "# New"));
});
