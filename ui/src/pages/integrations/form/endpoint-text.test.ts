import { expect, test } from "vitest";
import type { Connector } from "../../../api/connectors.ts";
import { endpointOf, modeOf, splitEndpoint } from "./endpoint-text.ts";

const connector = {
  endpoint: {
    regions: [{ title: "US", apiEndpoint: "api.us1.app.wiz.io" }],
    environments: [{ domain: "app.wiz.io" }, { domain: "app.wiz.us" }, { domain: "gov.wiz.io" }],
  },
} as Connector;

test("W-18 a region is known again, however it was pasted", () => {
  for (const text of ["api.us1.app.wiz.io", "https://api.us1.app.wiz.io/", "https://api.us1.app.wiz.io/graphql"])
    expect(modeOf(connector, text)).toEqual({ region: "US" });
});

test("Q-14 Q-15 data centre and environment are put together and taken apart", () => {
  for (const parts of [
    { dataCentre: "us17", domain: "app.wiz.us" },
    { dataCentre: "", domain: "gov.wiz.io" },
    { dataCentre: "u", domain: "app.wiz.io" },
  ])
    expect(splitEndpoint(connector, endpointOf(parts))).toEqual(parts);
  expect(modeOf(connector, "https://api.us17.gov.wiz.io")).toBe("centre");
});

test("everything else was pasted", () => {
  for (const text of ["", "us17", "https://app.wiz.io/graph", "http://127.0.0.1:4400", "api.a.b.app.wiz.io"])
    expect(modeOf(connector, text)).toBe("paste");
});
