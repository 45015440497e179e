import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { emulatorHost, testWeir } from "../../../test/weir.ts";
import { createEmulator, type Emulator } from "../../emulator/emulator.ts";
import { defaultScopes } from "../../emulator/options.ts";

let database: TestDatabase;
let emulator: Emulator;
let as: ReturnType<typeof testApi>["as"];
const hosts: string[] = [];
/** While it does not resolve, Wiz does not answer. */
let held: Promise<void> | undefined;

async function control(path: string, body: unknown): Promise<void> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  expect((await emulator.fetch(`http://${emulatorHost}/emulator/${path}`, init)).status).toBe(200);
}

/** What Weir says to Wiz, with the hosts that it says it to. */
const wire = (async (input: string, init: RequestInit) => {
  hosts.push(new URL(String(input)).host);
  await held;
  return await emulator.fetch(input, init);
}) as typeof fetch;

beforeAll(async () => {
  database = await testDatabase();
  emulator = createEmulator({ findings: 100, seed: 3 });
});
afterAll(() => database.close());
beforeEach(async () => {
  hosts.length = 0;
  held = undefined;
  await database.pool.query("truncate integration cascade");
  ({ as } = testApi(database, { fetch: wire, allowedHosts: [emulatorHost, "127.0.0.1:4401"] }));
});

const form = {
  connector: "wiz",
  apiEndpoint: `http://${emulatorHost}`,
  clientId: "emulator",
  clientSecret: "emulator-secret",
};
const steps = ["endpoint", "network", "token", "permissions"];

async function tryIt(path: string, body: unknown, role: "admin" | "analyst" | "viewer" = "admin") {
  const answer = await as(role).send("POST", `/api/v1/integrations/${path}`, body);
  return {
    status: answer.status,
    body: (await answer.json()) as { ok: boolean; steps: { name: string; ok: boolean }[] },
  };
}

describe("a connection that is not stored", () => {
  test("W-14 Q-12 is tried step by step, and nothing is stored", async () => {
    const { status, body } = await tryIt("test", form);
    expect(status).toBe(200);
    expect(body.ok).toBe(true);
    expect(body.steps.map(({ name }) => name)).toEqual([
      ...steps,
      "issues",
      "vulnerabilities",
      "misconfigurations",
      "detections",
      "assets",
    ]);
    expect(await database.db.selectFrom("integration").selectAll().execute()).toEqual([]);
  });

  test("W-14 without credentials only the network is tried, and nothing is sent to log in with", async () => {
    const { connector, apiEndpoint } = form;
    const { status, body } = await tryIt("test", { connector, apiEndpoint });
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: true, steps: [{ name: "endpoint" }, { name: "network" }] });
    expect(body.steps).toHaveLength(2);
    expect(hosts).toHaveLength(2);
    expect((await tryIt("test", { connector, apiEndpoint, clientId: "emulator" })).status).toBe(400);
  });

  test("W-35 W-36 says what is wrong and what to do", async () => {
    const { body } = await tryIt("test", { ...form, clientSecret: "wrong" });
    expect(body).toMatchObject({ ok: false });
    expect(body.steps.at(-1)).toMatchObject({
      name: "token",
      ok: false,
      hint: expect.stringContaining("Service Accounts"),
    });
    expect(JSON.stringify(body)).not.toContain("wrong");

    await control("scopes", { scopes: ["read:resources"] });
    const limited = await tryIt("test", { ...form, streams: ["issues", "assets"] });
    await control("scopes", { scopes: defaultScopes });
    expect(limited.body.steps.slice(-2)).toMatchObject([
      { name: "issues", ok: false, message: expect.stringContaining("read:issues") },
      { name: "assets", ok: true },
    ]);
  });

  test("is answered step by step to whoever reads events", async () => {
    const answer = await as("admin").request("/api/v1/integrations/test", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ ...form, streams: ["assets"] }),
    });
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    const events = (await answer.text()).trim().split("\n\n");
    expect(events.map((event) => event.split("\n")[0])).toEqual([...Array(5).fill("event: step"), "event: done"]);
    expect(events[2]).toContain('"name":"token","ok":true');
    expect(events.at(-1)).toContain('{"ok":true}');
  });

  test("is an administrator's to try, and a wrong form is refused before anything is asked", async () => {
    expect((await tryIt("test", form, "analyst")).status).toBe(403);
    const wrong = await tryIt("test", { ...form, apiEndpoint: "https://app.wiz.io" });
    expect(wrong).toMatchObject({ status: 400, body: { error: { field: "apiEndpoint" } } });
    expect(hosts).toEqual([]);
  });

  test("is tried by a few at once only", async () => {
    let release = () => {};
    held = new Promise((resolve) => {
      release = resolve;
    });
    const four = Array.from({ length: 4 }, () => tryIt("test", { ...form, streams: ["assets"] }));
    await expect.poll(() => hosts.length).toBe(4);
    expect(await tryIt("test", form)).toMatchObject({ status: 429, body: { error: { code: "too_many_requests" } } });
    release();
    expect((await Promise.all(four)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await tryIt("test", { ...form, streams: ["assets"] })).status).toBe(200);
  });
});

describe("an integration", () => {
  beforeEach(async () => {
    await testWeir(database, emulator.fetch).addIntegration("prod");
  });

  test("is tried as it is stored, also by an analyst", async () => {
    const { status, body } = await tryIt("prod/test", undefined, "analyst");
    expect({ status, ok: body.ok }).toEqual({ status: 200, ok: true });
    expect((await tryIt("prod/test", {}, "viewer")).status).toBe(403);
  });

  test("is tried with other settings by an administrator, and they are not stored", async () => {
    const { body } = await tryIt("prod/test", { clientSecret: "wrong" });
    expect(body.steps.at(-1)).toMatchObject({ name: "token", ok: false });
    expect((await tryIt("prod/test", { clientSecret: "wrong" }, "analyst")).status).toBe(403);
    expect((await tryIt("prod/test", {})).body.ok).toBe(true);
  });

  test("never has its stored secret sent to another host", async () => {
    for (const other of [{ apiEndpoint: "http://127.0.0.1:4401" }, { tokenUrl: "http://127.0.0.1:4401/oauth/token" }])
      expect(await tryIt("prod/test", other)).toMatchObject({
        status: 400,
        body: { error: { field: "clientSecret" } },
      });
    expect(hosts).toEqual([]);
  });
});
