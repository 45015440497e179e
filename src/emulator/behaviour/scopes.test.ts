import { describe, expect, it } from "vitest";
import { createTestClient } from "../test-client.ts";

const roots: [root: string, scopes: string[]][] = [
  ["issuesV2", ["read:issues"]],
  ["issues", ["read:issues"]],
  ["vulnerabilityFindings", ["read:vulnerabilities"]],
  ["configurationFindings", ["read:cloud_configuration"]],
  ["detections", ["read:detections"]],
  ["cloudResourcesV2", ["read:resources", "read:inventory"]],
  ["projects", ["read:projects"]],
  ["cloudAccounts", ["read:cloud_accounts"]],
  ["serviceAccounts", ["read:service_accounts"]],
];

const ask = (root: string) => `{ ${root}(first: 1) { nodes { id } } }`;

describe("a scope", () => {
  it.each(roots)("lets a service account read %s when it is one of %j or read:all", async (root, scopes) => {
    for (const scope of [...scopes, "read:all"])
      expect((await createTestClient({ scopes: [scope] }).query(ask(root))).body.errors).toBeUndefined();
    const others = roots.flatMap(([, needed]) => needed).filter((scope) => !scopes.includes(scope));
    const { status, body } = await createTestClient({ scopes: others }).query(ask(root));
    expect([status, body.data]).toEqual([200, null]);
    expect(body.errors[0].extensions).toEqual({
      code: "UNAUTHORIZED",
      requiredScopes: ["read:all", ...scopes],
      effectiveScopes: others,
    });
  });

  it("that is missing is named in the message beside those that are there", async () => {
    const client = createTestClient({ scopes: ["read:issues", "read:projects"] });
    expect((await client.query(ask("vulnerabilityFindings"))).body.errors[0]).toMatchObject({
      message:
        "access denied, at least one of the following is required: [read:all read:vulnerabilities], your permissions: [read:issues read:projects]",
      path: ["vulnerabilityFindings"],
    });
  });

  it("can be withdrawn and given back while a token is in use", async () => {
    const client = createTestClient();
    const { body: token } = await client.token();
    const isRefused = async () => {
      const init = { headers: { authorization: `Bearer ${token.access_token}` } };
      return (await client.query(ask("issuesV2"), {}, init)).body.errors !== undefined;
    };
    expect(await isRefused()).toBe(false);
    await client.post("/emulator/scopes", { scopes: ["read:vulnerabilities"] });
    expect(await isRefused()).toBe(true);
    await client.post("/emulator/scopes", { scopes: ["read:all"] });
    expect(await isRefused()).toBe(false);
  });

  it("can be read by the account that has it, which finds itself by its client id", async () => {
    const client = createTestClient({
      scopes: ["read:issues", "read:service_accounts"],
      accounts: [{ clientId: "other", clientSecret: "x", scopes: [] }],
    });
    const { body } = await client.query(
      "{ serviceAccounts(first: 100) { nodes { clientId scopes clientSecret type } } }",
    );
    const nodes: { clientId: string }[] = body.data.serviceAccounts.nodes;
    expect(nodes.find((node) => node.clientId === "emulator")).toEqual({
      clientId: "emulator",
      scopes: ["read:issues", "read:service_accounts"],
      clientSecret: "",
      type: "THIRD_PARTY",
    });
    expect(nodes).toHaveLength(2);
  });
});

describe("another service account of the tenant", () => {
  it("can be opened while the tenant is in use, with scopes and projects of its own", async () => {
    const client = createTestClient({ findings: 2000 });
    const other = { clientId: "other", clientSecret: "x" };
    await client.post("/emulator/accounts", { ...other, projects: ["Payments"], unfiltered: "narrow" });
    const count = async (form: Record<string, string>) => {
      const { body } = await client.token(form);
      const init = { headers: { authorization: `Bearer ${body.access_token}` } };
      return (await client.query("{ issuesV2(first: 0) { totalCount } }", {}, init)).body.data.issuesV2.totalCount;
    };
    const few = await count({ client_id: "other", client_secret: "x" });
    expect(few).toBeGreaterThan(0);
    expect(await count({})).toBeGreaterThan(few);
    expect((await client.post("/emulator/accounts", other)).status).toBe(400);
    expect((await client.post("/emulator/accounts", { clientId: "third" })).status).toBe(400);
  });
});

