import { afterEach, beforeEach, expect, test } from "vitest";
import { createEmulator, type Emulator } from "../src/emulator/emulator.ts";
import { type TestDatabase, testDatabase } from "./postgres.ts";
import { compareWithTruth, readTruth } from "./truth.ts";
import { emulatorHost, testWeir } from "./weir.ts";

let database: TestDatabase;
let emulator: Emulator;

beforeEach(async () => {
  database = await testDatabase();
  emulator = createEmulator({ findings: 3_000, seed: 7, start: "2026-08-01T00:00:00Z", clock: "frozen" });
});
afterEach(() => database.close());

test("what was deleted before a full pass is still told by the next delta, for only a delta can see it", async () => {
  const fetchEmulator: typeof fetch = (input, init) => emulator.fetch(input, init);
  const weir = testWeir(database, fetchEmulator);
  const tenant = await weir.addIntegration("tenant");
  expect(await weir.sync(tenant)).toMatchObject({ result: "success" });
  emulator.advance(24 * 3600);
  // What happens in the second in which a delta is asked is the next delta's.
  emulator.advance(1);
  expect(await weir.sync(tenant, { full: true })).toMatchObject({ result: "success" });
  expect(await weir.sync(tenant)).toMatchObject({ result: "success" });
  const truth = await readTruth(`http://${emulatorHost}`, fetchEmulator);
  expect(truth.filter((line) => line.kind === "asset" && line.deletedAt != null).length).toBeGreaterThan(1);
  const { differences } = await compareWithTruth(database.db, tenant.id, truth);
  expect(differences.slice(0, 10)).toEqual([]);
});
