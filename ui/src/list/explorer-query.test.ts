import { expect, test } from "vitest";
import { composeQuery, findWrong, positionIn } from "./explorer-query.ts";

const kind = "kind:vulnerability";
const range = "firstFound > now-7d";

test("joins what was written with what the page and the time range ask for", () => {
  expect(composeQuery({ fixed: kind, q: "severity:high", range })).toBe(`severity:high AND ${kind} AND ${range}`);
  expect(composeQuery({ fixed: "", q: "", range: "" })).toBe("");
  expect(composeQuery({ fixed: kind, q: "  ", range: "" })).toBe(kind);
});

test("an OR stays together", () => {
  expect(composeQuery({ fixed: kind, q: "cloud:aws OR cloud:gcp", range: "" })).toBe(
    `(cloud:aws OR cloud:gcp) AND ${kind}`,
  );
});

test("what cannot be read by itself is found before it is joined", () => {
  expect(findWrong("severity:high")).toBeNull();
  expect(findWrong("")).toBeNull();
  expect(findWrong('title:"open')?.position).toBe(6);
  expect(findWrong("a) OR (b")?.position).toBe(1);
});

test.each([
  ["sevrity:high", 0],
  ["cloud:aws OR sevrity:high", 13],
  ["  cloud:aws OR sevrity:high", 15],
  ["(cloud:aws OR sevrity:high)", 14],
])("a place in the whole query of %j is one in what was written", (q, place) => {
  const composed = composeQuery({ fixed: kind, q, range });
  expect(positionIn(q, composed, composed.indexOf("sevrity"))).toBe(place);
});

test("a place outside of it is at its edge", () => {
  const composed = composeQuery({ fixed: kind, q: "cloud:aws", range });
  expect(positionIn("cloud:aws", composed, composed.length)).toBe("cloud:aws".length);
});
