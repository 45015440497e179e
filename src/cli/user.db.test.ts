import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testApi } from "../../test/api.ts";
import { runCli } from "../../test/cli.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { createPasswords } from "../auth/passwords.ts";

const password = "correct horse battery";
const email = "ann@weir.test";

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "weir-cli-"));
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  for (const table of ["appUser", "auditEvent", "rateLimit"] as const) await database.db.deleteFrom(table).execute();
});

const weir = (args: string[], stdin = "") =>
  runCli(args, {
    env: { DATABASE_URL: database.url, WEIR_DATA_DIR: folder, WEIR_SECRET_KEY: "11".repeat(32) },
    stdin,
  });

const add = (...args: string[]) => weir(["user", "add", email, ...args, "--password-file", "-"], `${password}\n`);

async function login(given = password): Promise<number> {
  const answer = await testApi(database, { passwords: createPasswords() }).api.request("/api/v1/auth/login", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password: given }),
  });
  return answer.status;
}

async function lastEvent() {
  const events = await database.db.selectFrom("auditEvent").selectAll().orderBy("at", "desc").execute();
  const { actorType, actorName, action, subjectName } = events[0]!;
  return { actorType, actorName, action, subjectName };
}

describe("weir user add", () => {
  test("adds someone who can sign in, and the audit log names the command line", async () => {
    expect(await add("--role", "admin", "--name", "Ann")).toEqual({
      code: 0,
      stdout: "Added ann@weir.test as admin.\n",
      stderr: "",
    });
    expect(await lastEvent()).toEqual({
      actorType: "cli",
      actorName: expect.stringMatching(/ on the command line$/),
      action: "user.create",
      subjectName: email,
    });
    expect(await login()).toBe(200);
  });

  test("takes the password from a file", async () => {
    const file = join(folder, "password");
    writeFileSync(file, `${password}\r\n`);
    expect((await weir(["user", "add", email, "--role", "viewer", "--password-file", file])).code).toBe(0);
    expect(await login()).toBe(200);
  });

  test.each([
    ["no role", [], /required option '--role/],
    ["an unknown role", ["--role", "owner"], /a role is one of viewer, analyst, admin/],
  ])("refuses %s", async (_, args, words) => {
    const result = await add(...args);
    expect([result.code, result.stderr]).toEqual([2, expect.stringMatching(words)]);
  });

  test("refuses a password on the command line, and does not repeat it", async () => {
    for (const args of [["--password", "hunter2 hunter2"], ["--password=hunter2 hunter2"]]) {
      const { code, stderr } = await weir(["user", "add", email, "--role", "viewer", ...args]);
      expect([code, stderr]).toEqual([2, expect.stringContaining("--password-file FILE")]);
      expect(stderr).not.toContain("hunter2");
    }
  });

  test("says how to give a password when there is nobody to ask, and no file", async () => {
    const nobody = await weir(["user", "add", email, "--role", "viewer"]);
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining("The password is missing.")]);
    const missing = await weir(["user", "add", email, "--role", "viewer", "--password-file", join(folder, "none")]);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("(ENOENT)")]);
  });

  test("refuses a weak password and a taken address", async () => {
    const weak = await weir(["user", "add", email, "--role", "viewer", "--password-file", "-"], "short");
    expect([weak.code, weak.stderr]).toEqual([2, expect.stringContaining("at least 12 characters")]);
    await add("--role", "viewer");
    const taken = await add("--role", "viewer");
    expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining("ann@weir.test is a user already")]);
  });
});

