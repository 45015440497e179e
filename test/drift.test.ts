import { afterEach, beforeEach, expect, test } from "vitest";
import { createEmulator, type Emulator } from "../src/emulator/emulator.ts";
import type { Integration } from "../src/store/integration.ts";
import { readStatus } from "../src/sync/status.ts";
import { type TestDatabase, testDatabase } from "./postgres.ts";
import { compareWithTruth, readTruth } from "./truth.ts";
import { emulatorHost, type TestWeir, testWeir } from "./weir.ts";

let database: TestDatabase;
let emulator: Emulator;
let weir: TestWeir;
let tenant: Integration;
const fetchFrom: typeof fetch = async (input, init) => emulator.fetch(input, init);

beforeEach(async () => {
  database = await testDatabase();
  emulator = createEmulator({ findings: 1_000, seed: 7, start: "2026-08-01T00:00:00Z", clock: "frozen" });
  weir = testWeir(database, fetchFrom, { sliceTarget: 400 });
  tenant = await weir.addIntegration("tenant");
});
afterEach(() => database.close());

const dueDates = () =>
  database.db
    .selectFrom("finding")
    .select(["externalId", "dueAt"])
    .where("kind", "=", "issue")
    .where("dueAt", "is not", null)
    .orderBy("externalId")
    .execute();

const countSignals = async () => (await database.db.selectFrom("signal").select("id").execute()).length;

const warningOf = async (stream: string) =>
  (await readStatus(database.db, tenant, Date.now())).streams.find((one) => one.stream === stream)?.warning ?? null;

test("a field that Wiz takes away keeps its last values, tells no change of them, and is read again once it is back", async () => {
  await weir.sync(tenant);
  const before = await dueDates();
  const signals = await countSignals();
  expect(before.length).toBeGreaterThan(10);

  emulator.faults.set([{ kind: "unknown-field", stream: "issues", field: "dueAt" }]);
  expect(await weir.sync(tenant, { full: true, streams: ["issues"] })).toMatchObject({ result: "success" });
  expect(await warningOf("issues")).toContain("dueAt");
  expect(await dueDates()).toEqual(before);
  expect(await countSignals()).toBe(signals);

  emulator.faults.set([]);
  expect(await weir.sync(tenant, { full: true, streams: ["issues"] })).toMatchObject({ result: "success" });
  expect(await warningOf("issues")).toBeNull();
  expect(await countSignals()).toBe(signals);
  const truth = await readTruth(`http://${emulatorHost}`, fetchFrom);
  expect((await compareWithTruth(database.db, tenant.id, truth)).differences).toEqual([]);
});

test("a filter value that Wiz takes away narrows the pass, so what it does not bring is not missing", async () => {
  await weir.sync(tenant);
  const inProgress = () =>
    database.db
      .selectFrom("finding")
      .select("id")
      .where("status", "=", "in_progress")
      .where("kind", "=", "issue")
      .execute();
  emulator.advance(7 * 24 * 3600);
  await weir.sync(tenant);
  const before = (await inProgress()).length;
  expect(before).toBeGreaterThan(0);
  emulator.faults.set([{ kind: "unknown-field", stream: "issues", field: "IssueStatus.IN_PROGRESS" }]);
  for (let i = 0; i < 3; i++)
    expect(await weir.sync(tenant, { full: true, streams: ["issues"] })).toMatchObject({ result: "success" });
  expect((await inProgress()).length).toBe(before);
  expect(await warningOf("issues")).toContain("IN_PROGRESS");
});
