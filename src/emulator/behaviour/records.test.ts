import { describe, expect, it } from "vitest";
import { type Body, createTestClient, readAll } from "../test-client.ts";

const client = createTestClient({ findings: 5000, changesPerHour: 400 });
client.emulator.advance(86_400);

async function nodesOf(root: string, fields: string, filterBy?: [type: string, filter: object]): Promise<Body[]> {
  const [declared, passed] =
    filterBy === undefined ? ["", ""] : [`, $filterBy: ${filterBy[0]}`, ", filterBy: $filterBy"];
  const text = `query ($first: Int, $after: String${declared}) { ${root}(first: $first, after: $after${passed}) { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`;
  return readAll(client, text, 500, filterBy?.[1]);
}

describe("an issue", () => {
  it("is of one of five types", async () => {
    const types = new Set((await nodesOf("issuesV2", "type")).map((node) => node.type));
    expect([...types].sort()).toEqual([
      "ATTACK_SURFACE",
      "CLOUD_CONFIGURATION",
      "RISK_TOXIC_COMBINATION",
      "THREAT_DETECTION",
      "TOXIC_COMBINATION",
    ]);
  });

  it("comes from the deprecated list too, with its deprecated fields beside those of today", async () => {
    const old = await nodesOf(
      "issues",
      "id sourceRule { ... on Control { id } ... on CloudEventRule { id } ... on CloudConfigurationRule { id } } control { id } note project { id } serviceTicket: serviceTickets { id }",
    );
    const today = await nodesOf(
      "issuesV2",
      "id sourceRules { id name description } notes { text } projects { id } serviceTickets { externalId name url }",
    );
    expect(old.map((node) => node.id)).toEqual(today.map((node) => node.id));
    expect(old.map((node) => node.sourceRule.id)).toEqual(today.map((node) => node.sourceRules[0].id));
    expect(old.map((node) => node.project?.id)).toEqual(today.map((node) => node.projects?.[0]?.id));
  });

  it("names its rule through the interface or by fragments, in which the remedy has two names", async () => {
    const nodes = await nodesOf(
      "issuesV2",
      "type sourceRules { __typename name description securitySubCategories { category { framework { name } } } ... on Control { resolutionRecommendation } ... on CloudConfigurationRule { remediationInstructions } ... on CloudEventRule { ruleType: type } }",
    );
    const kinds = new Set(nodes.map((node) => node.sourceRules[0].__typename));
    expect([...kinds].sort()).toEqual(["CloudConfigurationRule", "CloudEventRule", "Control"]);
    for (const { sourceRules } of nodes) expect(sourceRules[0].name).not.toBe("");
  });

  it("keeps a snapshot of what it is about, while the thing itself is null once it is deleted", async () => {
    const nodes = await nodesOf("issuesV2", "entity { id } entitySnapshot { id name tags subscriptionTags }");
    const lost = nodes.filter((node) => node.entity === null);
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.length).toBeLessThan(nodes.length);
    for (const { entitySnapshot } of lost) expect(entitySnapshot.name).not.toBe("");
    // Maps here, lists of pairs on cloud resources and misconfigurations.
    for (const { entitySnapshot } of nodes) expect(Array.isArray(entitySnapshot.tags)).toBe(false);
  });

  it("links to the portal", async () => {
    const [node] = await nodesOf("issuesV2", "id url");
    expect(node.url).toBe(`https://app.wiz.io/issues#~(issue~'${node.id})`);
  });

  it("that is a threat has details and detections, others have none", async () => {
    const nodes = await nodesOf(
      "issuesV2",
      "type threatDetectionDetails { mainDetection { id } detections(first: 1) { totalCount nodes { id type } } actors { id } resources { id } }",
    );
    for (const { type, threatDetectionDetails } of nodes)
      expect(threatDetectionDetails !== null).toBe(type === "THREAT_DETECTION");
    const [threat] = nodes.filter((node) => (node.threatDetectionDetails?.detections.totalCount ?? 0) > 0);
    expect(threat.threatDetectionDetails.detections.nodes).toEqual([
      { id: threat.threatDetectionDetails.mainDetection.id, type: "GENERATED_THREAT" },
    ]);
  });
});

