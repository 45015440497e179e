import { afterAll, beforeAll, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

async function catalogue(query = ""): Promise<Record<string, unknown>[]> {
  const answer = await testApi(database).as("viewer").request(`/api/v1/connectors${query}`);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { items: Record<string, unknown>[] }).items;
}

test("W-01 the catalogue can be filtered by tag: integration and cloud are Wiz's", async () => {
  for (const tag of ["integration", "cloud", "Cloud"])
    expect((await catalogue(`?tag=${tag}`)).map(({ shortName }) => shortName)).toEqual(["wiz"]);
  expect(await catalogue("?tag=endpoint")).toEqual([]);
});

test("W-06 W-07 W-08 W-12 Q-05 Q-06 Q-07 the entry says what Wiz is", async () => {
  const [wiz] = await catalogue();
  expect(wiz).toMatchObject({
    id: "signal-client.wiz",
    category: "Cloud Security",
    authentication: "OAuth2 client credentials",
    vendor: "Wiz",
    product: "Wiz CWP",
    productCategory: "Wiz CNAPP",
    assetClasses: ["Storage", "Compute", "Container Instances", "Container Images"],
    findingKinds: ["Issues", "Vulnerabilities", "Misconfigurations", "Threat detections"],
    documentationUrl: expect.stringMatching(/^https:\/\/docs\.wiz\.io\//),
  });
});

test("W-09 W-10 W-27 Q-12 each stream has its scopes and its interval", async () => {
  const streams = (await catalogue())[0]?.streams as { name: string }[];
  const of = (name: string) => streams.find((stream) => stream.name === name);
  expect(of("issues")).toEqual({
    name: "issues",
    title: "Issues",
    brings: expect.any(String),
    scopes: ["read:issues"],
    licence: null,
    defaultIntervalMinutes: 5,
    recommendedIntervalMinutes: 5,
    intervalAdvice: expect.stringContaining("15 minutes"),
    intervalLimits: { shortestMinutes: 1, longestMinutes: 1440 },
  });
  expect(of("detections")).toMatchObject({ licence: "Wiz Defend" });
  expect(of("vulnerabilities")).toMatchObject({ scopes: ["read:vulnerabilities"], defaultIntervalMinutes: 30 });
  expect(of("assets")).toMatchObject({ scopes: ["read:resources"] });
});

test("Q-12 W-02 W-03 W-04 what can be chosen says which permission it needs", async () => {
  const choices = (await catalogue())[0]?.choices as Record<string, unknown[]>;
  expect(choices.assetClasses).toContainEqual({
    name: "container_image",
    title: "Container Images",
    stream: "assets",
    scopes: ["read:resources"],
  });
  expect(choices.findingKinds).toContainEqual({
    name: "threat",
    title: "Threat detections",
    stream: "detections",
    scopes: ["read:detections"],
  });
  expect(choices.findingKinds).toHaveLength(4);
});

test("W-12 W-15 Q-08 Q-09 Q-10 Q-11 Q-18 it says how to get credentials, and what is asked before that", async () => {
  const [wiz] = await catalogue();
  expect(wiz?.serviceAccountSteps).toHaveLength(7);
  expect(wiz?.serviceAccountSteps).toContainEqual(expect.objectContaining({ url: "https://app.wiz.io/" }));
  expect(wiz?.links).toContainEqual({ title: "Wiz API documentation", url: wiz?.documentationUrl });
  expect(JSON.stringify(wiz?.facts)).toMatch(/SaaS.*GraphQL.*From Wiz to Weir.*Incremental/);
});

test("W-13 W-18 W-19 Q-14 Q-16 Q-17 Q-21 it helps to fill in the endpoint", async () => {
  const [wiz] = await catalogue();
  expect(wiz?.prerequisites).toHaveLength(3);
  expect(wiz?.endpoint).toEqual({
    format: "https://api.<data centre>.<environment>",
    whereToFindIt: [
      expect.stringContaining("user icon → Tenant Info → Data Center and Regions"),
      expect.stringContaining("address bar"),
    ],
    regions: [
      { title: "US", apiEndpoint: "api.us1.app.wiz.io", tokenUrl: "https://auth.app.wiz.io/oauth/token" },
      { title: "EU", apiEndpoint: "api.eu1.app.wiz.io", tokenUrl: "https://auth.app.wiz.io/oauth/token" },
      { title: "US 2", apiEndpoint: "api.us2.app.wiz.io", tokenUrl: "https://auth.app.wiz.io/oauth/token" },
    ],
    environments: [
      { domain: "app.wiz.io", title: "commercial", tokenUrl: "https://auth.app.wiz.io/oauth/token" },
      { domain: "app.wiz.us", title: "gov (FedRAMP)", tokenUrl: "https://auth.app.wiz.us/oauth/token" },
      { domain: "gov.wiz.io", title: "commercial on AWS GovCloud", tokenUrl: "https://auth.gov.wiz.io/oauth/token" },
    ],
  });
});
