import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEmulator, type Emulator } from "../src/emulator/emulator.ts";
import type { Integration } from "../src/store/integration.ts";
import { wrongCubes } from "./cubes.ts";
import { type TestDatabase, testDatabase } from "./postgres.ts";
import { compareWithTruth, readTruth } from "./truth.ts";
import { emulatorHost, type TestWeir, testWeir } from "./weir.ts";

let database: TestDatabase;
let emulator: Emulator;
let weir: TestWeir;
let tenant: Integration;

beforeEach(async () => {
  database = await testDatabase();
  emulator = createEmulator({ findings: 3_000, seed: 7, start: "2026-08-01T00:00:00Z", clock: "frozen" });
  // Small slices, so that these tests cut as large tenants are cut.
  weir = testWeir(database, fetchOf(emulator), { sliceTarget: 400 });
  tenant = await weir.addIntegration("tenant");
});
afterEach(() => database.close());

/** The emulator's application is a fetch: no port, no socket. */
function fetchOf(to: Emulator): typeof fetch {
  return (async (input: string | URL | Request, init?: RequestInit) =>
    to.fetch(new Request(input, init))) as typeof fetch;
}

const truth = () => readTruth(`http://${emulatorHost}`, fetchOf(emulator));

async function control(path: string, body: unknown): Promise<unknown> {
  const answer = await emulator.fetch(
    new Request(`http://${emulatorHost}/emulator/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
  expect(answer.status, await answer.clone().text()).toBe(200);
  return await answer.json();
}

const countOf = async (table: string) =>
  Number((await database.pool.query(`select count(*) as n from ${table}`)).rows[0].n);

describe("a whole tenant", () => {
  test("after the first run every record of every stream equals the truth (W-02 W-03 W-04 W-05 Q-01 Q-06)", async () => {
    expect(await weir.sync(tenant)).toMatchObject({ result: "success", error: null });
    const { differences, counts } = await compareWithTruth(database.db, tenant.id, await truth());
    expect(differences.slice(0, 10)).toEqual([]);
    expect(counts).toMatchObject({
      vulnerability: expect.any(Number),
      misconfiguration: expect.any(Number),
      issue: expect.any(Number),
      threat: expect.any(Number),
    });
    const clouds = await database.db.selectFrom("asset").select("cloud").distinct().execute();
    expect(clouds.map(({ cloud }) => cloud)).toEqual(expect.arrayContaining(["aws", "azure", "gcp", "oci"]));
    const classes = await database.db.selectFrom("asset").select("class").distinct().execute();
    expect(classes.map((row) => row.class)).toEqual(
      expect.arrayContaining(["storage", "compute", "container_instance", "container_image"]),
    );
  });

  test("after it has lived for a while a delta brings the truth, and each change is told once (Q-11)", async () => {
    await weir.sync(tenant);
    await control("clock", { advanceSeconds: 6 * 3600 });
    // A delta ends before the second that it is asked in: what happens in that second is the next delta's.
    await control("clock", { advanceSeconds: 1 });
    const delta = await weir.sync(tenant);
    expect(delta).toMatchObject({ result: "success" });
    const { differences } = await compareWithTruth(database.db, tenant.id, await truth());
    expect(differences.slice(0, 10)).toEqual([]);
    const told = await database.db
      .selectFrom("signal")
      .select("change")
      .distinct()
      .where("at", ">=", delta.startedAt ?? "")
      .execute();
    expect(told.map((row) => row.change)).toEqual(expect.arrayContaining(["new", "resolved"]));
    const before = await countOf("signal");
    expect(await weir.sync(tenant)).toMatchObject({ result: "success" });
    expect(await countOf("signal")).toBe(before);
  });

  test("a second full pass over an unchanged tenant writes no finding and no signal", async () => {
    await weir.sync(tenant);
    const snapshot = async () =>
      (
        await database.pool.query(
          "select (select md5(string_agg(f::text, '' order by id)) from finding f) as findings, (select md5(string_agg(a::text, '' order by id)) from asset a) as assets, (select count(*) from signal) as signals",
        )
      ).rows[0];
    const before = await snapshot();
    expect(await weir.sync(tenant, { full: true })).toMatchObject({ result: "success", mode: "full" });
    expect(await snapshot()).toEqual(before);
    const { rows } = await database.pool.query(
      "select sum(written)::int as written, sum(unchanged)::int as unchanged from slice join pass on pass.id = pass_id where pass.run_id = (select id from run order by requested_at desc limit 1)",
    );
    expect(rows[0].written).toBe(0);
    expect(rows[0].unchanged).toBeGreaterThan(3_000);
  });

  test("the cubes and the assets' counts equal plain counts", async () => {
    await weir.sync(tenant);
    await control("clock", { advanceSeconds: 12 * 3600 });
    await weir.sync(tenant);
    const cube = await database.pool.query(
      "select status, severity, kind, cloud, class, n::int from cube_asset where n <> 0 order by 1, 2, 3, 4, 5",
    );
    const plain = await database.pool.query(
      "select status, severity, kind, coalesce(cloud, '') as cloud, coalesce(asset_class, '') as class, count(*)::int as n from finding group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5",
    );
    expect(cube.rows).toEqual(plain.rows);
    expect(await wrongCubes(database)).toEqual([]);
    const wrong = await database.pool.query(
      "select a.name from asset a left join (select asset_id, count(*) filter (where severity = 5)::int as critical from finding where status in ('open', 'in_progress') group by 1) f on f.asset_id = a.id where a.open_critical <> coalesce(f.critical, 0)",
    );
    expect(wrong.rows).toEqual([]);
  });
});

describe("W-33", () => {
  test("a good poll logs exactly what it fetched, and every line of the connector holds the word wiz (W-32)", async () => {
    await weir.sync(tenant);
    const lines = weir.log.map((line) => JSON.parse(line));
    const fetched = lines.filter((line) => /^fetched \d+ issues$/.test(line.msg));
    expect(fetched).toMatchObject([{ level: "info", component: "wiz" }]);
  });
});

describe("W-11", () => {
  test("two integrations side by side: the good one is complete, the one with a wrong secret says why, and no secret is anywhere", async () => {
    const wrongSecret = "Xk29-wrong-secret-qq81";
    const bad = await weir.addIntegration("bad", { clientSecret: wrongSecret, clientId: "another" });
    const [good, failed] = await Promise.all([weir.sync(tenant), weir.sync(bad)]);
    expect(good.result).toBe("success");
    expect(failed.result).toBe("unauthorized");
    expect(failed.error).toMatch(/client id|client secret/i);
    expect((await compareWithTruth(database.db, tenant.id, await truth())).differences.slice(0, 10)).toEqual([]);
    const everything = [weir.log.join("\n"), failed.error, await dumpOf(database)].join("\n");
    for (const secret of [wrongSecret, "emulator-secret"])
      expect(everything.includes(secret), `${secret} was found`).toBe(false);
  });
});

/** Every row of every table, as text. */
async function dumpOf(from: TestDatabase): Promise<string> {
  const { rows } = await from.pool.query(
    "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
  );
  const texts = await Promise.all(
    rows.map(async ({ name }) =>
      (await from.pool.query(`select t::text from "${name}" t`)).rows.map((row) => row.t).join("\n"),
    ),
  );
  return texts.join("\n");
}
