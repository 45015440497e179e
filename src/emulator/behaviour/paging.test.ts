import { describe, expect, it } from "vitest";
import { type Body, createTestClient, readAll } from "../test-client.ts";

const query =
  "query ($first: Int, $after: String, $filterBy: VulnerabilityFindingFilters) { vulnerabilityFindings(first: $first, after: $after, filterBy: $filterBy) { nodes { id } pageInfo { hasNextPage endCursor } totalCount } }";

const fieldsIn = (cursor: string) =>
  JSON.parse(Buffer.from(cursor, "base64").toString()).fields.map((field: { Field: string }) => field.Field);

describe("the size of a page", () => {
  it.each([
    ["issuesV2", 500],
    ["issues", 500],
    ["vulnerabilityFindings", 5000],
    ["configurationFindings", 500],
    ["detections", 500],
    ["cloudResourcesV2", 500],
    ["projects", 500],
    ["cloudAccounts", 500],
    ["serviceAccounts", 500],
  ])("of %s must be said, can be 0 for a count, and is at most %i", async (root, maximum) => {
    const client = createTestClient();
    const ask = async (first: number | null) =>
      (await client.query(`query ($first: Int) { ${root}(first: $first) { totalCount nodes { id } } }`, { first }))
        .body;
    expect((await ask(null)).errors[0].message).toContain("You must include a value");
    const none = (await ask(0)).data[root];
    expect([none.nodes, none.totalCount > 0]).toEqual([[], true]);
    expect((await ask(maximum)).errors).toBeUndefined();
    expect((await ask(maximum + 1)).errors[0].extensions.code).toBe("BAD_USER_INPUT");
    expect((await ask(-1)).errors[0].extensions.code).toBe("BAD_USER_INPUT");
  });

  it("above the maximum is cut to it by a tenant that is told so", async () => {
    const client = createTestClient({ findings: 12_000, aboveMaximum: "clamp" });
    const { body } = await client.query("{ issuesV2(first: 5000) { nodes { id } pageInfo { hasNextPage } } }");
    expect(body.data.issuesV2.nodes).toHaveLength(500);
    expect(body.data.issuesV2.pageInfo.hasNextPage).toBe(true);
  });
});

describe("a walk from page to page", () => {
  it("reaches every record once, whatever the page size", async () => {
    const client = createTestClient();
    const expected = [...client.emulator.truth("vulnerability")].map((record) => record.id);
    for (const first of [7, 100, 500])
      expect((await readAll(client, query, first)).map((node) => node.id)).toEqual(expected);
  });

  it("ends with a page that says so and can carry a cursor all the same; after it there is nothing", async () => {
    const client = createTestClient();
    const last = (await client.query(query, { first: 500 })).body.data.vulnerabilityFindings.pageInfo;
    expect(last).toEqual({ hasNextPage: false, endCursor: expect.any(String) });
    const beyond = (await client.query(query, { first: 500, after: last.endCursor })).body.data.vulnerabilityFindings;
    expect(beyond).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false, endCursor: null } });
  });

  it("goes on where it was when records appear and change between two pages", async () => {
    const client = createTestClient({ changesPerHour: 500 });
    const before = [...client.emulator.truth("vulnerability")].map((record) => record.id);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Body = (await client.query(query, { first: 50, after })).body.data.vulnerabilityFindings;
      seen.push(...page.nodes.map((node: Body) => node.id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      client.emulator.advance(600);
    } while (after !== null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(before.every((id) => seen.includes(id))).toBe(true);
    expect(seen.length).toBeGreaterThan(before.length);
  });

  it("can be cut at instants that many records share, and misses none between", async () => {
    const client = createTestClient({ findings: 2000 });
    const all = [...client.emulator.truth("vulnerability")] as { id: string; firstFoundAt: string }[];
    const groups = new Map<string, number>();
    for (const one of all) groups.set(one.firstFoundAt, (groups.get(one.firstFoundAt) ?? 0) + 1);
    expect(Math.max(...groups.values())).toBeGreaterThan(10);
    const middle = all[1000]!.firstFoundAt;
    const count = async (firstSeenAt: object) => (await readAll(client, query, 500, { firstSeenAt })).length;
    const shared = groups.get(middle)!;
    expect((await count({ before: middle })) + (await count({ after: middle })) + shared).toBe(all.length);
  });
});

describe("a cursor", () => {
  it.each([
    ["issuesV2", "CreatedAt"],
    ["vulnerabilityFindings", "CreatedAt"],
    ["configurationFindings", "AnalyzedAt"],
    ["detections", "UpdatedAt"],
    ["cloudResourcesV2", "FirstSeen"],
  ])("of %s is base64 of JSON with the sort key %s and the id", async (root, field) => {
    const { body } = await createTestClient().query(`{ ${root}(first: 1) { pageInfo { endCursor } } }`);
    expect(fieldsIn(body.data[root].pageInfo.endCursor)).toEqual([field, "Id"]);
  });

  it("is good with another page size, but not with another question, and not when it is no cursor", async () => {
    const client = createTestClient();
    const { endCursor } = (await client.query(query, { first: 3 })).body.data.vulnerabilityFindings.pageInfo;
    expect((await client.query(query, { first: 9, after: endCursor })).body.errors).toBeUndefined();
    const other = await client.query(query, { first: 3, after: endCursor, filterBy: { severity: ["HIGH"] } });
    expect([other.status, other.body.errors[0].extensions.code]).toEqual([200, "BAD_USER_INPUT"]);
    const nonsense = await client.query(query, { first: 3, after: "bm9uc2Vuc2U=" });
    expect(nonsense.body.errors[0].extensions.code).toBe("BAD_USER_INPUT");
  });
});

