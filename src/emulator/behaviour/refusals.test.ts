import { describe, expect, it } from "vitest";
import { createTestClient } from "../test-client.ts";

const question = "{ vulnerabilityFindings(first: 2) { nodes { id name } totalCount } }";
const filtered =
  "query ($filterBy: VulnerabilityFindingFilters) { vulnerabilityFindings(first: 1, filterBy: $filterBy) { totalCount } }";

describe("the endpoint", () => {
  it("is one path that takes POST alone", async () => {
    const { emulator } = createTestClient();
    const status = async (path: string, method: string) =>
      (await emulator.fetch(`http://wiz.test${path}`, { method })).status;
    expect(await status("/graphql/graphql", "POST")).toBe(404);
    expect(await status("/graphql?query={__typename}", "GET")).toBe(405);
  });

  it("answers 401 without a good token, 415 without JSON's content type, 400 to what is not JSON", async () => {
    const client = createTestClient();
    const bad = { headers: { authorization: "Bearer nonsense" } };
    expect(await client.query(question, {}, bad)).toMatchObject({ status: 401, text: "Unauthorized" });
    expect((await client.query(question, {}, { headers: { "content-type": "text/plain" } })).status).toBe(415);
    expect(await client.query(question, {}, { body: "{" })).toMatchObject({
      status: 400,
      text: "Could not parse JSON",
    });
  });

  it("asks for no user agent, no accept header and no operation name", async () => {
    const client = createTestClient();
    expect((await client.query(question)).status).toBe(200);
    const several = "query A { __typename } query B { __typename }";
    const body = (operationName?: string) => ({ body: JSON.stringify({ query: several, operationName }) });
    expect((await client.query("", {}, body())).status).toBe(400);
    expect((await client.query("", {}, body("B"))).body).toEqual({ data: { __typename: "Query" } });
  });

  it("shows its schema to every service account, a single type only by a literal name", async () => {
    const client = createTestClient({ scopes: [] });
    const { body } = await client.query('{ __type(name: "Issue") { kind } __schema { queryType { name } } }');
    expect(body.data).toEqual({ __type: { kind: "OBJECT" }, __schema: { queryType: { name: "Query" } } });
    const byVariable = await client.query("query ($name: String!) { __type(name: $name) { kind } }", { name: "Issue" });
    expect(byVariable.body.errors[0].message).toContain("missing value for non-null variable");
  });

  it("carries the tenant's time in the Date header", async () => {
    const client = createTestClient();
    expect((await client.query(question)).headers.get("date")).toBe("Mon, 03 Aug 2026 00:00:00 GMT");
    await client.post("/emulator/clock", { advanceSeconds: 3600 });
    expect((await client.query(question)).headers.get("date")).toBe("Mon, 03 Aug 2026 01:00:00 GMT");
  });
});

