import { expect, test } from "vitest";
import { ageText } from "./feeds-text.ts";

test.each([
  [null, false, "Not loaded: what Wiz says counts"],
  [0, false, "Current, less than a day old"],
  [1, false, "Current, 1 day old"],
  [11, true, "Old, 11 days old: FIRST publishes a new one every day"],
])("a feed that is %j days old: %s", (ageDays, isOld, text) => {
  expect(ageText({ feed: "epss", publisher: "FIRST", ageDays, isOld })).toBe(text);
});
