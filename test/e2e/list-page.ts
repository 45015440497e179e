import type { Locator, Page } from "@playwright/test";

/** A list as a person sees it, for tests. */
export function listOn(page: Page) {
  return {
    bar: page.locator("[data-query-bar]"),
    /** `1,560 findings`. */
    total: page.getByRole("status").filter({ hasText: /^[\d,]+\+? (findings?|assets?|signals?)$/ }),
    /** The rows in view and some around them. */
    rows: page.getByRole("grid").locator("tbody").getByRole("row"),
    marked: page.getByRole("grid").locator("tbody tr[data-marked]"),
    details: page.getByRole("complementary"),
    cells: (column: string) => page.getByRole("grid").locator(`tbody td[data-column="${column}"]`),
    facet: (title: string) => facetOn(page, title),
    ask: async (query: string) => {
      const bar = page.locator("[data-query-bar]");
      await bar.fill(query);
      await bar.press("Enter");
    },
  };
}

function facetOn(page: Page, title: string) {
  const filters = page.getByRole("navigation", { name: "Filters" });
  const named = { name: new RegExp(`^${title}( \\d+)?$`), exact: true };
  const group = filters
    .locator("section")
    .filter({ has: page.locator("[aria-expanded]").and(page.getByRole("button", named)) });
  const head = group.getByRole("button", { expanded: true }).or(group.getByRole("button", { expanded: false }));
  return {
    value: (name: string): Locator =>
      group.getByRole("listitem").getByRole("button", { name: new RegExp(`^${name} ?[\\d,]*$`) }),
    async open(): Promise<void> {
      if ((await head.getAttribute("aria-expanded")) === "false") await head.click();
    },
  };
}

/** How often each value occurs. */
export function tally<T>(records: readonly T[], of: (record: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const record of records) counts.set(of(record), (counts.get(of(record)) ?? 0) + 1);
  return counts;
}

/** As Weir writes numbers. */
export function grouped(value: number): string {
  return value.toLocaleString("en-US");
}
