import { expect, test } from "vitest";
import { decisionText, evidenceOf, identifierLines, toldOnce } from "./identity-words.ts";

test("identifiers are shown strongest first, the cloud's id stands elsewhere", () => {
  const identifiers = { cloud: "aws", account: "1", ip: ["10.0.0.1"], providerUniqueId: ["arn:1"], serial: ["a", "b"] };
  expect(identifierLines(identifiers)).toEqual([
    { label: "Serial number", values: ["a", "b"] },
    { label: "IP address", values: ["10.0.0.1"] },
  ]);
  expect(identifierLines(null)).toEqual([]);
});

const decision = { rule: "Hardware UUID", others: 1, by: null };

test.each([
  [{ ...decision, event: "merged" }, "Merged with another record: the same hardware UUID"],
  [{ ...decision, event: "merged", others: 2 }, "Merged with 2 other records: the same hardware UUID"],
  [{ ...decision, event: "new" }, "Came in as a new asset"],
  [{ ...decision, event: "separated", by: "ana" }, "Separated from other records by ana"],
  [{ ...decision, event: "something newer" }, "something newer"],
])("Q-29 a decision is told in words: %o", (facts, text) => {
  expect(decisionText(facts)).toBe(text);
});

test("Q-29 of several matches it is said that they cannot all be one", () => {
  expect(decisionText({ ...decision, event: "several_matches", others: 3 })).toMatch(
    /3 other records .* cannot all be/,
  );
});

test("evidence is read as it is stored, also of earlier versions", () => {
  expect(evidenceOf({ values: ["v"], sources: ["a", "b"], count: 12 })).toMatchObject({ values: ["v"], others: 12 });
  expect(evidenceOf({ by: "ana", separation: "s", sources: ["a"] })).toMatchObject({ others: 1, by: "ana" });
  expect(evidenceOf({ externalId: "i-1", providerUniqueId: "arn:1" })).toMatchObject({ values: ["arn:1"], others: 1 });
  expect(evidenceOf(null)).toEqual({ values: [], others: 1, by: null, separation: null });
});

test("what somebody decided is told once, though each record has it in its log", () => {
  const separated = { event: "separated", evidence: { separation: "s" } };
  const merged = { event: "merged", evidence: { values: ["v"] } };
  expect(toldOnce([separated, merged, { ...separated }, merged])).toEqual([separated, merged, merged]);
});
