import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type CliResult, runCli } from "../../test/cli.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { type RunningEmulator, startEmulator } from "../emulator/server.ts";

let database: TestDatabase;
let emulator: RunningEmulator;

beforeAll(async () => {
  database = await testDatabase();
  emulator = await startEmulator({ findings: 200 });
});
afterAll(async () => {
  await emulator.close();
  await database.close();
});
beforeEach(async () => {
  emulator.faults.set([]);
  await database.pool.query("truncate integration cascade");
});

const secret = "emulator-secret";

async function weir(args: string[], env: NodeJS.ProcessEnv = {}): Promise<CliResult> {
  const base = {
    DATABASE_URL: database.url,
    WEIR_SECRET_KEY: "11".repeat(32),
    WEIR_ALLOWED_HOSTS: `127.0.0.1:${emulator.port}`,
    WEIR_CLIENT_SECRET: secret,
  };
  const result = await runCli(args, { env: { ...base, ...env } });
  expect(result.stdout + result.stderr).not.toContain(env.WEIR_CLIENT_SECRET ?? secret);
  return result;
}

const typed = () => ["check", "--api-endpoint", emulator.url, "--client-id", "emulator"];

describe("weir check of an endpoint", () => {
  test("goes through it step by step, with Wiz's counts, and needs no database", async () => {
    const { code, stdout } = await weir(typed(), { DATABASE_URL: "postgres://nobody@127.0.0.1:1/nothing" });
    expect(code).toBe(0);
    expect(stdout.split("\n").map((line) => line.replace(/[\d,]+$/, "N"))).toEqual([
      `ok  endpoint: ${emulator.url}/graphql, token from ${emulator.url}/oauth/token (audience wiz-api)`,
      expect.stringMatching(/^ok {2}network: /),
      "ok  token: the credentials are accepted",
      expect.stringMatching(/^ok {2}permissions: has read:issues for issues, .* read:resources for assets$/),
      "ok  issues: issues can be read, Wiz counts N",
      "ok  vulnerabilities: vulnerabilities can be read, Wiz counts N",
      "ok  misconfigurations: misconfigurations can be read, Wiz counts N",
      "ok  detections: detections can be read, Wiz counts N",
      "ok  assets: assets can be read, Wiz counts N",
      "",
    ]);
  });

  test("tries only the streams that are named", async () => {
    const { stdout } = await weir([...typed(), "--streams", "assets"]);
    expect(stdout).toContain("ok  assets:");
    expect(stdout).not.toContain("issues");
  });

  test("narrowed to projects says so, and counts their records", async () => {
    const [project] = emulator.tenant.projects;
    const { stdout } = await weir([...typed(), "--streams", "vulnerabilities", "--projects", String(project?.id)]);
    expect(stdout).toContain(`limited to projects: ${project?.id}`);
    const all = await weir([...typed(), "--streams", "vulnerabilities"]);
    const counted = (text: string) => Number(/Wiz counts ([\d,]+)/.exec(text)?.[1]?.replace(",", "") ?? 0);
    expect(counted(stdout)).toBeLessThan(counted(all.stdout));
  });

  test("with the name of a project instead of its id says where ids are", async () => {
    const { code, stderr } = await weir([...typed(), "--projects", "Payments"]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/"Payments" is not the id of a project/),
    });
  });

  test("with a wrong secret says so, with what to do, and exits 1 (W-35)", async () => {
    const { code, stdout, stderr } = await weir(typed(), { WEIR_CLIENT_SECRET: "wrong-secret-9" });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "weir: A step failed.\n" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines.at(-2)).toMatch(/^FAILED {2}token: /);
    expect(lines.at(-1)).toMatch(/^ {6}In Wiz: Settings → Service Accounts/);
  });

  test("with a missing scope names it, and goes on with the other streams (W-36)", async () => {
    emulator.faults.set([{ kind: "missing-scope", stream: "vulnerabilities" }]);
    const { code, stdout } = await weir(typed());
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAILED {2}vulnerabilities: .*read:vulnerabilities/);
    expect(stdout).toMatch(/ok {2}assets: /);
  });

  test("where nobody listens says that the region may be another (W-14 W-37)", async () => {
    const nobody = { WEIR_ALLOWED_HOSTS: "127.0.0.1:9" };
    const { code, stdout } = await weir(["check", "--api-endpoint", "127.0.0.1:9", "--client-id", "x"], nobody);
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAILED {2}network: .*\n {6}The data centre is in the Wiz portal/);
    expect(stdout).not.toContain("token:");
  });

  test("that is the console's is refused before anything is sent (W-38)", async () => {
    const { code, stderr } = await weir(["check", "--api-endpoint", "https://app.wiz.io", "--client-id", "x"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("Wiz console") });
  });

  test("stores nothing", async () => {
    await weir(typed());
    for (const table of ["integration", "run", "finding", "asset"]) {
      const { rows } = await database.pool.query(`select from ${table}`);
      expect([table, rows.length]).toEqual([table, 0]);
    }
  });

  test("is an array of steps for machines", async () => {
    emulator.faults.set([{ kind: "missing-scope", stream: "issues" }]);
    const { code, stdout } = await weir([...typed(), "--streams", "issues,assets", "--format", "json"]);
    const [outcome] = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(outcome).toMatchObject({ integration: null, ok: false });
    expect(outcome.steps.map((step: { name: string; ok: boolean }) => [step.name, step.ok])).toEqual([
      ["endpoint", true],
      ["network", true],
      ["token", true],
      ["permissions", true],
      ["issues", false],
      ["assets", true],
    ]);
  });
});

describe("weir check of an integration", () => {
  const add = (name: string, env: NodeJS.ProcessEnv = {}) =>
    weir(["integration", "add", name, ...typed().slice(1), "--streams", "issues"], env);

  test("uses what is stored and tries the streams that are on", async () => {
    await add("prod");
    const { code, stdout } = await weir(["check", "PROD"], { WEIR_CLIENT_SECRET: undefined });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^prod\nok {2}endpoint: /);
    expect(stdout).toContain("ok  issues:");
    expect(stdout).not.toContain("assets");
  });

  test("without a name tries all of them, the good ones too when one is bad", async () => {
    await add("bad", { WEIR_CLIENT_SECRET: "wrong-secret-9" });
    await add("good");
    const { code, stdout } = await weir(["check"], { WEIR_CLIENT_SECRET: undefined });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^bad\n.*FAILED {2}token.*good\n.*ok {2}issues/s);
    expect(stdout).not.toContain("wrong-secret-9");
  });

  test("that is not there, is none, or is named beside an endpoint says what to do", async () => {
    expect((await weir(["check"])).stderr).toContain("There is no integration yet");
    expect((await weir(["check", "prod"])).stderr).toContain('no integration named "prod"');
    const both = await weir(["check", "prod", ...typed().slice(1)]);
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("not both") });
  });
});
