import { describe, expect, it } from "vitest";
import { createTestClient, readAll } from "./test-client.ts";

const titles =
  "{ vulnerabilityFindings(first: 2) { nodes { id name } pageInfo { hasNextPage endCursor } totalCount } }";

describe("the token endpoint", () => {
  it("hands out a bearer token that lives as long as it says", async () => {
    const client = createTestClient({ tokenLifeSeconds: 900 });
    const { status, body } = await client.token();
    expect(status).toBe(200);
    expect(body).toMatchObject({ expires_in: 900, token_type: "Bearer" });
    const ask = () => client.query(titles, {}, { headers: { authorization: `Bearer ${body.access_token}` } });
    expect((await ask()).status).toBe(200);
    client.emulator.advance(901);
    expect(await ask()).toMatchObject({ status: 401, text: "Unauthorized" });
  });

  it("refuses what Wiz refuses, without saying which half was wrong", async () => {
    const client = createTestClient();
    expect(await client.token({ client_secret: "wrong" })).toEqual({ status: 401, body: { error: "invalid_client" } });
    expect(await client.token({ client_id: "nobody" })).toEqual({ status: 401, body: { error: "invalid_client" } });
    expect((await client.token({ grant_type: "password" })).status).toBe(400);
    expect((await client.token({ audience: "beyond-api" })).status).toBe(403);
    expect((await client.token({}, { headers: { "content-type": "application/json" } })).status).toBe(400);
  });

  it("speaks as Auth0 did, with its audience", async () => {
    const client = createTestClient({ authStyle: "auth0" });
    expect((await client.token({ audience: "beyond-api" })).status).toBe(200);
    expect(await client.token({ client_secret: "wrong" })).toEqual({
      status: 401,
      body: { error: "access_denied", error_description: "Unauthorized" },
    });
  });

  it("wants the new secret after it was rotated", async () => {
    const client = createTestClient();
    await client.post("/emulator/secret", { secret: "new" });
    expect((await client.token()).status).toBe(401);
    expect((await client.token({ client_secret: "new" })).status).toBe(200);
  });
});

describe("the GraphQL endpoint", () => {
  it("answers 401 without a good token, 415 without JSON's content type, 400 to what is not JSON", async () => {
    const client = createTestClient();
    expect(await client.query(titles, {}, { headers: { authorization: "Bearer nonsense" } })).toMatchObject({
      status: 401,
      text: "Unauthorized",
    });
    expect((await client.query(titles, {}, { headers: { "content-type": "text/plain" } })).status).toBe(415);
    expect(await client.query(titles, {}, { body: "{" })).toMatchObject({ status: 400, text: "Could not parse JSON" });
  });

  it("refuses an unknown field with Wiz's text and code", async () => {
    const { status, body } = await createTestClient().query("{ projects(first: 1) { nodes { businessImpact } } }");
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({
      message: 'Cannot query field "businessImpact" on type "Project".',
      extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
    });
  });

  it("refuses a filter of another root's shape", async () => {
    const query =
      "query ($filterBy: VulnerabilityFindingFilters) { vulnerabilityFindings(first: 1, filterBy: $filterBy) { totalCount } }";
    const { status, body } = await createTestClient().query(query, { filterBy: { severity: { equals: ["HIGH"] } } });
    expect(status).toBe(400);
    expect(body).toEqual({
      data: null,
      errors: [
        {
          message: "invalid type for variable: 'filterBy'",
          extensions: { code: "VALIDATION_INVALID_TYPE_VARIABLE", name: "filterBy" },
        },
      ],
    });
  });

  it("says inside a 200 which scope is missing and which are there", async () => {
    const client = createTestClient({ scopes: ["read:issues", "read:projects"] });
    const { status, body } = await client.query(titles);
    expect(status).toBe(200);
    expect(body.data).toBeNull();
    expect(body.errors[0]).toMatchObject({
      message:
        "access denied, at least one of the following is required: [read:all read:vulnerabilities], your permissions: [read:issues read:projects]",
      extensions: { code: "UNAUTHORIZED" },
    });
    await client.post("/emulator/scopes", { scopes: ["read:all"] });
    expect((await client.query(titles)).body.errors).toBeUndefined();
  });

  it("says that detections need a licence", async () => {
    const { body } = await createTestClient({ hasDefendLicence: false }).query(
      "{ detections(first: 1) { totalCount } }",
    );
    expect(body.errors[0].extensions).toEqual({
      code: "LICENSE_MISSING",
      requiredFeatures: ["CLOUD_EVENTS_AND_DETECTION_DEFEND"],
    });
  });

  it("knows malformed and unknown ids apart", async () => {
    const client = createTestClient();
    const malformed = await client.query('{ issue(id: "abc") { id } }');
    expect(malformed.body).toMatchObject({
      data: { issue: null },
      errors: [
        { message: "id must be a valid service issue id", path: ["issue"], extensions: { code: "BAD_USER_INPUT" } },
      ],
    });
    const unknown = await client.query('{ issue(id: "00000000-0000-5000-8000-000000000000") { id } }');
    expect(unknown.body.errors[0]).toMatchObject({ message: "Resource not found", extensions: { code: "NOT_FOUND" } });
    const { id } = client.emulator.truth("issue").next().value!;
    expect((await client.query(`{ issue(id: "${id}") { id } }`)).body).toEqual({ data: { issue: { id } } });
  });

  it("carries the tenant's time in the Date header", async () => {
    const client = createTestClient();
    expect((await client.query(titles)).headers.get("date")).toBe("Mon, 03 Aug 2026 00:00:00 GMT");
    await client.post("/emulator/clock", { advanceSeconds: 3600 });
    expect((await client.query(titles)).headers.get("date")).toBe("Mon, 03 Aug 2026 01:00:00 GMT");
  });
});

