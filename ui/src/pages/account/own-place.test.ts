import { expect, it } from "vitest";
import { ownPlace } from "./own-place.ts";

it("comes back to a page of Weir with its query", () => {
  expect(ownPlace("/findings/all?q=severity%3Acritical")).toBe("/findings/all?q=severity%3Acritical");
  expect(ownPlace("/help/search#dates")).toBe("/help/search#dates");
});

it("leads nowhere else, however it is written", () => {
  for (const next of [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n\\evil.example",
    "javascript:alert(1)",
    "evil",
    "",
    undefined,
  ])
    expect(ownPlace(next), String(next)).toBe("/");
});

it("does not lead back to the sign-in", () => {
  expect(ownPlace("/login?next=/login")).toBe("/");
});
