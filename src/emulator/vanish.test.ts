import { describe, expect, it } from "vitest";
import { type Body, createTestClient, readAll, type TestClient } from "./test-client.ts";

const vulnerabilities =
  "query ($first: Int, $after: String, $filterBy: VulnerabilityFindingFilters) { vulnerabilityFindings(first: $first, after: $after, filterBy: $filterBy) { totalCount nodes { id vulnerableAsset { ... on VulnerableAssetBase { id } } } pageInfo { hasNextPage endCursor } } }";
const assets =
  "query ($first: Int, $after: String, $filterBy: CloudResourceV2Filters) { cloudResourcesV2(first: $first, after: $after, filterBy: $filterBy) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }";

async function truthIds(client: TestClient, kind: string, vanished = false): Promise<string[]> {
  const { text } = await client.get(`/emulator/truth?kind=${kind}&vanished=${vanished}`);
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line).id);
}

const idsOf = (nodes: Body[]): string[] => nodes.map((node) => node.id);

describe("records that vanish", () => {
  it("are in no answer, no count and no truth, and are listed apart", async () => {
    const client = createTestClient();
    const before = await truthIds(client, "vulnerability");
    const { status, body } = await client.post("/emulator/vanish", { kind: "vulnerability", count: 7, seed: 3 });
    expect(status).toBe(200);
    expect(body.ids).toHaveLength(7);
    const left = before.filter((id) => !body.ids.includes(id));
    expect(idsOf(await readAll(client, vulnerabilities, 50))).toEqual(left);
    expect(await truthIds(client, "vulnerability")).toEqual(left);
    expect(await truthIds(client, "vulnerability", true)).toEqual(body.ids);
    const page = await client.query(vulnerabilities, { first: 0, filterBy: { id: [body.ids[0], left[0]] } });
    expect(page.body.data.vulnerabilityFindings.totalCount).toBe(1);
    const one = await client.query(`{ vulnerabilityFinding(id: "${body.ids[0]}") { id } }`);
    expect(one.body.errors[0].extensions.code).toBe("NOT_FOUND");
    const state = JSON.parse((await client.get("/emulator/state")).text);
    expect(state.counts.vulnerability).toBe(left.length);
    expect(state.vanished).toMatchObject({ vulnerability: 7, issue: 0 });
  });

  it("come back as they were", async () => {
    const client = createTestClient();
    const before = (await client.get("/emulator/truth?kind=issue")).text;
    const ids = (await truthIds(client, "issue")).slice(3, 6);
    expect((await client.post("/emulator/vanish", { kind: "issue", ids })).body.ids).toEqual(ids);
    expect((await client.post("/emulator/vanish", { kind: "issue", ids })).body.ids).toEqual([]);
    expect((await client.get("/emulator/truth?kind=issue")).text).not.toBe(before);
    await client.post("/emulator/restore", { kind: "issue", ids: ids.slice(0, 1) });
    expect(await truthIds(client, "issue", true)).toEqual(ids.slice(1));
    expect((await client.post("/emulator/restore", { kind: "issue" })).body.ids).toEqual(ids.slice(1));
    expect((await client.get("/emulator/truth?kind=issue")).text).toBe(before);
  });

  it("take their findings along when they are assets, and bring them back", async () => {
    const client = createTestClient();
    const nodes = await readAll(client, vulnerabilities, 500);
    const asset = nodes[0].vulnerableAsset.id;
    const count = async () => idsOf(await readAll(client, vulnerabilities, 500)).length;
    const onIt = nodes.filter((node) => node.vulnerableAsset.id === asset);
    await client.post("/emulator/vanish", { kind: "asset", ids: [asset] });
    expect(await count()).toBe(nodes.length - onIt.length);
    expect(await truthIds(client, "vulnerability", true)).toEqual(idsOf(onIt));
    expect(idsOf(await readAll(client, assets, 500, { includeDeleted: true }))).toEqual(
      await truthIds(client, "asset"),
    );
    await client.post("/emulator/restore", { kind: "asset", ids: [asset] });
    expect(await count()).toBe(nodes.length);
  });

  it("do not end a walk that stands on them", async () => {
    const client = createTestClient();
    const all = await truthIds(client, "vulnerability");
    const { endCursor } = (await client.query(vulnerabilities, { first: 10 })).body.data.vulnerabilityFindings.pageInfo;
    await client.post("/emulator/vanish", { kind: "vulnerability", ids: all.slice(5, 15) });
    const next = await client.query(vulnerabilities, { first: 2, after: endCursor });
    expect(idsOf(next.body.data.vulnerabilityFindings.nodes)).toEqual(all.slice(15, 17));
  });

  it("are no longer named by the records that are left", async () => {
    const client = createTestClient({ findings: 2000 });
    const query =
      "{ detections(first: 500) { nodes { id issue { id threatDetectionDetails { detections { nodes { id } } } } } } }";
    const raised = async () =>
      (await client.query(query)).body.data.detections.nodes.filter((node: Body) => node.issue);
    const [first] = await raised();
    await client.post("/emulator/vanish", { kind: "threat", ids: [first.id] });
    expect((await client.query(query)).text).not.toContain(first.id);
    await client.post("/emulator/vanish", { kind: "issue", ids: [first.issue.id] });
    expect((await client.query(query)).text).not.toContain(first.issue.id);
  });

  it("are refused when the tenant never had them or nobody said which", async () => {
    const client = createTestClient();
    const unknown = await client.post("/emulator/vanish", {
      kind: "issue",
      ids: ["00000000-0000-5000-8000-000000000000"],
    });
    expect(unknown).toMatchObject({ status: 400, body: { error: expect.stringContaining("has no issue") } });
    expect((await client.post("/emulator/vanish", { kind: "issue" })).status).toBe(400);
    expect((await client.post("/emulator/vanish", { kind: "dream", count: 1 })).status).toBe(400);
  });

  it("vanish by themselves in a tenant that is told to live so, a few coming back, and the same each time", async () => {
    const lives = (vanishing: boolean) => {
      const client = createTestClient({ findings: 2000, vanishing, changesPerHour: 500 });
      client.emulator.advance(12 * 3600);
      return client;
    };
    const client = lives(true);
    for (const kind of ["vulnerability", "misconfiguration", "asset"])
      expect((await truthIds(client, kind, true)).length).toBeGreaterThan(0);
    const left = await truthIds(client, "vulnerability");
    expect(await truthIds(lives(true), "vulnerability")).toEqual(left);
    expect(idsOf(await readAll(client, vulnerabilities, 500))).toEqual(left);
    expect(await truthIds(lives(false), "vulnerability", true)).toEqual([]);
  });
});

