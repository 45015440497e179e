import { expect, test } from "vitest";
import { criticalityText, isFollowing } from "./asset-tag-words.ts";

const tag = (name: string, criticality: number | null) => ({
  id: name,
  name,
  criticality,
  kind: "static" as const,
  at: "",
});

test("the criticality names the tags that say so", () => {
  const tags = ["Wiz", "Crown jewels", "Payments", "Seen"];
  const ownTags = [tag("Crown jewels", 5), tag("Payments", 5), tag("Seen", null)];
  expect(criticalityText({ ownTags, tags, criticality: 5 })).toBe("as Crown jewels and Payments say");
  expect(criticalityText({ ownTags: [tag("Seen", null)], tags, criticality: 2 })).toBe("no tag says otherwise");
  expect(isFollowing({ ownTags, tags, criticality: 5 })).toBe(false);
});

test("while the row does not say what its tags do, it follows", () => {
  expect(isFollowing({ ownTags: [tag("Crown jewels", 5)], tags: ["Wiz"], criticality: 2 })).toBe(true);
  expect(isFollowing({ ownTags: [tag("Seen", null)], tags: ["Wiz"], criticality: 2 })).toBe(true);
  expect(isFollowing({ ownTags: [], tags: ["Wiz"], criticality: 5 })).toBe(true);
});
