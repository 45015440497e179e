import { afterAll, beforeAll, expect, test } from "vitest";
import { wrongCubes } from "../../../test/cubes.ts";
import { inventory } from "../../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { syncTenant } from "../../../test/synced.ts";
import { moveCubes } from "../../store/cube.ts";
import { forgetEmptyFixes } from "../../store/cube-fix.ts";
import { parseQuery } from "../parser.ts";
import { printQuery } from "../print.ts";
import { searchFindings } from "../search.ts";
import { readFixFirst } from "./fix-first.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await syncTenant(database, { findings: 1_500 });
}, 120_000);
afterAll(() => database.close());

/** The same, counted plainly from the findings. */
async function plainly(limit: number) {
  const { rows } = await database.pool.query(
    `select package_name as package, package_fixed_version as "fixedVersion", max(risk_score)::int as "worstScore",
      count(*)::int as findings, (count(*) filter (where is_kev))::int as kev,
      (count(*) filter (where has_exploit))::int as exploit, count(distinct asset_id)::int as assets,
      count(distinct cve)::int as cves
    from finding where status in ('open', 'in_progress') and package_name is not null and package_fixed_version is not null
    group by 1, 2 order by 3 desc, 4 desc, 1, 2 limit $1`,
    [limit],
  );
  return rows.map(({ assets, ...row }) => ({ ...row, assets: { value: assets, capped: false } }));
}

test.each([1, 10, 100])("the first %d upgrades are those that counting the findings gives", async (limit) => {
  const fixes = await readFixFirst(database.db, { limit });
  expect(fixes.map(({ worstCve: _, query: __, ...fix }) => fix)).toEqual(await plainly(limit));
  expect(fixes.length).toBeGreaterThan(0);
});

test("each leads to its findings, the worst of which it names", async () => {
  for (const fix of await readFixFirst(database.db, { limit: 25 })) {
    expect(printQuery(parseQuery(fix.query))).toBe(fix.query);
    const found = await searchFindings(database.db, {
      query: fix.query,
      sort: "riskScore",
      limit: 100,
      now: Date.now(),
    });
    expect(found.total).toEqual({ value: fix.findings, capped: false });
    expect(found.items[0]?.riskScore).toBe(fix.worstScore);
    const worst = found.items.filter(({ riskScore }) => riskScore === fix.worstScore).map(({ cve }) => cve);
    expect(worst).toContain(fix.worstCve);
  }
});

test("names and versions with quotes are looked for as they are", async () => {
  const integrationId = await inventory(database).integration("other");
  const odd = { packageName: "lib`x\\", packageFixedVersion: "1.0 `beta`", riskScore: 100 };
  await inventory(database).finding({ integrationId, ...odd, cve: "CVE-2024-0001" });
  await inventory(database).finding({ integrationId, ...odd, status: "resolved" });
  const [fix] = await readFixFirst(database.db, { limit: 1 });
  expect(fix).toMatchObject({ package: "lib`x\\", fixedVersion: "1.0 `beta`", findings: 1, worstCve: "CVE-2024-0001" });
  const found = await searchFindings(database.db, { query: fix!.query, limit: 10, now: Date.now() });
  expect(found.total.value).toBe(1);
  // What is fixed leaves the list, and nothing behind.
  const [row] = await database.db
    .selectFrom("finding")
    .selectAll()
    .where("riskScore", "=", 100)
    .where("status", "=", "open")
    .execute();
  await database.db.updateTable("finding").set({ status: "resolved" }).where("id", "=", row!.id).execute();
  await moveCubes(database.db, [row!], [{ ...row!, status: "resolved" }]);
  expect(await readFixFirst(database.db, { limit: 1 })).not.toMatchObject([{ worstScore: 100 }]);
  await forgetEmptyFixes(database.db);
  const { rows } = await database.pool.query(
    "select count(*) filter (where n = 0)::int as empty, sum(n)::int as n from cube_fix",
  );
  expect(rows).toEqual([{ empty: 0, n: expect.any(Number) }]);
  expect(await wrongCubes(database)).toEqual([]);
});
