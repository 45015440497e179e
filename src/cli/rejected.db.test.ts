import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliResult, runCli } from "../../test/cli.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { compareWithTruth, readTruth } from "../../test/truth.ts";
import { type RunningEmulator, startEmulator } from "../emulator/server.ts";
import { recordId } from "../store/id.ts";
import { packRaw } from "../store/raw.ts";
import { writeRejected } from "../store/rejected.ts";

let database: TestDatabase;
let emulator: RunningEmulator;
let integrationId: string;

beforeAll(async () => {
  database = await testDatabase();
  emulator = await startEmulator({ findings: 300, clock: "frozen" });
  const endpoint = ["--api-endpoint", emulator.url, "--client-id", "emulator"];
  await weir(["integration", "add", "prod", ...endpoint], { WEIR_CLIENT_SECRET: "emulator-secret" });
  await weir(["sync", "prod"]);
  const row = await database.db.selectFrom("integration").select("id").executeTakeFirstOrThrow();
  integrationId = row.id;
});
afterAll(async () => {
  await emulator.close();
  await database.close();
});

async function weir(args: string[], env: NodeJS.ProcessEnv = {}): Promise<CliResult> {
  const base = {
    DATABASE_URL: database.url,
    WEIR_SECRET_KEY: "11".repeat(32),
    WEIR_ALLOWED_HOSTS: `127.0.0.1:${emulator.port}`,
    WEIR_MAX_REQUESTS_PER_SECOND: "500",
  };
  return await runCli(args, { env: { ...base, ...env } });
}

/** Moves what was stored of some issues to the rejected records, as if they had never been readable. */
async function reject(count: number): Promise<{ id: string; externalId: string }[]> {
  const { rows } = await database.pool.query(
    `select f.id, f.external_id, raw from finding f join finding_raw using (id) where kind = 'issue' order by f.id limit $1`,
    [count],
  );
  const rejected = rows.map((row) => ({
    id: recordId("rejected", integrationId, "issues", row.external_id),
    integrationId,
    stream: "issues",
    externalId: row.external_id,
    reason: "status is nothing that Weir knows",
    raw: row.raw.toString("base64"),
    firstAt: "2026-08-01T00:00:00Z",
    lastAt: "2026-08-02T00:00:00Z",
  }));
  await writeRejected(database.db, rejected);
  await database.pool.query("delete from finding where id = any($1)", [rows.map((row) => row.id)]);
  return rejected;
}

describe("weir rejected", () => {
  test("of nothing says that all is well", async () => {
    expect(await weir(["rejected"])).toEqual({ code: 0, stdout: "", stderr: "Every record could be read.\n" });
    expect((await weir(["rejected", "--format", "json"])).stdout).toBe("[]\n");
    expect(await weir(["rejected", "nobody"])).toMatchObject({ code: 2 });
  });

  test("lists records with reason, stream, ids and times, and counts the reasons", async () => {
    const [first] = await reject(3);
    const { stdout, stderr } = await weir(["rejected", "prod", "--limit", "2"]);
    expect(stdout).toMatch(/Id +Integration +Stream +Wiz id +Reason +First \(UTC\) +Last \(UTC\)\n/);
    expect(stdout).toMatch(/prod +issues .* 2026-08-01 00:00 +2026-08-02 00:00\n/);
    expect(stderr).toBe("2 of 3 records that could not be read\n  3 issues: status is nothing that Weir knows\n");
    const lines = (await weir(["rejected", "--format", "ndjson", "--stream", "issues"])).stdout.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toContainEqual({
      id: first?.id,
      integration: "prod",
      stream: "issues",
      externalId: first?.externalId,
      reason: "status is nothing that Weir knows",
      firstAt: "2026-08-01T00:00:00.000Z",
      lastAt: "2026-08-02T00:00:00.000Z",
    });
    expect(lines).toHaveLength(3);
    expect((await weir(["rejected", "--stream", "assets"])).stderr).toBe("Every record could be read.\n");
    expect(await weir(["rejected", "--limit", "0"])).toMatchObject({ code: 2 });
  });

  test("show prints what Wiz sent, by either id", async () => {
    const [first] = await reject(1);
    const byId = await weir(["rejected", "show", first!.id]);
    expect(JSON.parse(byId.stdout)).toMatchObject({ id: first!.externalId });
    expect(await weir(["rejected", "show", first!.externalId])).toEqual(byId);
    expect(byId.stderr).toBe("status is nothing that Weir knows\n");
    expect(await weir(["rejected", "show", "nothing"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("`weir rejected` lists them"),
    });
  });

  test("retry stores what can be read now, and says how many are left and why", async () => {
    await reject(5);
    await writeRejected(database.db, [
      {
        id: recordId("unreadable"),
        integrationId,
        stream: "issues",
        externalId: "odd",
        reason: "an older reason",
        raw: packRaw('{"id":"odd"}', "issues").toString("base64"),
        firstAt: "2026-08-01T00:00:00Z",
        lastAt: "2026-08-02T00:00:00Z",
      },
    ]);
    const { code, stdout } = await weir(["rejected", "retry", "prod"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^prod: \d+ of \d+ records could be read now\nprod: 1 issues left: (?!an older reason).+\n$/,
    );
    expect((await weir(["rejected", "--format", "ndjson"])).stdout.trim().split("\n")).toHaveLength(1);
    const { differences } = await compareWithTruth(database.db, integrationId, await readTruth(emulator.url));
    expect(differences).toEqual([]);
    await database.pool.query("delete from rejected_record");
    expect((await weir(["rejected", "retry"])).stdout).toBe("prod: nothing to read again\n");
  });

  test("retry of an old version leaves the newer one that came meanwhile", async () => {
    const { rows } = await database.pool.query(
      "select f.external_id, raw from finding f join finding_raw using (id) where kind = 'issue' limit 1",
    );
    await database.pool.query(
      "update finding set title = 'newer', source_updated_at = '2100-01-01', hash = gen_random_uuid(), version = version + 1 where external_id = $1",
      [rows[0].external_id],
    );
    const old = { integrationId, stream: "issues", externalId: rows[0].external_id, reason: "old" };
    const times = { firstAt: "2026-08-01T00:00:00Z", lastAt: "2026-08-02T00:00:00Z" };
    await writeRejected(database.db, [{ id: recordId("old"), ...old, ...times, raw: rows[0].raw.toString("base64") }]);
    expect((await weir(["rejected", "retry"])).stdout).toBe("prod: 1 of 1 records could be read now\n");
    const stored = await database.pool.query("select title from finding where external_id = $1", [rows[0].external_id]);
    expect(stored.rows).toEqual([{ title: "newer" }]);
    expect((await weir(["rejected"])).stderr).toBe("Every record could be read.\n");
  });
});

test("records that are wrong in every way do not stop the page that they are on", async () => {
  const row = {
    integrationId,
    stream: "issues",
    externalId: null,
    reason: `at\0 least \ud800`,
    raw: packRaw("null", "issues").toString("base64"),
    firstAt: "2026-08-01T00:00:00Z",
    lastAt: "2026-08-02T00:00:00Z",
  };
  await writeRejected(database.db, [
    { id: recordId("twice"), ...row },
    { id: recordId("twice"), ...row },
  ]);
  const { stdout } = await weir(["rejected", "--format", "json"]);
  expect(JSON.parse(stdout)).toMatchObject([{ externalId: null, reason: "at least \ufffd" }]);
});
