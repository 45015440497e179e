import { afterEach, beforeEach, expect, test } from "vitest";
import { createEmulator, type Emulator } from "../src/emulator/emulator.ts";
import { type TestDatabase, testDatabase } from "./postgres.ts";
import { testWeir } from "./weir.ts";

let database: TestDatabase;
let emulator: Emulator;

beforeEach(async () => {
  database = await testDatabase();
  emulator = createEmulator({ findings: 3_000, seed: 7, start: "2026-08-01T00:00:00Z", clock: "frozen" });
});
afterEach(() => database.close());

test("what a pass stored before it failed is in the counts of its assets after the next good one", async () => {
  const weir = testWeir(database, (input, init) => emulator.fetch(input, init));
  const tenant = await weir.addIntegration("tenant");
  expect(await weir.sync(tenant)).toMatchObject({ result: "success" });
  emulator.advance(24 * 3600);
  emulator.advance(1);
  // Both of its parts are counted; then the first one comes in, and the second does not.
  emulator.faults.set([{ kind: "null-cursor", stream: "misconfigurations", skip: 3 }]);
  expect(await weir.sync(tenant, { streams: ["misconfigurations"] })).toMatchObject({ result: "failed" });
  const { rows: half } = await database.pool.query(
    "select written from slice join pass on pass.id = pass_id where lane = 'delta' and result = 'failed' order by 1 desc",
  );
  expect(half[0]?.written).toBeGreaterThan(0);
  emulator.faults.set([]);
  expect(await weir.sync(tenant, { streams: ["misconfigurations"] })).toMatchObject({ result: "success" });
  const { rows } = await database.pool.query(
    `select asset.id from asset where open_critical + open_high + open_medium + open_low + open_informational
       <> (select count(*) from finding where asset_id = asset.id and status in ('open', 'in_progress'))`,
  );
  expect(rows).toEqual([]);
});
