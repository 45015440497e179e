import { describe, expect, it } from "vitest";
import { helpNames, readHelp } from "../../../help-pages.ts";
import { anchorOf, helpHref } from "./anchors.ts";

describe("links of the help", () => {
  it("lead from page to page and within one, and to nothing that is not shown", () => {
    expect(helpHref("sync.md#under-wizs-limits", "connect-wiz", helpNames)).toBe("/help/sync#under-wizs-limits");
    expect(helpHref("#environments", "connect-wiz", helpNames)).toBe("/help/connect-wiz#environments");
    expect(helpHref("https://docs.wiz.io/", "connect-wiz", helpNames)).toBe("https://docs.wiz.io/");
    expect(helpHref("adr/0003-read-only-towards-wiz.md", "connect-wiz", helpNames)).toBeNull();
    expect(helpHref("../CHANGELOG.md", "connect-wiz", helpNames)).toBeNull();
    expect(helpHref("javascript:alert(1)", "connect-wiz", helpNames)).toBeNull();
  });

  it("W-42 the catalogue, managing integrations, the signal client and troubleshooting are all there", () => {
    const pages = readHelp();
    for (const slug of ["integration-catalogue", "integration-management", "signal-client", "troubleshooting"])
      expect(pages.find((page) => page.slug === slug)?.tokens[0]).toMatchObject({ type: "heading", depth: 1 });
  });

  it("names headings as the documents do", () => {
    expect(anchorOf("1. Create a service account in Wiz")).toBe("1-create-a-service-account-in-wiz");
    expect(anchorOf("What vanishes: `gone`")).toBe("what-vanishes-gone");
  });
});