describe("paging", () => {
  const query =
    "query ($first: Int, $after: String, $filterBy: VulnerabilityFindingFilters) { vulnerabilityFindings(first: $first, after: $after, filterBy: $filterBy) { nodes { id } pageInfo { hasNextPage endCursor } totalCount } }";

  it("needs first, takes none for a count, and has a limit that is higher for vulnerabilities", async () => {
    const client = createTestClient();
    const ask = async (root: string, first: number | null) =>
      (await client.query(`query ($first: Int) { ${root}(first: $first) { totalCount } }`, { first })).body;
    expect((await ask("issuesV2", null)).errors[0].message).toContain("You must include a value");
    expect((await ask("issuesV2", 0)).data.issuesV2.totalCount).toBe(40);
    expect((await ask("issuesV2", 501)).errors[0].extensions.code).toBe("BAD_USER_INPUT");
    expect((await ask("vulnerabilityFindings", 5000)).errors).toBeUndefined();
    expect((await ask("vulnerabilityFindings", 5001)).errors[0].extensions.code).toBe("BAD_USER_INPUT");
  });

  it("reaches every record once, whatever the page size", async () => {
    const client = createTestClient();
    const expected = [...client.emulator.truth("vulnerability")].map((record) => record.id);
    for (const first of [7, 100, 500])
      expect((await readAll(client, query, first)).map((node) => node.id)).toEqual(expected);
  });

  it("takes a cursor with another page size, but not with another question", async () => {
    const client = createTestClient();
    const { endCursor } = (await client.query(query, { first: 3 })).body.data.vulnerabilityFindings.pageInfo;
    expect(JSON.parse(Buffer.from(endCursor, "base64").toString()).fields[0].Field).toBe("CreatedAt");
    expect((await client.query(query, { first: 9, after: endCursor })).body.errors).toBeUndefined();
    const other = await client.query(query, { first: 3, after: endCursor, filterBy: { severity: ["HIGH"] } });
    expect(other.body.errors[0].extensions.code).toBe("BAD_USER_INPUT");
  });

  it("goes on where it was when records appear and change between two pages", async () => {
    const client = createTestClient({ changesPerHour: 500 });
    const before = [...client.emulator.truth("vulnerability")].map((record) => record.id);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const connection: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } = (
        await client.query(query, { first: 50, after })
      ).body.data.vulnerabilityFindings;
      seen.push(...connection.nodes.map((node) => node.id));
      after = connection.pageInfo.hasNextPage ? connection.pageInfo.endCursor : null;
      client.emulator.advance(600);
    } while (after !== null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(before.every((id) => seen.includes(id))).toBe(true);
    expect(seen.length).toBeGreaterThan(before.length);
  });

  it("sorts by what was asked, in both directions", async () => {
    const ordered =
      "query ($first: Int, $after: String, $filterBy: IssueFilters) { issuesV2(first: $first, after: $after, filterBy: $filterBy, orderBy: { field: STATUS_CHANGED_AT, direction: DESC }) { nodes { id statusChangedAt } pageInfo { hasNextPage endCursor } } }";
    const nodes = await readAll(createTestClient(), ordered, 6);
    const times = nodes.map((node) => Date.parse(node.statusChangedAt));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(new Set(nodes.map((node) => node.id)).size).toBe(40);
  });

  it("caps the count, says so, and still pages to the end", async () => {
    const client = createTestClient({ countCap: 100 });
    const { body } = await client.query("{ vulnerabilityFindings(first: 0) { totalCount maxCountReached } }");
    expect(body.data.vulnerabilityFindings).toEqual({ totalCount: 100, maxCountReached: true });
    expect(await readAll(client, query, 200)).toHaveLength(390);
  });
});