describe("weir user", () => {
  test("lists who there is, as a table and as JSON, without hashes", async () => {
    expect((await weir(["user", "list"])).stderr).toBe("There are no users yet.\n");
    await add("--role", "analyst");
    expect((await weir(["user", "list"])).stdout).toMatch(/ann@weir\.test .*analyst .*enabled .*never/);
    const { stdout } = await weir(["user", "list", "--format", "json"]);
    expect(JSON.parse(stdout)).toMatchObject([{ email, role: "analyst", isDisabled: false }]);
    expect(stdout).not.toContain("argon2");
  });

  test("edit changes role and name, and wants to know what", async () => {
    await add("--role", "viewer");
    expect((await weir(["user", "edit", email, "--role", "analyst", "--name", "Ann"])).stdout).toBe(
      "ann@weir.test is now analyst, Ann.\n",
    );
    expect((await weir(["user", "edit", email])).code).toBe(2);
  });

  test("password lets someone in again who forgot theirs", async () => {
    await add("--role", "admin");
    const next = "battery staple horse";
    expect((await weir(["user", "password", "ANN@weir.test", "--password-file", "-"], next)).stdout).toBe(
      "Changed the password of ann@weir.test.\n",
    );
    expect([await login(), await login(next)]).toEqual([401, 200]);
  });

  test("disable and enable say so, and the last administrator stays", async () => {
    await add("--role", "admin");
    const refused = await weir(["user", "disable", email]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("the only administrator")]);
    expect((await weir(["user", "remove", email])).code).toBe(2);
    await database.db.updateTable("appUser").set({ role: "viewer" }).execute();
    expect((await weir(["user", "disable", email])).stdout).toBe("ann@weir.test is disabled.\n");
    expect(await login()).toBe(401);
    expect((await weir(["user", "enable", email])).stdout).toBe("ann@weir.test is enabled.\n");
    expect((await weir(["user", "remove", email])).stdout).toBe("Removed ann@weir.test.\n");
    expect(await lastEvent()).toMatchObject({ action: "user.remove", actorType: "cli" });
  });

  test("sessions shows where someone is signed in, and ends them", async () => {
    await add("--role", "viewer");
    expect((await weir(["user", "sessions", email])).stderr).toContain("signed in nowhere");
    await login();
    expect((await weir(["user", "sessions", email])).stdout).toMatch(/Since .*Last seen/);
    expect((await weir(["user", "sessions", email, "--end"])).stdout).toBe("Ended 1 session of ann@weir.test.\n");
  });

  test("of someone who is not there says who is", async () => {
    expect((await weir(["user", "disable", "bob@weir.test"])).stderr).toContain("There is nobody yet");
    await add("--role", "viewer");
    const { code, stderr } = await weir(["user", "disable", "bob@weir.test"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("There are: ann@weir.test.")]);
  });
});

describe("weir token", () => {
  test("create prints the secret alone on standard output, and it works", async () => {
    await add("--role", "analyst");
    const made = await weir(["token", "create", "nightly", "--user", email, "--role", "analyst"]);
    expect(made).toMatchObject({ code: 0, stderr: expect.stringMatching(/role analyst\. It expires at 20/) });
    const headers = { authorization: `Bearer ${made.stdout.trim()}` };
    const answer = await testApi(database).api.request("/api/v1/auth/me", { headers });
    expect(await answer.json()).toMatchObject({ type: "token", name: "nightly", role: "analyst" });
    expect(await lastEvent()).toMatchObject({ action: "token.create", actorType: "cli" });
  });

  test("list shows no secret, and revoke ends one", async () => {
    await add("--role", "admin");
    const { stdout: secret } = await weir(["token", "create", "nightly", "--user", email, "--days", "never"]);
    const listed = await weir(["token", "list", "--user", email]);
    expect(listed.stdout).toMatch(/nightly .*ann@weir\.test .*viewer .*never/);
    expect(listed.stdout).not.toContain(secret.trim());
    const [token] = JSON.parse((await weir(["token", "list", "--format", "json"])).stdout) as { id: string }[];
    expect((await weir(["token", "revoke", token!.id])).stdout).toBe('Revoked "nightly" of ann@weir.test.\n');
    expect((await weir(["token", "revoke", token!.id])).stderr).toContain("There is no such token.");
    expect((await weir(["token", "list"])).stderr).toBe("There are no API tokens.\n");
  });

  test.each([
    [["--role", "admin"], /takes a user with that role/],
    [["--days", "never"], /Only an administrator's token/],
    [["--days", "1000"], /1 to 730 days/],
  ])("create with %j is refused for an analyst", async (args, words) => {
    await add("--role", "analyst");
    const { code, stderr, stdout } = await weir(["token", "create", "nightly", "--user", email, ...args]);
    expect(code).not.toBe(0);
    expect([stderr, stdout]).toEqual([expect.stringMatching(words), ""]);
  });
});
