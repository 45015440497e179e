import { describe, expect, it } from "vitest";
import { type Body, createTestClient, readAll } from "../test-client.ts";

const at = "2026-08-03T06:00:00.5Z";
const minutes = (amount: number) => ({ amount, unit: "DurationFilterValueUnitMinutes" });
const hours = (amount: number) => ({ amount, unit: "DurationFilterValueUnitHours" });
const isAfter = (time: string | null) => time !== null && Date.parse(time) > Date.parse(at);

/** A filter that is sent, and who must then be in the answer, said of a node. */
type Case = [filterBy: object, fits: (node: Body) => boolean];

interface Root {
  filterType: string;
  nodes: string;
  /** Sent with every filter, so that all records are in question. */
  always?: object;
  cases: Case[];
}

const roots: Record<string, Root> = {
  issuesV2: {
    filterType: "IssueFilters",
    nodes:
      "id status severity type createdAt statusChangedAt resolvedAt dueAt resolutionReason serviceTickets { id } sourceRules { name }",
    cases: [
      [{ status: ["OPEN", "IN_PROGRESS"] }, (node) => ["OPEN", "IN_PROGRESS"].includes(node.status)],
      [{ severity: ["CRITICAL"] }, (node) => node.severity === "CRITICAL"],
      [{ type: ["THREAT_DETECTION", "ATTACK_SURFACE"] }, ({ type }) => /^(THREAT_DET|ATTACK_S)/.test(type)],
      [{ resolutionReason: ["ISSUE_FIXED"] }, (node) => node.resolutionReason === "ISSUE_FIXED"],
      [{ hasServiceTicket: true }, (node) => node.serviceTickets !== null],
      [{ hasServiceTicket: false }, (node) => node.serviceTickets === null],
      [{ search: "PUBLIC" }, (node) => node.sourceRules[0].name.toLowerCase().includes("public")],
      [{ createdAt: { after: at } }, (node) => isAfter(node.createdAt)],
      [{ statusChangedAt: { after: at } }, (node) => isAfter(node.statusChangedAt)],
      [{ resolvedAt: { after: at } }, (node) => isAfter(node.resolvedAt)],
      [{ dueAt: { after: at } }, (node) => isAfter(node.dueAt)],
      [{ status: ["OPEN"], severity: ["HIGH"] }, (node) => node.status === "OPEN" && node.severity === "HIGH"],
    ],
  },
  vulnerabilityFindings: {
    filterType: "VulnerabilityFindingFilters",
    nodes:
      "id name status severity hasExploit hasCisaKevExploit fixedVersion detectionMethod firstDetectedAt updatedAt resolvedAt vulnerableAsset { ... on VulnerableAssetBase { id type cloudPlatform subscriptionExternalId status } }",
    cases: [
      [{ status: ["REJECTED"] }, (node) => node.status === "REJECTED"],
      [{ severity: ["CRITICAL", "HIGH"] }, (node) => ["CRITICAL", "HIGH"].includes(node.severity)],
      [{ assetType: ["CONTAINER_IMAGE"] }, (node) => node.vulnerableAsset.type === "CONTAINER_IMAGE"],
      [{ assetStatus: ["Inactive"] }, (node) => node.vulnerableAsset.status === "Inactive"],
      [{ cloudPlatforms: ["AWS", "EKS"] }, (node) => ["AWS", "EKS"].includes(node.vulnerableAsset.cloudPlatform)],
      [{ detectionMethod: ["LIBRARY"] }, (node) => node.detectionMethod === "LIBRARY"],
      [{ hasExploit: true }, (node) => node.hasExploit],
      [{ hasCisaKevExploit: true }, (node) => node.hasCisaKevExploit],
      [{ hasFix: false }, (node) => node.fixedVersion === null],
      [{ firstSeenAt: { after: at } }, (node) => isAfter(node.firstDetectedAt)],
      [{ updatedAt: { after: at } }, (node) => isAfter(node.updatedAt)],
      [{ resolvedAt: { after: at } }, (node) => isAfter(node.resolvedAt)],
    ],
  },
  configurationFindings: {
    filterType: "ConfigurationFindingFilters",
    nodes:
      "id status severity result analyzedAt firstSeenAt statusChangedAt updatedAt deleted rule { id } resource { id type cloudPlatform }",
    always: { includeDeleted: true },
    cases: [
      [{ status: ["RESOLVED"] }, (node) => node.status === "RESOLVED"],
      [{ severity: ["LOW"] }, (node) => node.severity === "LOW"],
      [{ result: ["FAIL"] }, (node) => node.result === "FAIL"],
      [{ includeDeleted: false }, (node) => !node.deleted],
      [{ resource: { cloudPlatform: ["AWS"] } }, (node) => node.resource.cloudPlatform === "AWS"],
      [{ resource: { type: ["VIRTUAL_MACHINE"] } }, (node) => node.resource.type === "VIRTUAL_MACHINE"],
      [{ analyzedAt: { after: at } }, (node) => isAfter(node.analyzedAt)],
      [{ firstSeenAt: { after: at } }, (node) => isAfter(node.firstSeenAt)],
      [{ statusChangedAt: { after: at } }, (node) => isAfter(node.statusChangedAt)],
      [{ updatedAt: { after: at } }, (node) => isAfter(node.updatedAt)],
    ],
  },
  detections: {
    filterType: "DetectionFilters",
    nodes: "id type severity createdAt updatedAt startedAt endedAt",
    always: { type: { equals: ["GENERATED_THREAT", "MATCH_ONLY"] } },
    cases: [
      [{ type: { equals: ["MATCH_ONLY"] } }, (node) => node.type === "MATCH_ONLY"],
      [{ type: { notEquals: ["MATCH_ONLY"] } }, (node) => node.type !== "MATCH_ONLY"],
      [{ severity: { equals: ["HIGH", "CRITICAL"] } }, (node) => ["HIGH", "CRITICAL"].includes(node.severity)],
      [{ severity: { notEquals: ["HIGH"] } }, (node) => node.severity !== "HIGH"],
      [{ createdAt: { after: at } }, (node) => isAfter(node.createdAt)],
      [{ updatedAt: { after: at } }, (node) => isAfter(node.updatedAt)],
      [{ startedAt: { after: at } }, (node) => isAfter(node.startedAt)],
      [{ endedAt: { after: at } }, (node) => isAfter(node.endedAt)],
    ],
  },
  cloudResourcesV2: {
    filterType: "CloudResourceV2Filters",
    nodes:
      "id name type nativeType cloudPlatform status region providerUniqueId isAccessibleFromInternet firstSeen updatedAt deletedAt cloudAccount { id }",
    always: { includeDeleted: true },
    cases: [
      [{ type: { equals: ["BUCKET"] } }, (node) => node.type === "BUCKET"],
      [{ type: { notEquals: ["BUCKET"] } }, (node) => node.type !== "BUCKET"],
      [{ cloudPlatform: { equals: ["Azure"] } }, (node) => node.cloudPlatform === "Azure"],
      [{ status: { equals: ["Inactive"] } }, (node) => node.status === "Inactive"],
      [{ search: "payments" }, (node) => node.name.includes("payments")],
      [{ isAccessibleFromInternet: { equals: true } }, (node) => node.isAccessibleFromInternet],
      [{ includeDeleted: false }, (node) => node.deletedAt === null],
      [{ includeDeleted: false, deletedAt: { after: at } }, (node) => isAfter(node.deletedAt)],
      [{ firstSeen: { after: at } }, (node) => isAfter(node.firstSeen)],
      [{ updatedAt: { after: at } }, (node) => isAfter(node.updatedAt)],
      [{ region: { isSet: false } }, (node) => node.region === null],
      [{ region: { startsWith: ["us-"] } }, (node) => node.region?.startsWith("us-")],
      [{ region: { endsWith: ["-1"] } }, (node) => node.region?.endsWith("-1")],
      [{ nativeType: { contains: ["BUCKET"] } }, (node) => /bucket/i.test(node.nativeType)],
      [{ nativeType: { containsAll: ["virtual", "machine"] } }, (node) => /virtual.*machine/i.test(node.nativeType)],
      [{ providerUniqueId: { startsWith: ["arn:aws:s3"] } }, (node) => /^arn:aws:s3/.test(node.providerUniqueId)],
    ],
  },
};

