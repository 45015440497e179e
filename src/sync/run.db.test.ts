import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { finished, testWeir } from "../../test/weir.ts";
import { createEmulator } from "../emulator/emulator.ts";
import type { StreamName } from "../model.ts";
import { readRun, requestRun } from "../store/run.ts";
import { executeRun } from "./run.ts";
import type { SliceDeps } from "./slice.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("a run that has come to its end is not begun again by who saw it unfinished a moment before", async () => {
  const weir = testWeir(database, createEmulator({ findings: 100 }).fetch);
  const integration = await weir.addIntegration("tenant");
  const ended = await weir.sync(integration, { streams: ["issues"] });
  const seenBefore = { ...ended, finishedAt: null, result: null };
  // Whatever asked the source would fail: there is none.
  const deps = { db: database.db, now: Date.now } as SliceDeps;
  const context = { integration, inventory: "Wiz", runId: ended.id, isUrgent: () => false, epoch: 1 };
  expect(await executeRun(deps, context, seenBefore, new AbortController().signal)).toBeNull();
  expect(await readRun(database.db, ended.id)).toEqual(ended);
  expect(await database.db.selectFrom("pass").select("id").where("runId", "=", ended.id).execute()).toHaveLength(1);
});

test("a run that was let go of goes on with the streams that are left", async () => {
  const { db } = database;
  const weir = testWeir(database, createEmulator({ findings: 400 }).fetch);
  const integration = await weir.addIntegration("half");
  const worker = weir.worker({ integrationId: integration.id });
  try {
    const request = { integrationId: integration.id, trigger: "demand", mode: "full" } as const;
    const id = await requestRun(db, { ...request, streams: ["issues", "detections"] }, Date.now());
    expect(await finished(database, id)).toMatchObject({ result: "success" });
    const streams: StreamName[] = ["issues", "detections", "misconfigurations"];
    const unfinished = { finishedAt: null, result: null, streams };
    await db.updateTable("run").set(unfinished).where("id", "=", id).execute();
    expect(await finished(database, id)).toMatchObject({ result: "success", phase: "done" });
    const passes = await db.selectFrom("pass").select("stream").where("runId", "=", id).execute();
    expect(passes.map(({ stream }) => stream).sort()).toEqual(streams.sort());
  } finally {
    await worker.stop();
  }
});