describe("a query that does not fit the schema", () => {
  it("is refused with the field, its type and its place", async () => {
    const { status, body } = await createTestClient().query("{ projects(first: 1) { nodes { businessImpact } } }");
    expect(status).toBe(400);
    expect(body.errors[0]).toEqual({
      message: 'Cannot query field "businessImpact" on type "Project".',
      locations: [{ line: 1, column: 32 }],
      extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
    });
  });

  it("is refused inside a 200 by tenants that do it so", async () => {
    const client = createTestClient({ validationStatus: 200 });
    const { status, body } = await client.query("{ projects(first: 1) { nodes { businessImpact } } }");
    expect([status, body.errors[0].extensions.code]).toEqual([200, "GRAPHQL_VALIDATION_FAILED"]);
    const badEnum = await client.query(filtered, { filterBy: { severity: ["TERRIBLE"] } });
    expect(badEnum).toMatchObject({
      status: 200,
      body: { errors: [{ message: expect.stringMatching(/^failed to parse /), extensions: { code: "INTERNAL" } }] },
    });
    expect(badEnum.body).not.toHaveProperty("data");
  });

  it("is refused for a filter of another list's shape, and the variable is named", async () => {
    const { status, body } = await createTestClient().query(filtered, { filterBy: { severity: { equals: ["HIGH"] } } });
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

  it("is refused for an enum value that does not exist, and for one in quotes outside a variable", async () => {
    const client = createTestClient();
    const unknown = await client.query(filtered, { filterBy: { severity: ["TERRIBLE"] } });
    expect(unknown).toMatchObject({
      status: 400,
      body: { errors: [{ message: expect.stringContaining("cannot represent value") }] },
    });
    expect((await client.query(filtered, { filterBy: { severity: ["HIGH"] } })).status).toBe(200);
    const quoted = await client.query(
      '{ vulnerabilityFindings(first: 1, filterBy: { severity: ["HIGH"] }) { totalCount } }',
    );
    expect(quoted.body.errors[0].extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  });

  it("is refused for lists that go by other names, and for paging backwards", async () => {
    const client = createTestClient();
    for (const root of ["threats", "cloudConfigurationFindings", "endOfLife", "dataScanFindings"])
      expect((await client.query(`{ ${root}(first: 1) { totalCount } }`)).status).toBe(400);
    expect((await client.query("{ issuesV2(last: 1) { totalCount } }")).status).toBe(400);
  });

  it("is refused when it cannot be parsed, or is missing", async () => {
    const client = createTestClient();
    const unparsed = await client.query("{ issuesV2( }");
    expect([unparsed.status, unparsed.body.errors[0].extensions.code]).toEqual([400, "GRAPHQL_PARSE_FAILED"]);
    expect((await client.query("")).status).toBe(400);
  });
});

describe("a record that is asked for by its id", () => {
  it("is refused when the id is malformed, at the argument", async () => {
    const { status, body } = await createTestClient().query('{ issue(id: "abc") { id } }');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      data: { issue: null },
      errors: [
        {
          message: "id must be a valid service issue id",
          path: ["issue", "id"],
          extensions: { code: "BAD_USER_INPUT" },
        },
      ],
    });
  });

  it("is not found when nobody has the id, and is there when somebody has", async () => {
    const client = createTestClient();
    const unknown = await client.query('{ issue(id: "00000000-0000-5000-8000-000000000000") { id } }');
    expect(unknown.status).toBe(200);
    expect(unknown.body.errors[0]).toMatchObject({ message: "Resource not found", extensions: { code: "NOT_FOUND" } });
    for (const [root, kind] of [
      ["issue", "issue"],
      ["vulnerabilityFinding", "vulnerability"],
      ["configurationFinding", "misconfiguration"],
    ] as const) {
      const { id } = client.emulator.truth(kind).next().value!;
      expect((await client.query(`{ ${root}(id: "${id}") { id } }`)).body).toEqual({ data: { [root]: { id } } });
    }
  });
});

describe("a request too many", () => {
  it.each([
    ["header", 429, "1"],
    ["bare", 429, null],
    ["graphql", 200, null],
  ] as const)("is told as %s", async (rateLimitForm, status, retryAfter) => {
    const client = createTestClient({ rps: 1, now: () => 1_000_000, rateLimitForm });
    await client.query(question);
    const answer = await client.query(question);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([status, retryAfter]);
    expect([...answer.headers.keys()].filter((name) => name.startsWith("x-ratelimit"))).toEqual([]);
    if (rateLimitForm === "graphql") {
      expect(answer.body.errors[0]).toEqual({
        message: "Rate limit exceeded",
        extensions: { code: "RATE_LIMIT_EXCEEDED", retryAfter: 1 },
      });
    }
  });

  it("is told at once, however slow other answers are", async () => {
    const client = createTestClient({ rps: 1, now: () => 1_000_000, latencyMs: 80 });
    await client.query(question);
    const began = performance.now();
    expect((await client.query(question)).status).toBe(429);
    expect(performance.now() - began).toBeLessThan(60);
  });

  it("does not exist at the token endpoint", async () => {
    const client = createTestClient({ rps: 1, now: () => 1_000_000 });
    for (let i = 0; i < 5; i++) expect((await client.token()).status).toBe(200);
  });

  it("is the fourth of one account when it may have three at a time", async () => {
    const client = createTestClient({ maxConcurrent: 3, latencyMs: 30 });
    const { body } = await client.token();
    const init = { headers: { authorization: `Bearer ${body.access_token}` } };
    const statuses = await Promise.all([1, 2, 3, 4].map(async () => (await client.query(question, {}, init)).status));
    expect(statuses.sort()).toEqual([200, 200, 200, 429]);
    expect((await client.query(question, {}, init)).status).toBe(200);
  });
});
