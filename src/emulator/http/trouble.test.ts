import { describe, expect, it } from "vitest";
import { type Body, createTestClient, type TestClient } from "../test-client.ts";
import type { FaultKind } from "./faults.ts";

const query =
  "query ($first: Int, $after: String) { vulnerabilityFindings(first: $first, after: $after) { totalCount nodes { id name severity projects { id } } pageInfo { hasNextPage endCursor } } }";

function withFault(kind: FaultKind, more: object = {}): TestClient {
  return createTestClient({ faults: [{ kind, ...more }] });
}

const ask = (client: TestClient, first = 5) => client.query(query, { first });
const page = (body: Body) => body.data.vulnerabilityFindings;

describe("what comes instead of an answer", () => {
  it.each([
    ["api-401", 401, "Unauthorized"],
    ["api-403", 403, "Forbidden"],
    ["feature-off", 422, "Unprocessable Entity"],
  ] as const)("%s is HTTP %i", async (kind, status, text) => {
    expect(await ask(withFault(kind))).toMatchObject({ status, text });
  });

  it.each([
    ["unauthenticated", "UNAUTHENTICATED"],
    ["forbidden-ip", "FORBIDDEN_IP"],
    ["rate-limit-graphql", "RATE_LIMIT_EXCEEDED"],
    ["internal-error", "INTERNAL"],
    ["downstream-error", "DOWNSTREAM_SERVICE_ERROR"],
    ["too-complex", "QUERY_COMPLEXITY_LIMIT_EXCEEDED"],
  ] as const)("%s is an error inside a 200 with code %s and no data", async (kind, code) => {
    const { status, body } = await ask(withFault(kind));
    expect([status, body.data, body.errors[0].extensions.code]).toEqual([200, null, code]);
  });

  it("is a gateway's page for 502 to 504, a line for 500, and what was asked for", async () => {
    for (const status of [502, 503, 504]) {
      const answer = await ask(withFault("server-error", { status }));
      expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "text/html; charset=UTF-8"]);
      expect(answer.text).toContain(`<title>${status} `);
    }
    expect(await ask(withFault("server-error", { status: 500 }))).toMatchObject({
      status: 500,
      text: "Internal Server Error",
    });
    expect((await ask(withFault("server-error", { status: 502, body: "json" }))).body).toEqual({
      message: "Bad Gateway",
    });
    expect(await ask(withFault("server-error", { status: 502, body: "empty" }))).toMatchObject({
      status: 502,
      text: "",
    });
  });

  it("is a page of HTML with status 200, or a redirection", async () => {
    const html = await ask(withFault("html"));
    expect([html.status, html.body]).toEqual([200, null]);
    expect(html.text).toContain("<!DOCTYPE html>");
    const redirect = await ask(withFault("redirect"));
    expect([redirect.status, redirect.headers.get("location")]).toEqual([302, "http://login.invalid/"]);
  });

  it("never comes, or comes from a gateway that lost its patience", async () => {
    const signal = AbortSignal.timeout(40);
    const { body: token } = await withFault("hang").token();
    expect(token.access_token).toBeTypeOf("string");
    await expect(withFault("hang").query(query, { first: 1 }, { signal })).rejects.toMatchObject({
      name: "TimeoutError",
    });
    const began = performance.now();
    const answer = await ask(withFault("time-out", { delayMs: 50 }));
    expect(answer.status).toBe(504);
    expect(performance.now() - began).toBeGreaterThan(45);
  });

  it("stalls in the middle of the body and then goes on", async () => {
    const began = performance.now();
    const { body } = await ask(withFault("slow", { at: "body", delayMs: 60 }));
    expect(page(body).nodes).toHaveLength(5);
    expect(performance.now() - began).toBeGreaterThan(55);
  });

  it("is refused to large pages only, as by a tenant that has too much to do", async () => {
    const client = withFault("time-out", { above: 100, delayMs: 1 });
    expect([(await ask(client, 101)).status, (await ask(client, 100)).status]).toEqual([504, 200]);
    const inline = await client.query("{ vulnerabilityFindings(first: 200) { totalCount } }");
    expect(inline.status).toBe(504);
  });
});

