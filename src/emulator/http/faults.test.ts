import { describe, expect, it } from "vitest";
import { createTestClient, readAll } from "../test-client.ts";
import type { FaultKind } from "./faults.ts";

const query =
  "query ($first: Int, $after: String, $filterBy: VulnerabilityFindingFilters) { vulnerabilityFindings(first: $first, after: $after, filterBy: $filterBy) { nodes { id status detectionMethod firstDetectedAt vulnerableAsset { ... on VulnerableAssetBase { id } } } pageInfo { hasNextPage endCursor } } }";

function withFault(kind: FaultKind, more: object = {}) {
  return createTestClient({ faults: [{ kind, ...more }] });
}

describe("faults", () => {
  it("tells a rate limit in its three forms", async () => {
    const header = await withFault("rate-limit", { retryAfter: 7 }).query(query, { first: 1 });
    expect([header.status, header.headers.get("retry-after")]).toEqual([429, "7"]);
    const bare = await withFault("rate-limit-bare").query(query, { first: 1 });
    expect([bare.status, bare.headers.get("retry-after")]).toEqual([429, null]);
    const inside = await withFault("rate-limit-graphql", { retryAfter: 1.5 }).query(query, { first: 1 });
    expect(inside.status).toBe(200);
    expect(inside.body.errors[0]).toMatchObject({
      message: "Rate limit exceeded",
      extensions: { code: "RATE_LIMIT_EXCEEDED", retryAfter: 1.5 },
    });
  });

  it("refuses tokens, requests, scopes and licences", async () => {
    expect((await withFault("token-401").token()).status).toBe(401);
    expect((await withFault("api-401").query(query, { first: 1 })).status).toBe(401);
    expect((await withFault("missing-scope").query(query, { first: 1 })).body.errors[0].extensions.code).toBe(
      "UNAUTHORIZED",
    );
    const { body } = await withFault("missing-licence").query("{ detections(first: 1) { totalCount } }");
    expect(body.errors[0].extensions.code).toBe("LICENSE_MISSING");
  });

  it("fails as servers do: 5xx, errors inside a 200, broken JSON", async () => {
    expect((await withFault("server-error", { status: 502 }).query(query, { first: 1 })).status).toBe(502);
    expect((await withFault("internal-error").query(query, { first: 1 })).body.errors[0].extensions.code).toBe(
      "INTERNAL",
    );
    expect((await withFault("too-complex").query(query, { first: 1 })).body.errors[0].extensions.code).toBe(
      "QUERY_COMPLEXITY_LIMIT_EXCEEDED",
    );
    const broken = await withFault("broken-json").query(query, { first: 1 });
    expect([broken.status, broken.body]).toEqual([200, null]);
  });

  it("cuts the connection before the answer or in the middle of it", async () => {
    const early = await withFault("cut")
      .query(query, { first: 1 })
      .catch((error: unknown) => error);
    expect(early).toBeInstanceOf(TypeError);
    expect((early as TypeError).cause).toMatchObject({ code: "UND_ERR_SOCKET" });
    await expect(withFault("cut", { at: "body" }).query(query, { first: 1 })).rejects.toThrow("terminated");
  });

  it("takes its time, and lets go when the caller does", async () => {
    const client = withFault("slow", { delayMs: 60 });
    const began = performance.now();
    await client.query(query, { first: 1 });
    expect(performance.now() - began).toBeGreaterThan(55);
    const impatient = withFault("slow", { delayMs: 60_000 });
    await expect(impatient.query(query, { first: 1 }, { signal: AbortSignal.timeout(30) })).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });

  it("spoils cursors: repeated, missing, expired", async () => {
    const first = await createTestClient().query(query, { first: 1 });
    const { endCursor } = first.body.data.vulnerabilityFindings.pageInfo;
    const pageInfo = async (kind: FaultKind) =>
      (await withFault(kind).query(query, { first: 1, after: endCursor })).body;
    expect((await pageInfo("repeated-cursor")).data.vulnerabilityFindings.pageInfo).toEqual({
      hasNextPage: true,
      endCursor,
    });
    expect((await pageInfo("null-cursor")).data.vulnerabilityFindings.pageInfo).toEqual({
      hasNextPage: true,
      endCursor: null,
    });
    expect((await pageInfo("expired-cursor")).errors[0].extensions.code).toBe("BAD_USER_INPUT");
    expect((await withFault("expired-cursor").query(query, { first: 1 })).body.errors).toBeUndefined();
  });

  it("sends an empty page in between and loses nothing by it", async () => {
    const client = withFault("empty-page", { every: 2 });
    expect(await readAll(client, query, 100)).toHaveLength(390);
    expect(client.emulator.faults.list()[0]!.struck).toBeGreaterThan(1);
  });

  it("spoils what is in a page: null for a list, unknown values, other types, missing keys, partial data", async () => {
    const page = async (kind: FaultKind, more: object = {}) =>
      (await withFault(kind, more).query(query, { first: 3 })).body;
    expect((await page("null-list")).data.vulnerabilityFindings.nodes).toBeNull();
    expect((await page("unknown-enum")).data.vulnerabilityFindings.nodes[1].detectionMethod).toBe("BRAND_NEW_VALUE");
    expect((await page("unknown-enum", { field: "status" })).data.vulnerabilityFindings.nodes[1].status).toBe(
      "BRAND_NEW_VALUE",
    );
    expect((await page("unreadable-node")).data.vulnerabilityFindings.nodes[1].firstDetectedAt).toBe(42);
    expect((await page("missing-keys", { field: "status" })).data.vulnerabilityFindings.nodes[1]).not.toHaveProperty(
      "status",
    );
    const partial = await page("partial-data");
    expect(partial.errors[0].extensions.code).toBe("NOT_FOUND");
    expect(partial.extensions.valueCompletion).toHaveLength(1);
    expect(
      partial.data.vulnerabilityFindings.nodes.map(
        (node: { vulnerableAsset: unknown }) => node.vulnerableAsset === null,
      ),
    ).toEqual([false, true, false]);
  });

  it("strikes when it is told to: so many times, every so often, after a while, by chance, for one stream", async () => {
    const statuses = async (more: object, count = 6) => {
      const client = withFault("server-error", more);
      const seen: number[] = [];
      for (let i = 0; i < count; i++) seen.push((await client.query(query, { first: 1 })).status);
      return seen.map((status) => (status === 200 ? "." : "x")).join("");
    };
    expect(await statuses({ times: 2 })).toBe("xx....");
    expect(await statuses({ every: 3 })).toBe("..x..x");
    expect(await statuses({ skip: 2, times: 1 })).toBe("..x...");
    expect(await statuses({ stream: "issues" })).toBe("......");
    expect(await statuses({ stream: "vulnerabilities" })).toBe("xxxxxx");
    const chances = await statuses({ probability: 0.5 }, 40);
    expect(chances).toMatch(/x/);
    expect(chances).toMatch(/\./);
    expect(await statuses({ probability: 0.5 }, 40)).toBe(chances);
  });

  it("are set, listed and cleared over HTTP", async () => {
    const client = createTestClient();
    await client.post("/emulator/faults", { faults: [{ kind: "server-error" }] });
    expect((await client.query(query, { first: 1 })).status).toBe(503);
    const { body } = await client.post("/emulator/faults", { add: [{ kind: "slow", times: 1, delayMs: 1 }] });
    expect(body.faults).toHaveLength(2);
    expect(body.faults[0]).toMatchObject({ kind: "server-error", struck: 1 });
    await client.post("/emulator/faults", { clear: true });
    expect((await client.query(query, { first: 1 })).status).toBe(200);
    expect((await client.post("/emulator/faults", { faults: [{ kind: "meteor" }] })).status).toBe(400);
  });
});

describe("the rate limiter", () => {
  it("lets one account have its requests a second and counts each account alone", async () => {
    let now = 1_000_000;
    const client = createTestClient({ rps: 2, now: () => now, accounts: [{ clientId: "other", clientSecret: "x" }] });
    const ask = async () => (await client.query(query, { first: 1 })).status;
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
    const { body } = await client.token({ client_id: "other", client_secret: "x" });
    expect(
      (await client.query(query, { first: 1 }, { headers: { authorization: `Bearer ${body.access_token}` } })).status,
    ).toBe(200);
    now += 500;
    expect([await ask(), await ask()]).toEqual([200, 429]);
  });
});
