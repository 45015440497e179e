import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, openApp } from "../src/app.ts";
import { loadConfig } from "../src/config.ts";
import { createLogger } from "../src/log.ts";
import { streamNames } from "../src/model.ts";
import { wrongCubes } from "./cubes.ts";
import { compareWithTruth, readTruth } from "./truth.ts";
import { startWeir, type WeirProcess } from "./weir-process.ts";

const kills = 10;
let dataDir: string;
let emulator: WeirProcess;
let url: string;
let env: Record<string, string>;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "weir-crash-"));
  // The server's user must be able to enter it, so that its processes can be told by this path.
  chmodSync(dataDir, 0o755);
  // A slow tenant, so that ten kills fall into one first load.
  emulator = startWeir(["emulator", "--port", "0", "--findings", "12000", "--seed", "5", "--latency", "250"]);
  url = /http:\/\/\S+/.exec(await emulator.line(/http:\/\//))?.[0] ?? "";
  env = {
    WEIR_DATA_DIR: dataDir,
    WEIR_ALLOWED_HOSTS: new URL(url).host,
    WEIR_PORT: "0",
    WEIR_CLIENT_SECRET: "emulator-secret",
  };
  const add = startWeir(
    [
      "integration",
      "add",
      "tenant",
      "--api-endpoint",
      url,
      "--token-url",
      `${url}/oauth/token`,
      "--client-id",
      "emulator",
    ],
    env,
  );
  expect(await add.exit, add.lines.join("\n")).toBe(0);
});

afterAll(async () => {
  await emulator?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test("kill -9 of everything at ten random moments of a first load loses nothing, doubles nothing, tells nothing twice", async () => {
  const moments: number[] = [];
  for (let i = 0; i < kills; i++) {
    const server = startWeir(["serve"], env);
    await server.line(/listening on/);
    const moment = Math.round(Math.random() * 1500);
    moments.push(moment);
    await sleep(moment);
    await server.killAll(dataDir);
  }
  const server = startWeir(["serve"], env);
  await server.line(/listening on/);
  const app = await openApp(
    loadConfig(env, "/"),
    createLogger({ format: "text", level: "error", stream: process.stderr }),
  );
  try {
    await everyStreamIsComplete(app);
    await server.stop();
    const { id } = await app.db.selectFrom("integration").select("id").executeTakeFirstOrThrow();
    const interrupted = await app.db.selectFrom("run").select("id").where("result", "=", "interrupted").execute();
    expect(interrupted.length, `killed after ${moments.join(", ")} ms`).toBeGreaterThan(2);
    const { differences, counts } = await compareWithTruth(app.db, id, await readTruth(url));
    expect(differences.slice(0, 10), `killed after ${moments.join(", ")} ms`).toEqual([]);
    expect(counts.vulnerability).toBeGreaterThan(5_000);
    const twice = await app.database.pool.query(
      "select subject_id from signal where change = 'new' group by 1 having count(*) > 1",
    );
    expect(twice.rows).toEqual([]);
    const told = await app.database.pool.query(
      "select (select count(*) from finding) as findings, count(*) filter (where subject_kind <> 'asset') as signals from signal",
    );
    expect(told.rows[0].signals).toBe(told.rows[0].findings);
    expect(await wrongCubes(app)).toEqual([]);
  } finally {
    await app.close();
  }
}, 240_000);

/** Each stream has come to the end of a first full pass. */
async function everyStreamIsComplete(app: App): Promise<void> {
  for (;;) {
    const complete = await app.db
      .selectFrom("streamState")
      .select("stream")
      .where("lastFullAt", "is not", null)
      .execute();
    if (complete.length === streamNames.length) return;
    await sleep(200);
  }
}
