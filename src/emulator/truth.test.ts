import { describe, expect, it } from "vitest";
import { type Body, createTestClient, readAll, type TestClient } from "./test-client.ts";

const page = "pageInfo { hasNextPage endCursor }";
const snapshot = "{ id name }";

/** What the API says of each kind, in the words of the truth. */
const kinds: Record<string, { query: string; filterBy?: object; read: (node: Body) => object }> = {
  issue: {
    query: `query ($first: Int, $after: String, $filterBy: IssueFilters) { issuesV2(first: $first, after: $after, filterBy: $filterBy) { ${page} nodes { id severity status createdAt updatedAt statusChangedAt resolvedAt dueAt sourceRules { name } entitySnapshot ${snapshot} } } }`,
    read: (node) => ({
      ...common(node),
      title: node.sourceRules[0].name,
      firstFoundAt: node.createdAt,
      lastFoundAt: null,
      createdAt: node.createdAt,
      statusChangedAt: node.statusChangedAt,
      dueAt: node.dueAt,
      asset: assetOf(node.entitySnapshot),
    }),
  },
  vulnerability: {
    query: `query ($first: Int, $after: String, $filterBy: VulnerabilityFindingFilters) { vulnerabilityFindings(first: $first, after: $after, filterBy: $filterBy) { ${page} nodes { id name severity status firstDetectedAt lastDetectedAt updatedAt resolvedAt vulnerableAsset { ... on VulnerableAssetBase ${snapshot} } } } }`,
    read: (node) => ({
      ...common(node),
      title: node.name,
      firstFoundAt: node.firstDetectedAt,
      lastFoundAt: node.lastDetectedAt,
      createdAt: node.firstDetectedAt,
      asset: assetOf(node.vulnerableAsset),
    }),
  },
  misconfiguration: {
    query: `query ($first: Int, $after: String, $filterBy: ConfigurationFindingFilters) { configurationFindings(first: $first, after: $after, filterBy: $filterBy) { ${page} nodes { id name severity status firstSeenAt analyzedAt updatedAt statusChangedAt resource ${snapshot} } } }`,
    filterBy: { includeDeleted: true },
    read: (node) => ({
      ...common(node),
      title: node.name,
      firstFoundAt: node.firstSeenAt,
      lastFoundAt: node.analyzedAt,
      createdAt: node.firstSeenAt,
      statusChangedAt: node.statusChangedAt,
      asset: assetOf(node.resource),
    }),
  },
  threat: {
    query: `query ($first: Int, $after: String, $filterBy: DetectionFilters) { detections(first: $first, after: $after, filterBy: $filterBy) { ${page} nodes { id severity startedAt endedAt createdAt updatedAt ruleMatch { rule { name } } primaryResource ${snapshot} } } }`,
    filterBy: { type: { equals: ["GENERATED_THREAT", "MATCH_ONLY"] } },
    read: (node) => ({
      ...common(node),
      title: node.ruleMatch.rule.name,
      firstFoundAt: node.startedAt,
      lastFoundAt: node.endedAt,
      createdAt: node.createdAt,
      asset: assetOf(node.primaryResource),
    }),
  },
  asset: {
    query: `query ($first: Int, $after: String, $filterBy: CloudResourceV2Filters) { cloudResourcesV2(first: $first, after: $after, filterBy: $filterBy) { ${page} nodes { id name type nativeType cloudPlatform region providerUniqueId status firstSeen lastSeen deletedAt updatedAt cloudAccount { externalId } } } }`,
    filterBy: { includeDeleted: true },
    read: ({ cloudAccount, ...node }) => ({ ...node, subscriptionExternalId: cloudAccount?.externalId ?? null }),
  },
};

function common(node: Body): object {
  return {
    id: node.id,
    severity: node.severity,
    ...(node.status === undefined ? {} : { status: node.status }),
    updatedAt: node.updatedAt,
    ...(node.resolvedAt === undefined ? {} : { resolvedAt: node.resolvedAt }),
  };
}

function assetOf(node: Body): object {
  return { externalId: node.id, name: node.name };
}

async function truthLines(client: TestClient, kind: string): Promise<Body[]> {
  const { text } = await client.get(`/emulator/truth?kind=${kind}`);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("the truth", () => {
  const client = createTestClient({ findings: 3000 });
  client.emulator.advance(3 * 86_400);

  it.each(Object.keys(kinds))("holds the same %s records as the API, in every value", async (kind) => {
    const { query, filterBy, read } = kinds[kind]!;
    const nodes = await readAll(client, query, 500, filterBy);
    const truth = new Map((await truthLines(client, kind)).map((line) => [line.id, line]));
    expect(nodes).toHaveLength(truth.size);
    for (const node of nodes) expect(truth.get(node.id)).toMatchObject(read(node));
  });

  it("names only assets that the inventory has", async () => {
    const assets = new Set((await truthLines(client, "asset")).map((line) => line.id));
    for (const kind of ["issue", "vulnerability", "misconfiguration", "threat"]) {
      for (const line of await truthLines(client, kind)) expect(assets).toContain(line.asset.externalId);
    }
  });

  it("refuses a kind that it does not know", async () => {
    expect((await client.get("/emulator/truth?kind=dream")).status).toBe(400);
  });

  it("is summed up by the state", async () => {
    const state = JSON.parse((await client.get("/emulator/state")).text);
    for (const kind of Object.keys(kinds)) expect(state.counts[kind]).toBe((await truthLines(client, kind)).length);
    expect(state).toMatchObject({ now: "2026-08-06T00:00:00Z", live: false });
    expect(state.deletedAssets).toBeGreaterThan(0);
  });
});
