import { describe, expect, test } from "vitest";
import { NotFoundError } from "../errors.ts";
import { findConnector } from "./registry.ts";

const { catalogue, streams } = findConnector("wiz");

test.each(["wiz", "WIZ", "signal-client.wiz", " Signal-Client.Wiz "])("W-07: %j names the Wiz connector", (name) => {
  expect(findConnector(name).catalogue.id).toBe("signal-client.wiz");
});

test("an unknown connector is refused with those that exist", () => {
  expect(() => findConnector("vviz")).toThrow(NotFoundError);
  expect(() => findConnector("vviz")).toThrow(/wiz \(signal-client\.wiz\)/);
});

describe("the catalogue entry of Wiz", () => {
  test("W-01: has its tags", () => expect(catalogue.tags).toEqual(["integration", "cloud"]));
  test("W-06: has its category", () => expect(catalogue.category).toBe("Cloud Security"));
  test("W-08: says how it authenticates", () => expect(catalogue.authentication).toBe("OAuth2 client credentials"));
  test("W-12: links to the vendor's documentation", () => {
    expect(new URL(catalogue.documentationUrl).hostname).toBe("docs.wiz.io");
  });
  test("W-13: lists what must be there first", () => {
    expect(catalogue.prerequisites).toHaveLength(3);
    expect(catalogue.prerequisites.join()).toMatch(/subscription.*console.*443/s);
  });
  test("Q-05: has vendor, product and the product's category", () => {
    expect(catalogue).toMatchObject({ vendor: "Wiz", product: "Wiz CWP", productCategory: "Wiz CNAPP" });
  });
  test("Q-06: has the asset classes", () => {
    const titles = catalogue.assetClasses.map(({ title }) => title);
    expect(titles).toEqual(["Storage", "Compute", "Container Instances", "Container Images"]);
  });
  test("W-15 Q-18: says how to make a service account, in the order of Wiz's screens, with every stream's scope", () => {
    const text = catalogue.serviceAccountSteps.map((step) => step.text).join("\n");
    expect(text).toMatch(
      /app\.wiz\.io\/.*Settings → Service Accounts → Add.*Custom Integration \(GraphQL.*projects.*Client ID/s,
    );
    for (const { scopes } of Object.values(streams)) for (const scope of scopes) expect(text).toContain(scope);
  });
});

describe("the streams of Wiz", () => {
  test("W-09: issues are polled every 5 minutes", () => expect(streams.issues.defaultIntervalMinutes).toBe(5));
  test("W-10: vulnerabilities are polled every 30 minutes, on their own", () => {
    expect(streams.vulnerabilities.defaultIntervalMinutes).toBe(30);
  });
  test("W-16 Q-12 C-1: each stream says which permission it needs", () => {
    expect(Object.fromEntries(Object.values(streams).map((stream) => [stream.name, stream.scopes]))).toEqual({
      issues: ["read:issues"],
      vulnerabilities: ["read:vulnerabilities"],
      misconfigurations: ["read:cloud_configuration"],
      detections: ["read:detections"],
      assets: ["read:resources"],
    });
  });
  test("issues and detections go before bulk", () => {
    const urgent = Object.values(streams).filter((stream) => stream.isUrgent);
    expect(urgent.map((stream) => stream.name).sort()).toEqual(["detections", "issues"]);
  });
});
