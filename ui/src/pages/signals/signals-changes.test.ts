import { expect, test } from "vitest";
import { changesText } from "./signals-changes.ts";

test("says what changed from what to what", () => {
  expect(changesText({ status: { from: "open", to: "resolved" }, kev: { from: null, to: true } })).toBe(
    "status: open → resolved, kev: none → true",
  );
  expect(changesText({ tags: { from: ["a", "b"], to: [] } })).toBe("tags: a, b → none");
});

test("has nothing to say of a record that is new", () => {
  expect(changesText({})).toBe("");
  expect(changesText(null)).toBe("");
  expect(changesText({ odd: "text" })).toBe("");
});
