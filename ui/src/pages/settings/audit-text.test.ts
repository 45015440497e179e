import { expect, it } from "vitest";
import { detailsText } from "./audit-text.ts";

it("says from what to what, however deep, and lists what is no change", () => {
  expect(
    detailsText({
      name: { from: "prod", to: "production" },
      streams: { issues: { intervalMinutes: { from: 5, to: 10 } } },
      projects: { from: [], to: ["a", "b"] },
      reason: "wrong password",
    }),
  ).toBe(
    "name: prod → production, streams.issues.intervalMinutes: 5 → 10, projects: none → a b, reason: wrong password",
  );
  expect(detailsText({})).toBe("");
});
