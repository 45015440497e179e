import { expect, test } from "vitest";
import type { SavedSearch } from "../../api/saved-searches.ts";
import { findSearches, isSameSearch } from "./matching.ts";

function aSearch(part: Partial<SavedSearch>): SavedSearch {
  const times = { createdAt: "2026-11-01T00:00:00Z", updatedAt: "2026-11-01T00:00:00Z" };
  const owner = { id: "me", name: "Me" };
  const content = { query: "kev:true", sort: null, columns: null, shared: false };
  return { id: "1", name: "One", on: "findings", owner, mayChange: true, ...times, ...content, ...part };
}

test("a search is the current one when its query is, and its order and columns where it has any", () => {
  const current = { query: "kev:true ", sort: "due:asc", columns: ["title", "due"] };
  expect(isSameSearch(aSearch({}), current)).toBe(true);
  expect(isSameSearch(aSearch({ sort: "severity:desc" }), current)).toBe(false);
  expect(isSameSearch(aSearch({ columns: ["due", "title"] }), current)).toBe(false);
  expect(isSameSearch(aSearch({ query: "kev:false" }), current)).toBe(false);
});

test("searches of the list are found by words of name and query, one's own first", () => {
  const theirs = aSearch({ id: "2", name: "Known exploited", owner: { id: "x", name: "X" }, shared: true });
  const assets = aSearch({ id: "3", on: "assets" });
  const mine = aSearch({ id: "4", name: "My exploited" });
  const wanted = { on: "findings", text: "exploited KEV", me: "me" } as const;
  expect(findSearches([theirs, assets, aSearch({}), mine], wanted).map(({ id }) => id)).toEqual(["4", "2"]);
});