describe.each(Object.entries(roots))("a filter of %s", (root, { filterType, nodes, always, cases }) => {
  const client = createTestClient({ findings: 3000, changesPerHour: 300 });
  client.emulator.advance(86_400);
  const text = `query ($first: Int, $after: String, $filterBy: ${filterType}) { ${root}(first: $first, after: $after, filterBy: $filterBy) { totalCount nodes { ${nodes} } pageInfo { hasNextPage endCursor } } }`;
  const whole = readAll(client, text, 500, always ?? null);

  it.each(cases)("%j finds those that fit and nobody else", async (filterBy, fits) => {
    const expected = (await whole).filter(fits).map((node) => node.id);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan((await whole).length);
    const found = await readAll(client, text, 50, { ...always, ...filterBy });
    expect(found.map((node) => node.id).sort()).toEqual(expected.sort());
    const { body } = await client.query(text, { first: 0, filterBy: { ...always, ...filterBy } });
    expect(body.data[root].totalCount).toBe(expected.length);
  });

  it("by ids finds those records", async () => {
    const ids = (await whole).slice(4, 7).map((node) => node.id);
    const isOperator = root === "detections" || root === "cloudResourcesV2";
    const filterBy = { ...always, id: isOperator ? { equals: ids } : ids };
    expect((await readAll(client, text, 500, filterBy)).map((node) => node.id).sort()).toEqual(ids.sort());
  });
});

