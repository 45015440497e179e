import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { finished, type TestWeir, testWeir } from "../../../test/weir.ts";
import { createEmulator } from "../../emulator/emulator.ts";
import type { Role } from "../../model.ts";
import { findIntegration } from "../../store/integration.ts";
import { finishRun, requestRun } from "../../store/run.ts";

let database: TestDatabase;
let weir: TestWeir;
let as: ReturnType<typeof testApi>["as"];

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query("truncate integration, finding, asset, signal, audit_event, lease cascade");
  weir = testWeir(database, createEmulator({ findings: 100, seed: 5 }).fetch);
  ({ as } = testApi(database));
  await weir.addIntegration("prod");
});

async function send(method: string, path: string, body?: unknown, role: Role = "analyst") {
  const answer = await as(role).send(method, `/api/v1${path}`, body);
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}
const id = async () => (await findIntegration(database.db, "prod")).id;

describe("a run on demand", () => {
  test("Q-32 Q-33 is asked for, done by a worker, and told with its passes and counts", async () => {
    const { status, body } = await send("POST", "/integrations/prod/sync");
    expect(status).toBe(202);
    expect(body).toMatchObject({
      integration: "prod",
      trigger: "demand",
      mode: "delta",
      phase: "queued",
      result: null,
    });
    expect(body.startedAt).toBeNull();
    const worker = weir.worker();
    await finished(database, body.id);
    await worker.stop();

    const run = (await send("GET", `/runs/${body.id}`, undefined, "viewer")).body;
    expect(run).toMatchObject({ id: body.id, result: "success", phase: "done", error: null });
    expect(run.streams.map((pass: { stream: string }) => pass.stream).sort()).toEqual([
      "assets",
      "detections",
      "issues",
      "misconfigurations",
      "vulnerabilities",
    ]);
    for (const pass of run.streams) {
      expect(pass).toMatchObject({ pass: "full", result: "success", rejected: 0, error: null });
      expect(pass.wizCount).toBe(pass.weirCount);
      expect(pass.fetched).toBe(pass.written + pass.unchanged);
    }
    const { body: integration } = await send("GET", "/integrations/prod", undefined, "viewer");
    expect(integration).toMatchObject({ state: "processed", tile: { colour: "green" }, lastRun: { id: body.id } });
    expect(integration.streams.vulnerabilities).toMatchObject({ gap: 0, whyZero: null });
  });

  test("Q-35 Q-36 Q-37 while it goes on says what is in, what is still arriving, and how far it is", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const emulator = createEmulator({ findings: 100, seed: 5 });
    const slow = (async (url: string, init: RequestInit) => {
      const answer = await emulator.fetch(url, init);
      if (String(init.body).includes("query Vulnerabilities(") && !String(init.body).includes('"first":1,')) await held;
      return answer;
    }) as typeof fetch;
    const { body: queued } = await send("POST", "/integrations/prod/sync");
    expect((await send("GET", "/integrations/prod")).body).toMatchObject({
      state: "scheduled",
      stateText: "a run is queued",
    });
    const worker = testWeir(database, slow).worker();
    const read = async () => (await send("GET", "/integrations/prod", undefined, "viewer")).body;
    await expect
      .poll(async () => (await read()).stateText, { timeout: 20_000 })
      .toMatch(/^assets are in, findings are still arriving/);
    expect(await read()).toMatchObject({ state: "processed", progress: { fetched: expect.any(Number) } });
    expect((await send("GET", `/runs/${queued.id}`)).body).toMatchObject({ phase: "findings", finishedAt: null });
    release();
    await finished(database, queued.id);
    await worker.stop();
    expect(await read()).toMatchObject({ state: "processed", progress: null });
  });

  test("of some streams or of everything says so", async () => {
    const { body } = await send("POST", "/integrations/prod/sync", { streams: ["issues"], mode: "full" });
    expect(body).toMatchObject({ mode: "full", requestedStreams: ["issues"] });
  });

  test("that is queued for the same already is not queued again", async () => {
    const first = await send("POST", "/integrations/prod/sync");
    const same = await send("POST", "/integrations/prod/sync", { streams: ["issues"] });
    const full = await send("POST", "/integrations/prod/sync", { mode: "full" });
    expect(same.body.id).toBe(first.body.id);
    expect(full.body.id).not.toBe(first.body.id);
  });

  test("with nothing to fetch is refused", async () => {
    expect(await send("POST", "/integrations/prod/sync", { streams: [] })).toMatchObject({
      status: 400,
      body: { error: { field: "streams" } },
    });
    const off = Object.fromEntries(
      ["issues", "vulnerabilities", "misconfigurations", "detections", "assets"].map((one) => [
        one,
        { enabled: false },
      ]),
    );
    await send("PATCH", "/integrations/prod", { streams: off }, "admin");
    expect((await send("POST", "/integrations/prod/sync")).body.error.message).toContain("is switched off");
  });

  test("is cancelled, and what was asked is in the audit log", async () => {
    const { body: run } = await send("POST", "/integrations/prod/sync");
    expect(await send("POST", "/integrations/prod/cancel")).toEqual({ status: 202, body: { cancelled: [run.id] } });
    expect(await send("POST", "/integrations/prod/cancel")).toEqual({ status: 202, body: { cancelled: [] } });
    const worker = weir.worker();
    expect(await finished(database, run.id)).toMatchObject({ result: "cancelled" });
    await worker.stop();
    const actions = await database.db.selectFrom("auditEvent").select(["action", "actorName"]).orderBy("at").execute();
    expect(actions).toEqual([
      { action: "integration.sync", actorName: "analyst@weir.test" },
      { action: "integration.cancel", actorName: "analyst@weir.test" },
    ]);
  });

  test("is not a viewer's to ask for", async () => {
    expect((await send("POST", "/integrations/prod/sync", {}, "viewer")).status).toBe(403);
    expect((await send("POST", "/integrations/prod/cancel", undefined, "viewer")).status).toBe(403);
  });
});