describe("a service account that is limited to projects while it is in use", () => {
  const query =
    "query ($filterBy: IssueFilters) { issuesV2(first: 500, filterBy: $filterBy) { totalCount nodes { projects { name } } } }";

  it("gets what its projects have, as if there were nothing else", async () => {
    const client = createTestClient({ findings: 2000 });
    const all = (await client.query(query)).body.data.issuesV2.totalCount;
    await client.post("/emulator/projects", { projects: ["Payments"] });
    const { body } = await client.query(query);
    expect(body.errors).toBeUndefined();
    expect(body.data.issuesV2.totalCount).toBeGreaterThan(0);
    expect(body.data.issuesV2.totalCount).toBeLessThan(all);
    for (const node of body.data.issuesV2.nodes)
      expect(node.projects.map((one: Body) => one.name)).toContain("Payments");
    await client.post("/emulator/projects", { projects: null });
    expect((await client.query(query)).body.data.issuesV2.totalCount).toBe(all);
  });

  it("gets nothing at all when it has no project, without an error", async () => {
    const client = createTestClient();
    await client.post("/emulator/projects", { projects: [] });
    expect((await client.query(query)).body).toEqual({ data: { issuesV2: { totalCount: 0, nodes: [] } } });
    expect(
      (await client.query("{ cloudResourcesV2(first: 1) { totalCount } }")).body.data.cloudResourcesV2.totalCount,
    ).toBe(0);
    expect((await client.query("{ projects(first: 1) { totalCount } }")).body.data.projects.totalCount).toBe(0);
  });

  it("can be made to name its projects, as Wiz's documentation asks, and says which they are", async () => {
    const client = createTestClient({ findings: 2000 });
    const { body } = await client.post("/emulator/projects", { projects: ["Payments"], unfiltered: "refuse" });
    expect((await client.query(query)).body.errors[0].extensions.code).toBe("UNAUTHORIZED");
    const named = await client.query(query, { filterBy: { project: body.projects } });
    expect(named.body.data.issuesV2.totalCount).toBeGreaterThan(0);
    const own = await client.query("{ serviceAccounts(first: 1) { nodes { assignedProjects { name } } } }");
    expect(own.body.data.serviceAccounts.nodes[0].assignedProjects).toEqual([{ name: "Payments" }]);
  });

  it("is refused a project or a service account that does not exist", async () => {
    const client = createTestClient();
    expect((await client.post("/emulator/projects", { projects: ["Atlantis"] })).status).toBe(400);
    expect((await client.post("/emulator/projects", { projects: "Payments" })).status).toBe(400);
    expect((await client.post("/emulator/projects", { clientId: "nobody", projects: null })).status).toBe(404);
  });
});
