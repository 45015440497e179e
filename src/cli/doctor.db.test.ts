import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { aFinding, aPage, aSlice } from "../../test/builders.ts";
import { runCli } from "../../test/cli.ts";
import { cubes } from "../../test/cubes.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { assetScoreConstants } from "../risk/constants.ts";
import { removeIntegration } from "../store/remove-integration.ts";
import { commitPage } from "../sync/page.ts";
import { cliActor } from "./actor.ts";
import { checkNode } from "./doctor-checks.ts";

const key = "11".repeat(32);
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "weir-doctor-"));
  await database.pool.query(
    `truncate integration, finding, asset, definition, signal, setting, ${cubes.join()} cascade`,
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

const doctor = (env: NodeJS.ProcessEnv = {}, ...args: string[]) =>
  runCli(["doctor", ...args], {
    env: { DATABASE_URL: database.url, WEIR_DATA_DIR: folder, WEIR_SECRET_KEY: key, ...env },
  });

/** An integration with two findings. */
async function load(): Promise<string> {
  const { integrationId, passId, sliceId } = await aSlice(database);
  const page = aPage({ findings: [aFinding(), aFinding({ externalId: "finding-2", cve: null })] });
  const place = {
    integrationId,
    stream: "vulnerabilities",
    inventory: "Wiz",
    classes: null,
    sliceId,
    pass: { id: passId, lane: "full", tracksSeen: false },
    cursor: null,
    epoch: 1,
  } as const;
  await commitPage({ db: database.db, now: Date.now }, place, page);
  return integrationId;
}

describe("weir doctor", () => {
  test("finds nothing wrong with a database that is well, and exits 0", async () => {
    await load();
    const { code, stdout, stderr } = await doctor();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "No problem was found.\n" });
    expect(stdout.trimEnd().split("\n")).toEqual([
      expect.stringMatching(/^ok {2}node: version 2\d\./),
      "ok  environment: understood",
      `ok  data directory: ${folder} is writable`,
      expect.stringMatching(/^ok {2}disk: [\d.]+ GB free$/),
      "ok  key file: not used: WEIR_SECRET_KEY is set",
      expect.stringMatching(/^ok {2}database: PostgreSQL at .*, version 1\d\.\d+$/),
      "ok  tables: up to date",
      "ok  pg_trgm: installed",
      "ok  secret key: not used yet",
      "ok  counts: the count tables equal what they count",
      expect.stringMatching(/^ok {2}signals: 1 day, the oldest \d{4}-\d\d-\d\d$/),
      expect.stringMatching(/^ok {2}integration "prod .*": grey: not polled yet$/),
    ]);
  });

  test.each([
    ["cube_asset", "update cube_asset set n = n + 1"],
    ["cube_asset", "update finding set severity = 1 where external_id = 'finding-1'"],
    ["cube_project", "delete from cube_project"],
    ["cube_cve", "insert into cube_cve values ('CVE-1', 'open', 3, 7)"],
    ["cube_day", "update cube_day set day = day + 1 where event = 'found'"],
    ["cube_account", "update cube_account set n = n + 1"],
    ["cube_exploit", "update cube_exploit set has_fix = 'false'"],
    ["cube_signal", "update cube_signal set n = n + 1"],
    ["cube_signal", "delete from signal"],
  ])("finds wrong counts in %s (%s), and --fix counts anew", async (cube, damage) => {
    await load();
    await database.pool.query(damage);
    const found = await doctor();
    expect(found.code).toBe(1);
    expect(found.stdout).toMatch(new RegExp(`PROBLEM {2}counts: .*[12] wrong in ${cube}.*\n {6}.weir doctor --fix`));
    const fixed = await doctor({}, "--fix");
    expect(fixed).toMatchObject({ code: 0, stdout: expect.stringContaining("ok  counts: counted anew (") });
    expect((await doctor()).stdout).toContain("ok  counts: the count tables equal what they count");
  });

  test("does not take a cell that is counted down to nothing for a wrong one", async () => {
    await load();
    await database.pool.query("insert into cube_cve values ('CVE-1', 'open', 3, 0)");
    expect(await doctor()).toMatchObject({ code: 0 });
  });

  test("finds a removal that was interrupted, and --fix ends it", async () => {
    const id = await load();
    const deps = { db: database.db, now: Date.now, score: assetScoreConstants, by: cliActor() };
    const interrupted = removeIntegration(deps, id, () => {
      throw new Error("the power went");
    });
    await expect(interrupted).rejects.toThrow();
    expect((await doctor()).stdout).toMatch(/PROBLEM {2}removal: the removal of "prod .*" was interrupted/);
    expect(await doctor({}, "--fix")).toMatchObject({ code: 0 });
    expect((await database.pool.query("select from asset")).rowCount).toBe(0);
  });

  test("finds a table that stands where a part of the change log belongs", async () => {
    await database.pool.query("create table signal_20300101 (id uuid)");
    const { code, stdout } = await doctor();
    await database.pool.query("drop table signal_20300101");
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining("PROBLEM  signals: signal_20300101") });
  });

  test("shows an integration that is not well, with its reason", async () => {
    const id = await load();
    await database.pool.query(
      `insert into stream_state (integration_id, stream, last_attempt_at, failures, error_code, error)
       select $1, 'assets', now(), 1, 'wiz_auth', 'client id or secret is wrong'`,
      [id],
    );
    const { code, stdout } = await doctor();
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /PROBLEM {2}integration "prod .*": red: authorization failed: client id or secret is wrong\n/,
    );
    expect(stdout).toMatch(/ {6}`weir status 'prod .*'` says more/);
  });
});