describe("a window of time", () => {
  const text =
    "query ($filterBy: VulnerabilityFindingFilters) { vulnerabilityFindings(first: 0, filterBy: $filterBy) { totalCount } }";
  const client = createTestClient({ changesPerHour: 600 });
  client.emulator.advance(2 * 3600);
  const count = async (firstSeenAt: object) =>
    (await client.query(text, { filterBy: { firstSeenAt } })).body.data.vulnerabilityFindings.totalCount;
  const times = [...client.emulator.truth("vulnerability")].map((one) =>
    Date.parse((one as { firstFoundAt: string }).firstFoundAt),
  );
  const now = client.emulator.now();

  it("leaves both its ends outside, to the microsecond", async () => {
    const { firstFoundAt } = client.emulator.truth("vulnerability").next().value as { firstFoundAt: string };
    expect(await count({ before: firstFoundAt })).toBe(0);
    const shared = times.filter((time) => time === times[0]).length;
    expect(await count({ after: firstFoundAt })).toBe(times.length - shared);
    expect(await count({ after: firstFoundAt, before: firstFoundAt })).toBe(0);
  });

  it("can be counted from now, backwards and forwards", async () => {
    const recent = times.filter((time) => time >= now - 60 * 60_000).length;
    expect(recent).toBeGreaterThan(0);
    expect(await count({ inLast: minutes(60) })).toBe(recent);
    expect(await count({ inLast: hours(1) })).toBe(recent);
    expect(await count({ beforeLast: hours(1) })).toBe(times.length - recent);
    expect(await count({ inNext: hours(1) })).toBe(0);
    expect(await count({ afterNext: hours(1) })).toBe(0);
  });

  it("can lie ahead, for what is due", async () => {
    const issues = "query ($filterBy: IssueFilters) { issuesV2(first: 500, filterBy: $filterBy) { nodes { dueAt } } }";
    const due = async (dueAt: object) =>
      (await client.query(issues, { filterBy: { dueAt } })).body.data.issuesV2.nodes as { dueAt: string }[];
    const days = (amount: number) => ({ amount, unit: "DurationFilterValueUnitDays" });
    const soon = await due({ inNext: days(30) });
    const later = await due({ afterNext: days(30) });
    expect(soon.length + later.length).toBeGreaterThan(0);
    for (const one of soon) expect(Date.parse(one.dueAt) - now).toBeLessThanOrEqual(30 * 86_400_000);
    for (const one of later) expect(Date.parse(one.dueAt) - now).toBeGreaterThan(30 * 86_400_000);
  });

  it("is refused when its end is no time", async () => {
    const { status, body } = await client.query(text, { filterBy: { firstSeenAt: { after: "yesterday" } } });
    expect([status, body.errors[0].extensions.code]).toEqual([200, "BAD_USER_INPUT"]);
  });
});

describe("the types that detections are filtered by", () => {
  const text = "query ($filterBy: DetectionFilters) { detections(first: 0, filterBy: $filterBy) { totalCount } }";
  const count = async (filterBy: unknown) =>
    (await createTestClient().query(text, { filterBy })).body.data.detections.totalCount;
  const createdAt = { after: "2020-01-01T00:00:00Z" };

  it("are both without a filter, and generated threats alone as soon as there is any other filter", async () => {
    expect(await count(null)).toBe(10);
    expect(await count({})).toBe(10);
    expect(await count({ createdAt })).toBe(6);
    expect(await count({ severity: { notEquals: ["INFORMATIONAL"] } })).toBeLessThanOrEqual(6);
  });

  it("are both again when both are named", async () => {
    expect(await count({ createdAt, type: { equals: ["GENERATED_THREAT", "MATCH_ONLY"] } })).toBe(10);
  });
});

describe("the short lists", () => {
  it("find projects by name, impact and place, and cloud accounts by id, name and provider", async () => {
    const client = createTestClient({ findings: 5000 });
    const nodes = async (list: string, filterBy: string, fields: string) => {
      const { body } = await client.query(`{ ${list}(first: 500, filterBy: { ${filterBy} }) { nodes { ${fields} } } }`);
      return body.data[list].nodes;
    };
    expect(await nodes("projects", 'search: "payments"', "name")).toContainEqual({ name: "Payments" });
    for (const node of await nodes("projects", "impact: MBI", "riskProfile { businessImpact }"))
      expect(node.riskProfile.businessImpact).toBe("MBI");
    for (const node of await nodes("projects", "root: true", "ancestorProjects { id }"))
      expect(node.ancestorProjects).toBeNull();
    const aws = await nodes("cloudAccounts", "cloudProvider: [AWS]", "id name cloudProvider");
    expect(aws.length).toBeGreaterThan(0);
    for (const account of aws) expect(account.cloudProvider).toBe("AWS");
    expect(await nodes("cloudAccounts", `id: ["${aws[0].id}"]`, "name")).toEqual([{ name: aws[0].name }]);
    expect(await nodes("cloudAccounts", `search: ["${aws[0].name}"]`, "name")).toContainEqual({ name: aws[0].name });
  });
});
