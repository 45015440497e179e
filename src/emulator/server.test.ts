import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningEmulator, startEmulator } from "./server.ts";

let emulator: RunningEmulator;

beforeAll(async () => {
  emulator = await startEmulator({ findings: 300, start: "2026-08-03T00:00:00Z", clock: "frozen" });
});
afterAll(() => emulator.close());

async function ask(query: string): Promise<Response> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: "emulator",
    client_secret: "emulator-secret",
    audience: "wiz-api",
  });
  const { access_token: token } = (await (
    await fetch(`${emulator.url}/oauth/token`, { method: "POST", body: form })
  ).json()) as { access_token: string };
  return fetch(`${emulator.url}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
}

describe("startEmulator", () => {
  it("answers on the loopback address with the tenant's time", async () => {
    const response = await ask("{ issuesV2(first: 1) { totalCount } }");
    expect(response.headers.get("date")).toBe("Mon, 03 Aug 2026 00:00:00 GMT");
    expect(await response.json()).toEqual({ data: { issuesV2: { totalCount: 24 } } });
  });

  it("streams the truth", async () => {
    const text = await (await fetch(`${emulator.url}/emulator/truth?kind=vulnerability`)).text();
    expect(text.trimEnd().split("\n")).toHaveLength(234);
  });

  it("cuts the connection before the answer and in its middle, and lives on", async () => {
    const query = "{ vulnerabilityFindings(first: 200) { nodes { id CVEDescription } } }";
    emulator.faults.set([{ kind: "cut", times: 1 }]);
    await expect(ask(query)).rejects.toThrow("fetch failed");
    emulator.faults.set([{ kind: "cut", at: "body", times: 1 }]);
    await expect(ask(query).then((response) => response.text())).rejects.toThrow("terminated");
    expect((await ask(query)).status).toBe(200);
  });

  it("lets a request hang until the caller or itself gives up", async () => {
    const own = await startEmulator({ findings: 10, faults: [{ kind: "hang", stream: "token" }] });
    const ask = (signal?: AbortSignal) =>
      fetch(`${own.url}/oauth/token`, { method: "POST", body: "x", signal: signal ?? null });
    await expect(ask(AbortSignal.timeout(50))).rejects.toMatchObject({ name: "TimeoutError" });
    const waiting = expect(ask()).rejects.toThrow("fetch failed");
    await new Promise((done) => setTimeout(done, 50));
    expect((await fetch(`${own.url}/emulator/state`)).status).toBe(200);
    await own.close();
    await waiting;
  });

  it("says when its port is taken", async () => {
    await expect(startEmulator({ findings: 10, port: emulator.port })).rejects.toThrow("EADDRINUSE");
  });
});