describe("weir doctor and the secret key", () => {
  const list = (env: NodeJS.ProcessEnv) =>
    runCli(["integration", "list"], { env: { DATABASE_URL: database.url, WEIR_DATA_DIR: folder, ...env } });

  test("knows the right one, and finds a wrong or a missing one", async () => {
    await list({ WEIR_SECRET_KEY: key });
    expect((await doctor()).stdout).toContain("ok  secret key: opens what is stored");
    const wrong = await doctor({ WEIR_SECRET_KEY: "22".repeat(32) });
    expect(wrong).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("PROBLEM  secret key: The secret key is not"),
    });
    const missing = await doctor({ WEIR_SECRET_KEY: undefined });
    expect(missing).toMatchObject({ code: 1, stdout: expect.stringContaining("secret.key is not there") });
    expect(missing.stdout).toContain("ok  key file: none yet");
    expect(missing.stdout + wrong.stdout).not.toContain(key);
  });

  test("finds a key file that others can read, and one that is none", async () => {
    await list({});
    expect((await doctor({ WEIR_SECRET_KEY: undefined })).stdout).toContain("is readable for this user alone");
    chmodSync(join(folder, "secret.key"), 0o644);
    const open = await doctor({ WEIR_SECRET_KEY: undefined });
    expect(open).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("can be read by other users\n      chmod 600 "),
    });
    writeFileSync(join(folder, "secret.key"), "nonsense");
    const none = await doctor({ WEIR_SECRET_KEY: undefined });
    expect(none).toMatchObject({ code: 1, stdout: expect.stringContaining("does not hold a key of 32 bytes") });
  });
});

describe("weir doctor where it cannot go far", () => {
  test("lists what is wrong with the environment", async () => {
    const { code, stdout } = await doctor({ WEIR_PROT: "1", WEIR_PORT: "x" });
    expect(code).toBe(1);
    expect(stdout).toMatch(/PROBLEM {2}environment: .*problems:\n {6}- WEIR_PORT: .*\n {6}- WEIR_PROT is not/);
  });

  test("says that the database cannot be reached, without its password", async () => {
    const { code, stdout } = await doctor({ DATABASE_URL: "postgres://weir:hunter2@127.0.0.1:1/weir" });
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringMatching(/PROBLEM {2}database: .*127\.0\.0\.1/) });
    expect(stdout).not.toContain("hunter2");
  });

  test("takes an empty database for a new one, and one that is behind for a problem that --fix mends", async () => {
    const empty = await testDatabase({ migrated: false });
    try {
      const env = { DATABASE_URL: empty.url };
      expect(await doctor(env)).toMatchObject({ code: 0, stdout: expect.stringContaining("ok  tables: none yet") });
      await empty.pool.query(
        "create table migration (name text primary key, checksum text, applied_at timestamptz default now())",
      );
      expect(await doctor(env)).toMatchObject({
        code: 1,
        stdout: expect.stringContaining("PROBLEM  tables: behind by 0001_inventory.sql"),
      });
      expect(await doctor(env, "--fix")).toMatchObject({ code: 0 });
      expect((await doctor(env)).stdout).toContain("ok  tables: up to date");
    } finally {
      await empty.close();
    }
  });

  test("finds a file where the data directory should be", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    mkdirSync(join(folder, "data"));
    expect((await doctor({ WEIR_DATA_DIR: file })).stdout).toContain("PROBLEM  data directory:");
    expect((await doctor({ WEIR_DATA_DIR: join(folder, "data", "new") })).stdout).toContain("data/new will be made");
  });

  test("finds a Node that is too old", () => {
    expect(checkNode("24.0.0").ok).toBe(true);
    expect(checkNode("22.19.0")).toMatchObject({ ok: false, hint: expect.stringContaining("npm run weir") });
  });
});
