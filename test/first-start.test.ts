import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "./postgres.ts";
import { startWeir, type WeirProcess } from "./weir-process.ts";

const admin = { email: "ann@example.com", password: "correct horse battery" };

let database: TestDatabase;
let folder: string;
let running: WeirProcess[];
beforeEach(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "weir-first-"));
  running = [];
});
afterEach(async () => {
  for (const process of running) await process.stop();
  await database.close();
  rmSync(folder, { recursive: true });
});

function serve(role: string, env: Record<string, string> = {}): WeirProcess {
  const process = startWeir(["serve", "--role", role, "--port", "0"], {
    DATABASE_URL: database.url,
    WEIR_DATA_DIR: folder,
    ...env,
  });
  running.push(process);
  return process;
}

const urlOf = async (process: WeirProcess) => /http:\S+/.exec(await process.line(/listening on/))?.[0] ?? "";
const tokenOf = (line: string) => /: ([\w-]{43})$/.exec(line)?.[1] ?? "";

async function post(url: string, body: object): Promise<Response> {
  return await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", origin: new URL(url).origin },
    body: JSON.stringify(body),
  });
}

test("weir serve prints a one-time token while there is no user, with which the first administrator is made", async () => {
  const first = serve("web");
  const url = await urlOf(first);
  const line = await first.line(/there is no user yet/);
  expect(line).toContain(`${url}/setup`);
  expect((await post(`${url}/api/v1/setup`, { token: "made up", ...admin })).status).toBe(403);
  const answer = await post(`${url}/api/v1/setup`, { token: tokenOf(line), ...admin });
  expect(answer.status).toBe(201);
  const cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const sessions = await (await fetch(`${url}/api/v1/auth/sessions`, { headers: { cookie } })).json();
  expect(sessions).toMatchObject({ items: [{ address: "127.0.0.1", isCurrent: true }] });
  expect(first.lines.join("\n")).not.toContain(admin.password);

  const second = serve("all");
  expect((await post(`${await urlOf(second)}/api/v1/auth/login`, admin)).status).toBe(200);
  await second.stop();
  expect(second.lines.join("\n")).not.toContain("no user yet");
});

test("weir serve makes the administrator of the environment instead, and says so", async () => {
  const env = { WEIR_ADMIN_EMAIL: admin.email, WEIR_ADMIN_PASSWORD: admin.password };
  const first = serve("web", env);
  await first.line(/made the first administrator, ann@example\.com/);
  expect((await post(`${await urlOf(first)}/api/v1/auth/login`, admin)).status).toBe(200);
  await first.stop();
  expect(first.lines.join("\n")).not.toMatch(/no user yet|battery/);
  const second = serve("web", env);
  await second.line(/WEIR_ADMIN_EMAIL is ignored/);
  await urlOf(second);
});

test("weir serve does not start with an administrator whose password is too weak", async () => {
  const process = serve("web", { WEIR_ADMIN_EMAIL: admin.email, WEIR_ADMIN_PASSWORD: "short" });
  expect(await process.exit).toBe(2);
  expect(process.lines.join("\n")).toContain("WEIR_ADMIN_PASSWORD: The password is too short");
});

test("a worker asks for no administrator", async () => {
  const worker = serve("worker");
  await worker.line(/working/);
  await worker.stop();
  expect(worker.lines.join("\n")).not.toContain("no user yet");
});
