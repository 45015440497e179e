import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cubes, wrongCubes } from "../../test/cubes.ts";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { findingKinds, findingStatuses } from "../model.ts";
import { moveCubes } from "./cube.ts";
import type { FindingRow } from "./finding.ts";

let database: TestDatabase;
let integrationId: string;
beforeAll(async () => {
  database = await testDatabase();
  integrationId = await inventory(database).integration("prod");
});
afterAll(() => database.close());

const time = fc.constantFrom(
  null,
  "2026-02-28T23:59:59.999999Z",
  "2026-03-01T00:00:00Z",
  "2026-03-01T00:00:00.5Z",
  "0999-12-31T23:59:59Z",
  "2026-03-01T01:30:00.000+02:00",
  "9999-12-31T23:59:59.999Z",
);
const flag = fc.constantFrom(true, false, null);

/** All that the count tables count by. */
const counted = fc.record({
  kind: fc.constantFrom(...findingKinds),
  status: fc.constantFrom(...findingStatuses),
  severity: fc.integer({ min: 1, max: 5 }),
  cloud: fc.constantFrom(null, "aws"),
  assetClass: fc.constantFrom(null, "compute"),
  accountId: fc.constantFrom(null, "1", "it's \\"),
  cve: fc.constantFrom(null, "CVE-2026-1"),
  projects: fc.subarray(["A", "B"]),
  isKev: flag,
  hasExploit: flag,
  hasFix: flag,
  packageName: fc.constantFrom(null, "openssl", "ü".repeat(251)),
  packageFixedVersion: fc.constantFrom(null, "3.0.14", "x".repeat(501)),
  riskScore: fc.constantFrom(50, 97),
  firstFoundAt: time,
  lastFoundAt: time,
  resolvedAt: time,
  statusChangedAt: time,
  sourceUpdatedAt: time,
  acceptedAt: time,
});

test("whatever findings become, the count tables are what counting them gives", async () => {
  const { db, pool } = database;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(counted, counted), { minLength: 1, maxLength: 12 }), async (changes) => {
      await pool.query(`truncate finding, ${cubes.join()}`);
      const before: FindingRow[] = [];
      const after: FindingRow[] = [];
      for (const [was, is] of changes) {
        const id = await inventory(database).finding({ integrationId, ...was });
        before.push(await db.selectFrom("finding").selectAll().where("id", "=", id).executeTakeFirstOrThrow());
        await db.updateTable("finding").set(is).where("id", "=", id).execute();
        // As a page has them: what was fetched is counted as Wiz wrote it.
        after.push({ ...before.at(-1)!, ...is });
      }
      await moveCubes(db, before, after);
      expect(await wrongCubes(database)).toEqual([]);
      await moveCubes(db, after, []);
      await pool.query("delete from finding");
      expect(await wrongCubes(database)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
