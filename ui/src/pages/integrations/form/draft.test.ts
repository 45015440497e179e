import { describe, expect, test } from "vitest";
import type { Connector } from "../../../api/connectors.ts";
import {
  basicsErrors,
  type Draft,
  entryOf,
  nameError,
  newDraft,
  parseDraft,
  projectIds,
  scheduleErrors,
  stepOfField,
} from "./draft.ts";

const connector = {
  id: "signal-client.wiz",
  streams: [
    { name: "issues", defaultIntervalMinutes: 5 },
    { name: "vulnerabilities", defaultIntervalMinutes: 30 },
    { name: "misconfigurations", defaultIntervalMinutes: 30 },
    { name: "detections", defaultIntervalMinutes: 5 },
    { name: "assets", defaultIntervalMinutes: 60 },
  ],
} as Connector;

function aDraft(more: Partial<Draft> = {}): Draft {
  return { ...newDraft(connector), name: "prod", apiEndpoint: "us17", clientId: "abc", ...more };
}

test("W-09 W-10 W-28 a new draft is enabled and polls as the connector recommends", () => {
  const { enabled, streams } = newDraft(connector);
  expect(enabled).toBe(true);
  expect(streams.issues).toEqual({ enabled: true, intervalMinutes: 5 });
  expect(streams.vulnerabilities).toEqual({ enabled: true, intervalMinutes: 30 });
});

describe("a draft that was put away", () => {
  test("is there again", () => {
    const draft = aDraft({ assetClasses: ["compute"], projects: "a b" });
    expect(parseDraft(JSON.stringify(draft), newDraft(connector))).toEqual(draft);
  });

  test("is as a new one where it is not understood", () => {
    const fresh = newDraft(connector);
    expect(parseDraft(null, fresh)).toEqual(fresh);
    expect(parseDraft("{", fresh)).toEqual(fresh);
    expect(parseDraft('{"name":7,"streams":{"issues":{"enabled":false}},"assetClasses":["rockets"]}', fresh)).toEqual({
      ...fresh,
      assetClasses: [],
      streams: { ...fresh.streams, issues: { enabled: false, intervalMinutes: 5 } },
    });
  });
});

test("W-22 a name that exists is refused at its field, however it is written", () => {
  expect(nameError("Prod ", ["prod"])).toEqual({ name: expect.stringContaining("exists already") });
  expect(nameError("prod 2", ["prod"])).toEqual({});
  expect(nameError(" ", [])).toEqual({ name: expect.any(String) });
  expect(nameError("x".repeat(101), [])).toEqual({ name: expect.stringContaining("101 characters") });
});

test("the first step asks for what a connection needs", () => {
  expect(Object.keys(basicsErrors(newDraft(connector), "", []))).toEqual([
    "name",
    "apiEndpoint",
    "clientId",
    "clientSecret",
  ]);
  expect(basicsErrors(aDraft(), "s", [])).toEqual({});
});

test("intervals are whole minutes up to a day, of streams that are on", () => {
  const withIssues = (intervalMinutes: number | string, enabled = true) =>
    scheduleErrors(aDraft({ streams: { ...aDraft().streams, issues: { enabled, intervalMinutes } } }));
  for (const wrong of [0, 1.5, 1441, "", "often"])
    expect(Object.keys(withIssues(wrong))).toEqual(["streams.issues.intervalMinutes"]);
  expect(withIssues(1440)).toEqual({});
  expect(withIssues("", false)).toEqual({});
  expect(scheduleErrors(aDraft({ assetClasses: [] }))).toHaveProperty("assetClasses");
});

test("an entry says what was chosen and leaves out what was not", () => {
  const streams = { ...aDraft().streams, detections: { enabled: false, intervalMinutes: "" } };
  const entry = entryOf(connector, aDraft({ streams, projects: "a,\n b" }), "secret");
  expect(entry).toMatchObject({ name: "prod", apiEndpoint: "us17", projects: ["a", "b"], clientSecret: "secret" });
  expect(entry.streams).toMatchObject({
    detections: { enabled: false },
    assets: { enabled: true, intervalMinutes: 60 },
  });
  expect(entry).not.toHaveProperty("tokenUrl");
  expect(entry).not.toHaveProperty("assetClasses");
  expect(entryOf(connector, aDraft({ assetClasses: ["storage"] }), "s").assetClasses).toEqual(["storage"]);
});

test("Q-31 rules that nobody touched are the defaults, also of a later version", () => {
  expect(entryOf(connector, aDraft(), "s")).not.toHaveProperty("identificationRules");
  const chosen = aDraft({ identificationRules: ["serial"] });
  expect(entryOf(connector, chosen, "s").identificationRules).toEqual(["serial"]);
  expect(parseDraft(JSON.stringify(chosen), newDraft(connector))).toEqual(chosen);
  expect(parseDraft('{"identificationRules":["guess"]}', newDraft(connector)).identificationRules).toBeNull();
});

test("what the API says of a field is shown in the step that asks for it", () => {
  expect(stepOfField("name")).toBe("basics");
  expect(stepOfField("streams.issues.intervalMinutes")).toBe("schedule");
  expect(stepOfField("projects")).toBe("schedule");
  expect(stepOfField("identificationRules")).toBe("rules");
});

test("ids of projects may be separated in any way", () => {
  expect(projectIds(" a, b;c\nd ")).toEqual(["a", "b", "c", "d"]);
});
