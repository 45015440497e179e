import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliResult, runCli } from "../../test/cli.ts";
import { wrongCubes } from "../../test/cubes.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { compareWithTruth, readTruth } from "../../test/truth.ts";
import { startWeir } from "../../test/weir-process.ts";
import { type RunningEmulator, startEmulator } from "../emulator/server.ts";
import { rebuildCubes } from "../store/inventory-check.ts";

let database: TestDatabase;
let emulator: RunningEmulator;
let integrationId: string;
let env: Record<string, string>;

beforeAll(async () => {
  database = await testDatabase();
  emulator = await startEmulator({ findings: 3_000, clock: "frozen" });
  env = {
    DATABASE_URL: database.url,
    WEIR_SECRET_KEY: "11".repeat(32),
    WEIR_ALLOWED_HOSTS: `127.0.0.1:${emulator.port}`,
    WEIR_MAX_REQUESTS_PER_SECOND: "500",
    WEIR_CLIENT_SECRET: "emulator-secret",
  };
  await weir(["integration", "add", "prod", "--api-endpoint", emulator.url, "--client-id", "emulator"]);
  expect(await weir(["sync", "prod"])).toMatchObject({ code: 0 });
  const row = await database.db.selectFrom("integration").select("id").executeTakeFirstOrThrow();
  integrationId = row.id;
});
afterAll(async () => {
  await emulator.close();
  await database.close();
});

const weir = (args: string[]): Promise<CliResult> => runCli(args, { env });

/** As an older mapping would have stored the findings. */
async function age(): Promise<void> {
  await database.pool.query("update finding set title = 'old', severity = 1, version = version + 1");
  await rebuildCubes(database.db);
}

const count = async (where: string) =>
  Number((await database.pool.query(`select count(*) as n from finding where ${where}`)).rows[0].n);

async function expectTruth(): Promise<void> {
  expect((await compareWithTruth(database.db, integrationId, await readTruth(emulator.url))).differences).toEqual([]);
  expect(await wrongCubes(database)).toEqual([]);
}

test("weir renormalize tells of each stream what it did, on standard error how far it is", async () => {
  await age();
  const findings = await count("kind = 'vulnerability'");
  const { code, stdout, stderr } = await weir(["renormalize", "prod", "--stream", "vulnerabilities"]);
  const n = findings.toLocaleString("en-US");
  expect({ code, stdout }).toEqual({ code: 0, stdout: `prod: vulnerabilities: ${n} read, ${n} rewritten\n` });
  // A line more every two seconds.
  expect(stderr).toMatch(
    new RegExp(`^prod: vulnerabilities 0 of ${n}, 0 rewritten\n(prod: vulnerabilities [\\d,]+ of .+\n)*$`),
  );
  expect((await weir(["renormalize"])).stdout).toMatch(/^prod: assets: .+\n(prod: .+\n){4}$/);
  await expectTruth();
  expect((await weir(["renormalize"])).stdout).not.toMatch(/[1-9]\d* rewritten/);
  expect(await weir(["renormalize", "nobody"])).toMatchObject({ code: 2 });
});

test("weir renormalize that is killed goes on where it was, nothing lost, nothing told twice", async () => {
  await age();
  const before = Number((await database.pool.query("select count(*) as n from signal")).rows[0].n);
  // So slow that the kill falls between two batches.
  await database.pool.query(`
    create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.3); return new; end $$;
    create trigger slow before update on renormalization for each row execute function slow()`);
  for (const kills of [1, 2]) {
    const child = startWeir(["renormalize", "--stream", "vulnerabilities"], env);
    const examined = async () =>
      (await database.db.selectFrom("renormalization").select("examined").executeTakeFirst())?.examined ?? 0;
    await expect.poll(examined, { timeout: 30_000 }).toBeGreaterThan(500 * kills);
    await child.killAll();
  }
  const left = await count("title = 'old' and kind = 'vulnerability'");
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(await count("kind = 'vulnerability'"));
  await database.pool.query("drop function slow cascade");
  // The lock falls with the connection, which PostgreSQL notices a moment after the kill.
  await expect
    .poll(async () => (await weir(["renormalize", "--stream", "vulnerabilities"])).stderr, { timeout: 30_000 })
    .toMatch(/^prod: vulnerabilities [\d,]+ of [\d,]+, [\d,]+ rewritten, going on with an earlier run\n/);
  await weir(["renormalize"]);
  await expectTruth();
  const findings = await count("true");
  const told = await database.pool.query(
    "select count(*) as n, count(distinct subject_id) as subjects from (select * from signal order by at desc limit $1) last",
    [findings],
  );
  expect(Number(told.rows[0].subjects)).toBe(findings);
  expect(Number((await database.pool.query("select count(*) as n from signal")).rows[0].n)).toBe(before + findings);
});