describe("the order", () => {
  const orders: [root: string, field: string, node: string][] = [
    ["issuesV2", "CREATED_AT", "createdAt"],
    ["issuesV2", "STATUS_CHANGED_AT", "statusChangedAt"],
    ["vulnerabilityFindings", "CREATED_AT", "firstDetectedAt"],
    ["vulnerabilityFindings", "INCREMENTAL", "updatedAt"],
    ["configurationFindings", "ANALYZED_AT", "analyzedAt"],
    ["detections", "CREATED_AT", "createdAt"],
    ["detections", "STARTED_AT", "startedAt"],
    ["detections", "UPDATED_AT", "updatedAt"],
    ["cloudResourcesV2", "FIRST_SEEN", "firstSeen"],
  ];

  it.each(orders)("of %s by %s is the order of %s, forwards and backwards, page by page", async (root, field, name) => {
    const client = createTestClient();
    client.emulator.advance(6 * 3600);
    for (const direction of ["ASC", "DESC"]) {
      const text = `query ($first: Int, $after: String) { ${root}(first: $first, after: $after, orderBy: { field: ${field}, direction: ${direction} }) { nodes { id ${name} } pageInfo { hasNextPage endCursor } } }`;
      const nodes = await readAll(client, text, 7);
      const times = nodes.map((node) => Date.parse(node[name]));
      expect(times).toEqual([...times].sort((a, b) => (direction === "ASC" ? a - b : b - a)));
      expect(new Set(nodes.map((node) => node.id)).size).toBe(nodes.length);
    }
  });

  it.each(["ID", "RESOLVED_AT", "SEVERITY", "SEVERITY_EXPLOITABLE", "THREAT_LAST_GROUPED_AT"])(
    "of issues by %s reaches every issue once",
    async (field) => {
      const text = `query ($first: Int, $after: String) { issuesV2(first: $first, after: $after, orderBy: { field: ${field}, direction: DESC }) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
      expect(new Set((await readAll(createTestClient(), text, 6)).map((node) => node.id)).size).toBe(40);
    },
  );

  it.each(["RELATED_ISSUE_SEVERITY", "RELATED_SOURCE_MAPPED_ISSUE_SEVERITY", "TECHNOLOGY_END_OF_LIFE_DATE"])(
    "of vulnerabilities by %s reaches every one once",
    async (field) => {
      const text = `query ($first: Int, $after: String) { vulnerabilityFindings(first: $first, after: $after, orderBy: { field: ${field}, direction: ASC }) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
      expect(new Set((await readAll(createTestClient(), text, 60)).map((node) => node.id)).size).toBe(390);
    },
  );
});

describe("the count", () => {
  it.each(["vulnerabilityFindings", "configurationFindings", "detections"])(
    "of %s can be capped, says so, and does not end the walk",
    async (root) => {
      const client = createTestClient({ countCap: 5 });
      const { body } = await client.query(`{ ${root}(first: 0) { totalCount maxCountReached } }`);
      expect(body.data[root]).toEqual({ totalCount: 5, maxCountReached: true });
      const text = `query ($first: Int, $after: String) { ${root}(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
      expect((await readAll(client, text, 3)).length).toBeGreaterThan(5);
      const whole = await createTestClient().query(`{ ${root}(first: 0) { maxCountReached } }`);
      expect(whole.body.data[root].maxCountReached).toBe(false);
    },
  );

  it("of issues and cloud resources has no word for a cap", async () => {
    for (const root of ["issuesV2", "cloudResourcesV2"])
      expect((await createTestClient().query(`{ ${root}(first: 0) { maxCountReached } }`)).status).toBe(400);
  });

  it("of detections can be asked for in full", async () => {
    const { body } = await createTestClient({ countCap: 5 }).query(
      "{ detections(first: 0, exactCount: true) { totalCount maxCountReached } }",
    );
    expect(body.data.detections).toEqual({ totalCount: 10, maxCountReached: false });
  });

  it("of cloud resources has a name of its own, too", async () => {
    const { body } = await createTestClient().query(
      "{ cloudResourcesV2(first: 0) { totalCount totalServiceUsageResourceCount } }",
    );
    const { totalCount, totalServiceUsageResourceCount } = body.data.cloudResourcesV2;
    expect([totalCount, totalServiceUsageResourceCount]).toEqual([125, 125]);
  });

  it("of issues comes by severity, and as the number of things that have some", async () => {
    const client = createTestClient();
    const { body } = await client.query(
      "{ issuesV2(first: 0) { totalCount uniqueEntityCount criticalSeverityCount highSeverityCount mediumSeverityCount lowSeverityCount informationalSeverityCount } }",
    );
    const { totalCount, uniqueEntityCount, ...severities } = body.data.issuesV2;
    expect(Object.values<number>(severities).reduce((sum, count) => sum + count)).toBe(totalCount);
    const assets = [...client.emulator.truth("issue")].map((one) => (one as Body).asset.externalId);
    expect(uniqueEntityCount).toBe(new Set(assets).size);
  });
});