describe("filters", () => {
  it("answers generated threats only as soon as a filter is sent without a type", async () => {
    const client = createTestClient();
    const count = async (filterBy: unknown) =>
      (
        await client.query(
          "query ($filterBy: DetectionFilters) { detections(first: 0, filterBy: $filterBy) { totalCount } }",
          { filterBy },
        )
      ).body.data.detections.totalCount;
    expect(await count(null)).toBe(10);
    expect(await count({ createdAt: { after: "2020-01-01T00:00:00Z" } })).toBe(6);
    expect(
      await count({
        createdAt: { after: "2020-01-01T00:00:00Z" },
        type: { equals: ["GENERATED_THREAT", "MATCH_ONLY"] },
      }),
    ).toBe(10);
  });

  it("counts the same as the truth does", async () => {
    const client = createTestClient({ findings: 2000 });
    client.emulator.advance(86_400);
    const all = [...client.emulator.truth("vulnerability")] as {
      severity: string;
      status: string;
      updatedAt: string;
    }[];
    const after = "2026-08-03T06:00:00.5Z";
    const wanted = all.filter(
      (one) =>
        ["CRITICAL", "HIGH"].includes(one.severity) &&
        one.status === "OPEN" &&
        Date.parse(one.updatedAt) > Date.parse(after),
    );
    const { body } = await client.query(
      "query ($filterBy: VulnerabilityFindingFilters) { vulnerabilityFindings(first: 0, filterBy: $filterBy) { totalCount } }",
      { filterBy: { severity: ["CRITICAL", "HIGH"], status: ["OPEN"], updatedAt: { after } } },
    );
    expect(wanted.length).toBeGreaterThan(0);
    expect(body.data.vulnerabilityFindings.totalCount).toBe(wanted.length);
  });

  it("leaves both ends of a window outside", async () => {
    const client = createTestClient();
    const { firstFoundAt } = client.emulator.truth("vulnerability").next().value as { firstFoundAt: string };
    const count = async (firstSeenAt: object) =>
      (
        await client.query(
          "query ($filterBy: VulnerabilityFindingFilters) { vulnerabilityFindings(first: 0, filterBy: $filterBy) { totalCount } }",
          { filterBy: { firstSeenAt } },
        )
      ).body.data.vulnerabilityFindings.totalCount;
    const all = await count({});
    expect(await count({ before: firstFoundAt })).toBe(0);
    expect(await count({ after: firstFoundAt })).toBeLessThan(all);
  });

  it("shows a project-scoped account its projects only, and only when it names them", async () => {
    const client = createTestClient({ findings: 2000, projects: ["Payments"] });
    const query =
      "query ($filterBy: IssueFilters) { issuesV2(first: 500, filterBy: $filterBy) { nodes { projects { id name } } } }";
    expect((await client.query(query)).body.errors[0].extensions.code).toBe("UNAUTHORIZED");
    const { nodes: projects } = (await client.query("{ projects(first: 100) { nodes { id name } } }")).body.data
      .projects;
    expect(projects).toMatchObject([{ name: "Payments" }]);
    const { nodes } = (await client.query(query, { filterBy: { project: [projects[0].id] } })).body.data.issuesV2;
    expect(nodes.length).toBeGreaterThan(0);
    for (const node of nodes)
      expect(node.projects.map((project: { name: string }) => project.name)).toContain("Payments");
  });
});
