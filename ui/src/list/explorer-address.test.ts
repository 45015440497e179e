import { expect, test } from "vitest";
import { printView, readView } from "./explorer-address.ts";

const first = { q: "status:open", range: "24h" };

test("an address that says nothing is where the list begins", () => {
  expect(readView({}, first)).toMatchObject({ q: "status:open", range: "24h" });
  expect(readView({ sort: "due", open: "x" }, first)).toMatchObject({ q: "status:open", sort: "due", open: "x" });
});

test("an empty query is everything, at any time", () => {
  expect(readView({ q: "" }, first)).toMatchObject({ q: "", range: undefined });
  expect(readView({ range: "7d" }, first)).toMatchObject({ q: "", range: "7d" });
});

test("what is written into an address is read back", () => {
  for (const view of [
    { q: "", range: undefined, sort: undefined, open: undefined },
    { q: 'title:"a & b" AND cloud:aws', range: "7d", sort: "due:desc", open: "x" },
  ])
    expect(readView(Object.fromEntries(new URLSearchParams(printView(view))), first)).toEqual(view);
});
