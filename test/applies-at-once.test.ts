import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type RunningEmulator, startEmulator } from "../src/emulator/server.ts";
import { createSecretBox } from "../src/store/secret.ts";
import { testApi } from "./api.ts";
import { type TestDatabase, testDatabase } from "./postgres.ts";
import { startWeir, type WeirProcess } from "./weir-process.ts";

const key = Buffer.alloc(32, 5);

let emulator: RunningEmulator;
let database: TestDatabase;
let worker: WeirProcess;
let as: ReturnType<typeof testApi>["as"];

beforeAll(async () => {
  emulator = await startEmulator({ findings: 100, seed: 2 });
});
afterAll(() => emulator.close());
beforeEach(async () => {
  database = await testDatabase();
  const host = `127.0.0.1:${emulator.port}`;
  ({ as } = testApi(database, { box: createSecretBox(key), allowedHosts: [host], fetch: globalThis.fetch }));
  const env = { DATABASE_URL: database.url, WEIR_SECRET_KEY: key.toString("base64"), WEIR_ALLOWED_HOSTS: host };
  worker = startWeir(["serve", "--role", "worker"], env);
  await worker.line(/working/);
});
afterEach(async () => {
  await worker.stop();
  await database.close();
});

async function send(method: string, path: string, body?: unknown) {
  const answer = await as("admin").send(method, `/api/v1/integrations${path}`, body);
  expect(answer.status, await answer.clone().text()).toBeLessThan(300);
  return JSON.parse(await answer.text());
}
const runs = async () =>
  (await send("GET", "/prod/runs")).items as { requestedStreams: string[]; result: string | null }[];

/** W-29 says 5 seconds; a machine under load gets more before the test gives up. */
const patience = { timeout: 20_000, interval: 100 };

test("W-29 what is changed over HTTP is gone by at once in a worker of another process, without a restart", async () => {
  const only = (stream: string) =>
    Object.fromEntries(
      ["issues", "vulnerabilities", "misconfigurations", "detections", "assets"].map((name) => [
        name,
        { enabled: name === stream },
      ]),
    );
  const credentials = { apiEndpoint: emulator.url, clientId: "emulator", clientSecret: "emulator-secret" };
  await send("POST", "", { connector: "wiz", name: "prod", ...credentials, enabled: false, streams: only("issues") });
  await send("PATCH", "/prod", { enabled: true });
  await expect.poll(runs, patience).toMatchObject([{ requestedStreams: ["issues"], result: "success" }]);

  await send("PATCH", "/prod", { streams: only("assets") });
  await expect
    .poll(async () => (await runs())[0], patience)
    .toMatchObject({
      requestedStreams: ["assets"],
      result: "success",
    });

  await send("PATCH", "/prod", { enabled: false });
  await send("POST", "/prod/sync", { streams: ["detections"] });
  await expect
    .poll(async () => (await runs())[0], patience)
    .toMatchObject({
      requestedStreams: ["detections"],
      result: "success",
    });
  expect(worker.lines.filter((line) => /\[(WARN|ERROR)\]/.test(line))).toEqual([]);
}, 90_000);