describe("a vulnerability", () => {
  it("says NONE where issues say INFORMATIONAL, and carries the CVE in its odd capitals", async () => {
    const nodes = await nodesOf("vulnerabilityFindings", "name severity vendorSeverity CVEDescription CVSSSeverity");
    for (const node of nodes) {
      expect(["NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL"]).toContain(node.severity);
      expect(node.name).toMatch(/^CVE-\d{4}-\d+$/);
      expect(node.CVEDescription).not.toBe("");
    }
    const issues = await createTestClient().query(
      "{ vulnerabilityFindings(first: 1, filterBy: { severity: [INFORMATIONAL] }) { totalCount } }",
    );
    expect(issues.status).toBe(400);
  });

  it("is on one of several kinds of asset, all with the fields of their interface", async () => {
    const nodes = await nodesOf(
      "vulnerabilityFindings",
      "vulnerableAsset { __typename ... on VulnerableAssetBase { id type name } ... on VulnerableAssetVirtualMachine { operatingSystem ipAddresses } ... on VulnerableAssetContainer { PodName } ... on VulnerableAssetContainerImage { imageId } ... on VulnerableAssetServerless { runtime } }",
    );
    const kinds = new Set(nodes.map((node) => node.vulnerableAsset.__typename));
    for (const kind of ["VirtualMachine", "Container", "ContainerImage", "Serverless"])
      expect(kinds).toContain(`VulnerableAsset${kind}`);
    for (const { vulnerableAsset } of nodes) expect(vulnerableAsset.name).toEqual(expect.any(String));
  });
});

describe("a misconfiguration", () => {
  it("says NONE, too, and how its check went", async () => {
    const nodes = await nodesOf(
      "configurationFindings",
      "severity result status resource { subscription { externalId cloudProvider } tags { key value } }",
    );
    for (const node of nodes) expect(["NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL"]).toContain(node.severity);
    expect(new Set(nodes.map((node) => node.result))).toContain("PASS");
    expect(nodes.some((node) => Array.isArray(node.resource.tags))).toBe(true);
  });

  it("on a deleted resource comes only when it is asked for", async () => {
    const ask = async (includeDeleted?: boolean) =>
      (
        await nodesOf(
          "configurationFindings",
          "id deleted",
          includeDeleted === undefined ? undefined : ["ConfigurationFindingFilters", { includeDeleted }],
        )
      ).filter((node) => node.deleted).length;
    expect([await ask(), await ask(false), (await ask(true)) > 0]).toEqual([0, 0, true]);
  });

  it("can be asked for quickly", async () => {
    const { body } = await client.query("{ configurationFindings(first: 1, quick: true) { nodes { id } } }");
    expect(body.data.configurationFindings.nodes).toHaveLength(1);
  });
});

describe("a detection", () => {
  it("mentions things in its description in Wiz's own notation, and without it as plain text", async () => {
    const nodes = await nodesOf("detections", "description(format: MARKDOWN) plain: description(format: PLAIN_TEXT)");
    const marked = nodes.filter((node) => /:cloud-resource\[[^\]]+\]\{resourceId="[^"]+"\}/.test(node.description));
    expect(marked.length).toBeGreaterThan(0);
    for (const node of nodes) expect(node.plain).not.toContain(":cloud-resource[");
  });

  it("has its events only as far as they are asked for, and both counts of them", async () => {
    const events = "triggeringEvents(first: 10) { totalCount totalCountV2 nodes { ... on CloudEvent { name } } }";
    const [node] = await nodesOf(
      "detections",
      `${events} none: triggeringEvents(first: 0) { nodes { ... on CloudEvent { id } } }`,
    );
    expect(node.triggeringEvents).toMatchObject({ totalCount: 1, totalCountV2: 1, nodes: [{}] });
    expect(node.none.nodes).toEqual([]);
  });

  it("takes the option for gap-free time", async () => {
    const { body } = await client.query("{ detections(first: 1, enforceTimestampContinuity: true) { nodes { id } } }");
    expect(body.data.detections.nodes).toHaveLength(1);
  });
});