describe("the list of runs", () => {
  test("is paged, the newest first, each run once", async () => {
    const request = { integrationId: await id(), trigger: "schedule", mode: "delta", streams: ["issues"] } as const;
    const ids: string[] = [];
    for (let i = 0; i < 7; i++) {
      // Several at one moment, so that the place in the list needs the id too.
      const runId = await requestRun(database.db, request, Date.parse("2026-08-01T00:00:00Z") + Math.floor(i / 3));
      await finishRun(database.db, runId, "success", null, Date.now());
      ids.push(runId);
    }
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const { body } = await send("GET", `/integrations/prod/runs?limit=2${query}`, undefined, "viewer");
      expect(body.items.length).toBeLessThanOrEqual(2);
      seen.push(...body.items.map((run: { id: string }) => run.id));
      cursor = body.nextCursor;
    }
    expect(seen).toHaveLength(7);
    expect([...seen].sort()).toEqual([...ids].sort());
    expect(seen[0]).toBe(ids[6]);
  });

  test.each(["rubbish", Buffer.from('["2026-08-01","x"]').toString("base64url"), "%00"])(
    "with the cursor %j is refused",
    async (cursor) => {
      expect(await send("GET", `/integrations/prod/runs?cursor=${cursor}`)).toMatchObject({
        status: 400,
        body: { error: { field: "cursor" } },
      });
    },
  );

  test("of a run or an integration that is not there says so", async () => {
    expect((await send("GET", "/integrations/nobody/runs")).status).toBe(404);
    expect((await send("GET", "/runs/0b9f1c1e-8a55-4f0e-9a43-6a1f4f0a7d11")).status).toBe(404);
    expect((await send("GET", "/runs/one")).status).toBe(400);
  });
});
