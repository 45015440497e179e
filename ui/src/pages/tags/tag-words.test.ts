import { expect, test } from "vitest";
import { changeText, progressText, removalText } from "./tag-words.ts";

test("what is under way with a tag is said, the query before the assets", () => {
  const bulk = [{ action: "add" as const, query: "class:compute", total: 12_000, done: 5_000 }];
  expect(progressText({ isEvaluating: true, bulk, pending: 3 })).toBe("Looking which assets its query finds");
  expect(progressText({ isEvaluating: false, bulk, pending: 3 })).toBe("Tagging what a query finds: 5,000 of 12,000");
  expect(progressText({ isEvaluating: false, bulk: [], pending: 1 })).toBe("1 asset to bring up to date");
  expect(progressText({ isEvaluating: false, bulk: [], pending: 0 })).toBeNull();
});

test("whoever deletes a tag is told what it decides", () => {
  expect(removalText({ assets: 0, decides: 0, criticality: 5 }, 2)).toBe("No asset has it, so nothing else changes.");
  expect(removalText({ assets: 3, decides: 0, criticality: 5 }, 2)).toContain("criticality stays");
  expect(removalText({ assets: 3, decides: 3, criticality: 5 }, 2)).toContain(
    "3 assets. It alone gives the criticality 5",
  );
  expect(removalText({ assets: 3, decides: 1, criticality: 5 }, 2)).toContain(
    "To 1 of them it alone gives the criticality 5",
  );
});

test("whoever changes a query is told what comes and goes", () => {
  expect(changeText({ adds: null, removes: null })).toBeNull();
  expect(changeText({ adds: 0, removes: 0 })).toBe("The same assets as now.");
  expect(changeText({ adds: 2, removes: 1 })).toBe("The tag comes to 2 assets and goes from 1 asset.");
});