describe("trouble at the token endpoint", () => {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: "emulator",
    client_secret: "emulator-secret",
    audience: "wiz-api",
  });
  const tokenOf = async (kind: FaultKind, more: object = {}) => {
    const response = await withFault(kind, { stream: "token", ...more }).emulator.fetch("http://wiz.test/oauth/token", {
      method: "POST",
      body: form,
      redirect: "manual",
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };

  it("comes in every form that a server's trouble has", async () => {
    expect(await tokenOf("server-error", { status: 502 })).toMatchObject({
      status: 502,
      text: expect.stringContaining("<title>"),
    });
    expect((await tokenOf("rate-limit", { retryAfter: 9 })).headers.get("retry-after")).toBe("9");
    expect((await tokenOf("rate-limit-bare")).status).toBe(429);
    expect((await tokenOf("redirect")).status).toBe(302);
    expect((await tokenOf("html")).text).toContain("<!DOCTYPE html>");
    expect((await tokenOf("time-out", { delayMs: 1 })).status).toBe(504);
    expect((await tokenOf("token-403")).status).toBe(403);
    expect(() => JSON.parse("{")).toThrow();
    const broken = await tokenOf("broken-json");
    expect(broken.status).toBe(200);
    expect(() => JSON.parse(broken.text)).toThrow(SyntaxError);
    expect(JSON.parse((await tokenOf("missing-keys")).text)).not.toHaveProperty("access_token");
    expect(JSON.parse((await tokenOf("missing-keys", { field: "expires_in" })).text)).not.toHaveProperty("expires_in");
    await expect(tokenOf("cut")).rejects.toThrow("fetch failed");
  });

  it("stays there, and that of the API stays with the API", async () => {
    const token = createTestClient({ faults: [{ kind: "server-error", stream: "token", times: 1 }] });
    expect((await token.emulator.fetch("http://wiz.test/oauth/token", { method: "POST", body: form })).status).toBe(
      503,
    );
    expect((await ask(token)).status).toBe(200);
    const api = withFault("server-error");
    expect((await api.token()).status).toBe(200);
    expect((await ask(api)).status).toBe(503);
  });
});

describe("what is wrong with the rows of a page", () => {
  const nodesOf = async (kind: FaultKind, more: object = {}) => page((await ask(withFault(kind, more))).body).nodes;

  it("is one that is null, one that is there twice, or one in five that is missing", async () => {
    const whole = page((await ask(createTestClient())).body).nodes.map((node: Body) => node.id);
    expect((await nodesOf("null-node")).map((node: Body) => node?.id ?? null)).toEqual([
      whole[0],
      whole[1],
      null,
      whole[3],
      whole[4],
    ]);
    expect((await nodesOf("doubled-row")).map((node: Body) => node.id)).toEqual([...whole, whole[2]]);
    expect((await nodesOf("lost-rows")).map((node: Body) => node.id)).toEqual([whole[0], whole[1], whole[3], whole[4]]);
  });

  it("is a value that is null where the schema promises one, also a list", async () => {
    expect((await nodesOf("null-value"))[2].name).toBeNull();
    expect((await nodesOf("null-value", { field: "projects" }))[2].projects).toBeNull();
    expect((await nodesOf("null-value", { field: "severity" }))[2].severity).toBeNull();
  });

  it("is a count that is not true", async () => {
    const right = page((await ask(createTestClient())).body).totalCount;
    expect(page((await ask(withFault("wrong-count"))).body).totalCount).toBe(Math.floor(right / 2));
  });

  it("is several things at once, each applied to what the others left", async () => {
    const client = createTestClient({
      faults: [{ kind: "null-cursor" }, { kind: "null-node" }, { kind: "doubled-row" }, { kind: "wrong-count" }],
    });
    const connection = page((await ask(client)).body);
    expect(connection.nodes).toHaveLength(6);
    expect(connection.nodes).toContain(null);
    expect(connection.pageInfo).toEqual({ hasNextPage: true, endCursor: null });
    expect(connection.totalCount).toBe(195);
  });
});