describe("a service account without any project", () => {
  it("sees nothing, also of a question that another account has just had answered", async () => {
    const client = createTestClient({ findings: 2000 });
    await client.post("/emulator/accounts", { clientId: "none", clientSecret: "x", projects: ["Payments"] });
    await client.post("/emulator/projects", { clientId: "none", projects: [] });
    const ask = async (form: Record<string, string>) => {
      const { body } = await client.token(form);
      const init = { headers: { authorization: `Bearer ${body.access_token}` } };
      const answer = await client.query("{ configurationFindings(first: 50) { nodes { id } } }", {}, init);
      return answer.body.data.configurationFindings.nodes.length;
    };
    expect(await ask({})).toBe(50);
    expect(await ask({ client_id: "none", client_secret: "x" })).toBe(0);
  });
});

describe("a licence", () => {
  it("is needed for detections, and its name is in the error", async () => {
    const client = createTestClient({ hasDefendLicence: false });
    const { status, body } = await client.query("{ detections(first: 1) { totalCount } }");
    expect([status, body.data]).toEqual([200, null]);
    expect(body.errors[0].extensions).toEqual({
      code: "LICENSE_MISSING",
      requiredFeatures: ["CLOUD_EVENTS_AND_DETECTION_DEFEND"],
    });
    expect((await client.query("{ issuesV2(first: 1) { totalCount } }")).body.errors).toBeUndefined();
  });
});

describe("a service account that is limited to projects", () => {
  const scoped: [root: string, filterType: string, filter: (id: string) => object][] = [
    ["issuesV2", "IssueFilters", (id) => ({ project: [id] })],
    ["vulnerabilityFindings", "VulnerabilityFindingFilters", (id) => ({ projectIdV2: { equals: [id] } })],
    ["configurationFindings", "ConfigurationFindingFilters", (id) => ({ resource: { projectId: [id] } })],
    ["detections", "DetectionFilters", (id) => ({ projectId: [id] })],
    ["cloudResourcesV2", "CloudResourceV2Filters", (id) => ({ project: { idV2: { equals: [id] } } })],
  ];

  it.each(scoped)("must name its projects to read %s, each list in its own way", async (root, filterType, filter) => {
    const client = createTestClient({ findings: 5000, projects: ["Payments"] });
    const text = `query ($filterBy: ${filterType}) { ${root}(first: 1, filterBy: $filterBy) { totalCount } }`;
    const refused = await client.query(text);
    expect([refused.status, refused.body.errors[0].extensions.code]).toEqual([200, "UNAUTHORIZED"]);
    const { body } = await client.query("{ projects(first: 100) { nodes { id name } } }");
    expect(body.data.projects.nodes).toEqual([{ id: expect.any(String), name: "Payments" }]);
    const own = await client.query(text, { filterBy: filter(body.data.projects.nodes[0].id) });
    expect(own.body.data[root].totalCount).toBeGreaterThan(0);
    const all = await createTestClient({ findings: 5000 }).query(text);
    expect(own.body.data[root].totalCount).toBeLessThan(all.body.data[root].totalCount);
  });

  it("does not see the others' records, not even by id or by naming their project", async () => {
    const whole = createTestClient({ findings: 5000 });
    const { nodes } = (await whole.query("{ issuesV2(first: 500) { nodes { id projects { id name } } } }")).body.data
      .issuesV2;
    const foreign = nodes.find((node: { projects: { name: string }[] | null }) =>
      node.projects?.every(({ name }) => name !== "Payments"),
    );
    const client = createTestClient({ findings: 5000, projects: ["Payments"] });
    const one = await client.query(`{ issue(id: "${foreign.id}") { id } }`);
    expect(one.body.errors[0].extensions.code).toBe("NOT_FOUND");
    const filterBy = { project: [foreign.projects[0].id] };
    const named = await client.query(
      "query ($filterBy: IssueFilters) { issuesV2(first: 500, filterBy: $filterBy) { nodes { id } } }",
      { filterBy },
    );
    expect(named.body.data.issuesV2.nodes.map((node: { id: string }) => node.id)).not.toContain(foreign.id);
  });
});