describe("a cloud resource", () => {
  it("has a status in mixed case and tags as pairs", async () => {
    const nodes = await nodesOf("cloudResourcesV2", "status tags { key value } cloudPlatform");
    expect([...new Set(nodes.map((node) => node.status))].sort()).toEqual(["Active", "Error", "Inactive"]);
    expect(new Set(nodes.map((node) => node.cloudPlatform))).toContain("Azure");
    expect(nodes.some((node) => node.tags?.[0]?.key === "app")).toBe(true);
  });

  it("that was deleted comes when deleted ones are asked for, in either way", async () => {
    const count = async (filter?: object) =>
      (await nodesOf("cloudResourcesV2", "deletedAt", filter && ["CloudResourceV2Filters", filter])).filter(
        (node) => node.deletedAt !== null,
      ).length;
    const deleted = await count({ includeDeleted: true });
    expect(deleted).toBeGreaterThan(0);
    expect(await count()).toBe(0);
    expect(await count({ deletedAt: { after: "2020-01-01T00:00:00Z" } })).toBe(deleted);
  });

  it("carries the graph's raw properties, whose keys differ by type", async () => {
    const nodes = await nodesOf("cloudResourcesV2", "type graphEntity { id type properties providerUniqueId }");
    for (const { type, graphEntity } of nodes.slice(0, 50)) {
      expect(graphEntity.type).toBe(type);
      expect(Object.keys(graphEntity.properties).length).toBeGreaterThan(0);
    }
  });
});

describe("the clocks of a record", () => {
  const read = async (one: ReturnType<typeof createTestClient>, kind: "vulnerability" | "issue") =>
    new Map([...one.emulator.truth(kind)].map((record) => [record.id, record as Body]));

  it("move lastDetectedAt and not updatedAt when a vulnerability is only seen again", async () => {
    const one = createTestClient({ findings: 2000, changesPerHour: 500 });
    const before = await read(one, "vulnerability");
    one.emulator.advance(6 * 3600);
    const seenAgain = [...(await read(one, "vulnerability")).values()].filter((now) => {
      const then = before.get(now.id);
      return then !== undefined && then.lastFoundAt !== now.lastFoundAt && then.updatedAt === now.updatedAt;
    });
    expect(seenAgain.length).toBeGreaterThan(0);
  });

  it("move statusChangedAt of an issue with every change of its status, and with nothing else", async () => {
    const one = createTestClient({ findings: 2000, changesPerHour: 500, silentEdits: true });
    const before = await read(one, "issue");
    one.emulator.advance(12 * 3600);
    const changed = [...(await read(one, "issue")).values()].filter((now) => before.has(now.id));
    const silent = changed.filter((now) => {
      const then = before.get(now.id)!;
      expect(now.statusChangedAt !== then.statusChangedAt).toBe(
        now.status !== then.status || Date.parse(now.statusChangedAt) > Date.parse(then.statusChangedAt),
      );
      return now.statusChangedAt === then.statusChangedAt && now.updatedAt !== then.updatedAt;
    });
    for (const now of silent) expect(now.status).toBe(before.get(now.id)!.status);
    expect(silent.length).toBeGreaterThan(0);
  });

  it("are written with as many digits as they have, up to microseconds, in UTC", async () => {
    const nodes = await nodesOf("vulnerabilityFindings", "updatedAt");
    for (const { updatedAt } of nodes) expect(updatedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,5}[1-9])?Z$/);
    expect(new Set(nodes.map(({ updatedAt }) => updatedAt.length)).size).toBeGreaterThan(1);
  });
});
