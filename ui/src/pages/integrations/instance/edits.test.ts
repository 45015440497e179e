import { expect, test } from "vitest";
import { streamNames } from "../../../../../src/model.ts";
import type { Integration } from "../../../api/types.ts";
import { connectionEdits, generalEdits, isEmpty, needsSecret, scheduleEdits, scheduleFormOf } from "./edits.ts";

const stored = {
  name: "prod",
  description: null,
  apiEndpoint: "https://api.us17.app.wiz.io/graphql",
  tokenUrl: "https://auth.app.wiz.io/oauth/token",
  clientId: "abc",
  projects: ["b", "a"],
  assetClasses: ["storage", "compute"],
  streams: Object.fromEntries(streamNames.map((name) => [name, { enabled: true, intervalMinutes: 5 }])),
} as unknown as Integration;

test("nothing is sent where nothing was changed", () => {
  expect(isEmpty(generalEdits(stored, { name: "prod ", description: "" }))).toBe(true);
  expect(isEmpty(scheduleEdits(stored, scheduleFormOf(stored)))).toBe(true);
  expect(isEmpty(scheduleEdits(stored, { ...scheduleFormOf(stored), projects: "a, b" }))).toBe(true);
  const form = { apiEndpoint: stored.apiEndpoint, tokenUrl: "", clientId: "abc" };
  expect(isEmpty(connectionEdits(form, form, ""))).toBe(true);
});

test("only what was changed is sent", () => {
  expect(generalEdits(stored, { name: "new", description: "ours" })).toEqual({ name: "new", description: "ours" });
  const form = scheduleFormOf(stored);
  const streams = { ...form.streams, issues: { enabled: true, intervalMinutes: "15" } };
  expect(scheduleEdits(stored, { streams, assetClasses: null, projects: "" })).toEqual({
    streams: { issues: { enabled: true, intervalMinutes: 15 } },
    assetClasses: null,
    projects: [],
  });
});

test("a token URL that is taken away follows from the endpoint again", () => {
  const before = { apiEndpoint: "us17", tokenUrl: "https://auth.wiz.io/oauth/token", clientId: "abc" };
  expect(connectionEdits(before, { ...before, tokenUrl: " " }, "s")).toEqual({ tokenUrl: null, clientSecret: "s" });
});

test("the secret is asked for again where it would go elsewhere", () => {
  expect(needsSecret(stored, stored)).toBe(false);
  expect(needsSecret(stored, { ...stored, clientId: "other" })).toBe(true);
  expect(needsSecret(stored, { ...stored, apiEndpoint: "https://api.us18.app.wiz.io/graphql" })).toBe(true);
  expect(needsSecret(stored, { ...stored, tokenUrl: "https://auth.wiz.io/oauth/token" })).toBe(true);
});
