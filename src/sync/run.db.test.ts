import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { testWeir } from "../../test/weir.ts";
import { createEmulator } from "../emulator/emulator.ts";
import { readRun } from "../store/run.ts";
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
