import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliResult, runCli } from "../../test/cli.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { type RunningEmulator, startEmulator } from "../emulator/server.ts";
import { countPresent } from "../emulator/tenant/vanish.ts";
import type { IntegrationStatus } from "../sync/status.ts";

let database: TestDatabase;
let emulator: RunningEmulator;

beforeAll(async () => {
  database = await testDatabase();
  emulator = await startEmulator({ findings: 300, clock: "frozen" });
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
  const result = await runCli(args, { env: { ...base, ...env } });
  expect(result.stdout + result.stderr).not.toMatch(/emulator-secret|wrong-secret/);
  return result;
}

const add = (name: string, clientSecret: string, ...more: string[]) => {
  const endpoint = ["--api-endpoint", emulator.url, "--client-id", "emulator"];
  return weir(["integration", "add", name, ...endpoint, ...more], { WEIR_CLIENT_SECRET: clientSecret });
};

async function statusOf(name: string): Promise<IntegrationStatus> {
  const [status] = JSON.parse((await weir(["status", name, "--format", "json"])).stdout);
  return status;
}

describe("weir status", () => {
  test("of nothing says how to begin", async () => {
    expect(await weir(["status"])).toEqual({
      code: 0,
      stdout: "",
      stderr: "There is no integration yet: add one with `weir integration add`.\n",
    });
    expect((await weir(["status", "--format", "json"])).stdout).toBe("[]\n");
    expect(await weir(["status", "prod"])).toMatchObject({ code: 2, stdout: "" });
  });

  test("shows what the governor of the service account is doing, from any process, while one works for it", async () => {
    await add("governed", "emulator-secret", "--disabled");
    const { accountKey } = await database.db
      .selectFrom("integration")
      .select("accountKey")
      .where("name", "=", "governed")
      .executeTakeFirstOrThrow();
    const sourceState = JSON.stringify({
      requestsPerSecond: 4.5,
      ceiling: 10,
      usedPerSecond: 4.1,
      inFlight: 3,
      maxConcurrent: 10,
      waiting: 7,
      requests: 1_204,
      rateLimited: 2,
      waitedMs: 61_000,
      pausedUntil: null,
      pageSizes: { issues: 500, vulnerabilities: 125 },
      warnings: {},
    });
    const now = new Date().toISOString();
    const lease = { epoch: 1, holder: "host process 7", acquiredAt: now, sourceState, sourceStateAt: now };
    await database.db
      .insertInto("lease")
      .values({ accountKey, ...lease })
      .execute();
    const { stdout } = await weir(["status", "governed"]);
    expect(stdout).toContain(
      "  Requests  4.1/s of a budget of 4.5/s (at most 10/s), 3 under way, 7 waiting, 2 refused for their rate\n" +
        "            1,204 sent, waited 1 min for their turn, 500 records a page (vulnerabilities 125), by host process 7\n",
    );
    await database.pool.query("update lease set source_state_at = now() - interval '1 minute'");
    expect((await weir(["status", "governed"])).stdout).not.toContain("Requests");
    await weir(["integration", "remove", "governed", "--yes"]);
    await database.pool.query("delete from lease");
  });

  test("of an integration that was only saved: nothing was polled, and each stream says so (W-41)", async () => {
    await add("saved", "emulator-secret", "--disabled", "--streams", "issues");
    expect(await statusOf("saved")).toMatchObject({
      name: "saved",
      connector: "signal-client.wiz",
      enabled: false,
      state: "registered",
      tile: { colour: "grey", reason: "disabled" },
      lastRun: null,
      nextRunAt: null,
      streams: expect.arrayContaining([
        expect.objectContaining({
          stream: "issues",
          enabled: true,
          wizCount: null,
          weirCount: 0,
          whyZero: "the integration is disabled and has not been polled",
        }),
        expect.objectContaining({ stream: "assets", enabled: false, whyZero: "the stream is switched off" }),
      ]),
    });
    const { stdout, stderr } = await weir(["status", "saved"]);
    expect(stdout).toContain("saved (wiz, disabled)\n  State     Registered: saved; it is disabled\n");
    expect(stdout).toContain("  Next run  never: disabled\n");
    expect(stdout).toMatch(/ {2}issues +Wiz not counted yet · Weir 0\n/);
    expect(stdout).toMatch(/ {2}assets +switched off\n/);
    expect(stderr).toBe("");
  });

  test("of one that is to be polled while no server runs says that none does", async () => {
    await add("waiting", "emulator-secret", "--streams", "issues");
    const { stdout, stderr } = await weir(["status", "waiting"]);
    expect(stdout).toContain("Scheduled: the first run is due");
    expect(stderr).toBe("No server is polling just now: `weir serve` starts one.\n");
    await weir(["integration", "remove", "waiting", "--yes"]);
  });

  test("after a sync shows Wiz's counts beside Weir's, stream by stream (W-30 Q-34 Q-35)", async () => {
    await add("prod", "emulator-secret");
    expect(await weir(["sync", "prod"])).toMatchObject({ code: 0 });
    const status = await statusOf("prod");
    expect(status).toMatchObject({
      state: "processed",
      progress: null,
      tile: { colour: "green" },
      lastRun: { trigger: "demand", result: "success", phase: "done", error: null },
    });
    expect(Date.parse(status.nextRunAt ?? "")).toBeGreaterThan(Date.now());
    const kinds = { issues: "issue", vulnerabilities: "vulnerability", assets: "asset" } as const;
    for (const [stream, kind] of Object.entries(kinds)) {
      const wizCount = countPresent(emulator.tenant, kind);
      expect(status.streams.find((one) => one.stream === stream)).toMatchObject({
        wizCount,
        weirCount: wizCount,
        gap: 0,
        whyZero: null,
        rejected: 0,
        lastPasses: [{ pass: "full", result: "success", wizCount, fetched: wizCount, error: null }],
      });
    }
    const { stdout } = await weir(["status", "prod"]);
    const n = countPresent(emulator.tenant, "vulnerability");
    expect(stdout).toContain(`vulnerabilities    Wiz ${n} · Weir ${n} · gap 0\n`);
    expect(stdout).toMatch(/Last run {2}success \(delta, on demand, .+ ago|just now/);
  });

  test("shows a stream without permission beside the others that go on (W-36)", async () => {
    emulator.faults.set([{ kind: "missing-scope", stream: "detections" }]);
    expect(await weir(["sync", "prod"])).toMatchObject({ code: 1 });
    emulator.faults.set([]);
    const status = await statusOf("prod");
    expect(status.tile).toEqual({ colour: "amber", reason: expect.stringMatching(/^detections: .*read:detections/) });
    expect(status.lastRun?.result).toBe("partial");
    const text = (await weir(["status", "prod"])).stdout;
    expect(text).toMatch(/detections +Wiz \d+ · Weir \d+ · gap 0\n +! .*read:detections/);
  });

  test("shows what was refused and why, with a red tile, and nothing of the secret (W-35)", async () => {
    await add("wrong", "wrong-secret", "--streams", "issues,assets");
    expect(await weir(["sync", "wrong"])).toMatchObject({ code: 1 });
    const status = await statusOf("wrong");
    expect(status).toMatchObject({
      state: "scheduled",
      tile: { colour: "red", reason: expect.stringContaining("authorization failed: ") },
      lastRun: { result: "unauthorized" },
    });
    const assets = status.streams.find((one) => one.stream === "assets");
    expect(assets).toMatchObject({ weirCount: 0, failures: 1, whyZero: "it could not be fetched" });
  });

  test("shows what is in Wiz and could not be read", async () => {
    await add("odd", "emulator-secret", "--streams", "issues");
    emulator.faults.set([{ kind: "unreadable-node", stream: "issues" }]);
    await weir(["sync", "odd"]);
    emulator.faults.set([]);
    const issues = (await statusOf("odd")).streams.find((one) => one.stream === "issues");
    expect(issues?.rejected).toBeGreaterThan(0);
    expect(issues?.gap).toBe(issues?.rejected);
    expect((await weir(["status", "odd"])).stdout).toContain(`! ${issues?.rejected} could not be read`);
  });

  test("without a name shows all of them, in the order of their names", async () => {
    const { stdout } = await weir(["status"]);
    expect([...stdout.matchAll(/^(\w+) \(wiz/gm)].map((found) => found[1])).toEqual(["odd", "prod", "saved", "wrong"]);
  });
});
