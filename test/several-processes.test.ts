import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { streamNames } from "../src/model.ts";
import { type TestDatabase, testDatabase } from "./postgres.ts";
import { compareWithTruth, readTruth } from "./truth.ts";
import { startWeir, type WeirProcess } from "./weir-process.ts";

/** Two tenants that answer slowly, so that a first load lasts a while. */
const tenants: { name: string; url: string; process: WeirProcess }[] = [];
let database: TestDatabase;
let env: Record<string, string>;
let workers: WeirProcess[];

beforeAll(async () => {
  for (const [name, seed] of [
    ["one", "11"],
    ["two", "12"],
  ] as const) {
    const process = startWeir(["emulator", "--port", "0", "--findings", "6000", "--seed", seed, "--latency", "500"]);
    tenants.push({ name, process, url: /http:\/\/\S+/.exec(await process.line(/http:\/\//))?.[0] ?? "" });
  }
});

afterAll(async () => {
  for (const { process } of tenants) await process.stop();
});

beforeEach(async () => {
  database = await testDatabase();
  workers = [];
  env = {
    DATABASE_URL: database.url,
    WEIR_SECRET_KEY: Buffer.alloc(32, 3).toString("base64"),
    WEIR_ALLOWED_HOSTS: tenants.map(({ url }) => new URL(url).host).join(","),
    WEIR_CLIENT_SECRET: "emulator-secret",
  };
});

afterEach(async () => {
  for (const worker of workers) {
    worker.child.kill("SIGCONT");
    await worker.stop();
  }
  await database.close();
});

async function addTenant(index: number): Promise<void> {
  const { name, url } = tenants[index]!;
  const endpoint = ["--api-endpoint", url, "--token-url", `${url}/oauth/token`, "--client-id", "emulator"];
  const add = startWeir(["integration", "add", name, ...endpoint], env);
  expect(await add.exit, add.lines.join("\n")).toBe(0);
}

async function startWorker(): Promise<WeirProcess> {
  const worker = startWeir(["serve", "--role", "worker"], env);
  workers.push(worker);
  await worker.line(/working/);
  return worker;
}

const holders = () =>
  database.db
    .selectFrom("lease")
    .innerJoin("worker", "worker.id", "lease.workerId")
    .select(["lease.accountKey", "lease.epoch", "worker.name"])
    .execute();

async function pagesStored(): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>("select coalesce(sum(pages), 0)::int as n from slice");
  return rows[0]?.n ?? 0;
}

async function until(what: string, test: () => Promise<boolean>, ms = 60_000): Promise<number> {
  const started = performance.now();
  while (!(await test())) {
    if (performance.now() - started > ms) throw new Error(`${what}: not after ${ms} ms`);
    await sleep(100);
  }
  return performance.now() - started;
}

async function loadsAreComplete(count: number): Promise<boolean> {
  const complete = await database.db
    .selectFrom("streamState")
    .select("stream")
    .where("lastFullAt", "is not", null)
    .execute();
  return complete.length === count * streamNames.length;
}

async function expectTruth(index: number): Promise<void> {
  const { name, url } = tenants[index]!;
  const { id } = await database.db
    .selectFrom("integration")
    .select("id")
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  const { differences, counts } = await compareWithTruth(database.db, id, await readTruth(url));
  expect(differences.slice(0, 10)).toEqual([]);
  expect(counts.vulnerability).toBeGreaterThan(1_000);
}

async function expectNothingToldTwice(): Promise<void> {
  const twice = await database.pool.query(
    "select subject_id from signal where change = 'new' group by 1 having count(*) > 1",
  );
  expect(twice.rows).toEqual([]);
}

test("a frozen worker is replaced, and when it wakes it can store nothing of what it had in hand", async () => {
  await addTenant(0);
  const frozen = await startWorker();
  await until("the first pages", async () => (await pagesStored()) > 3);
  const [before] = await holders();
  frozen.child.kill("SIGSTOP");
  const next = await startWorker();
  await until("another holder", async () => (await holders()).some(({ name }) => name !== before?.name), 15_000);
  const [after] = await holders();
  expect(after?.epoch).toBeGreaterThan(before?.epoch ?? 0);
  const pages = await pagesStored();
  await until("the load goes on", async () => (await pagesStored()) > pages);

  frozen.child.kill("SIGCONT");
  await until("the first load", () => loadsAreComplete(1));
  expect((await holders()).map(({ name }) => name)).toEqual([after?.name]);
  expect(next.lines.join("\n")).toContain("is silent; this process takes over its work");
  expect(frozen.child.exitCode, frozen.lines.join("\n")).toBeNull();
  await expectTruth(0);
  await expectNothingToldTwice();
});

test("a worker that is killed is replaced by one that waits, which goes on where it stopped", async () => {
  await addTenant(0);
  const first = await startWorker();
  await until("the first pages", async () => (await pagesStored()) > 3);
  const [before] = await holders();
  await startWorker();
  await first.killAll();
  await until("another holder", async () => (await holders()).some(({ name }) => name !== before?.name), 10_000);
  await until("the first load", () => loadsAreComplete(1));
  await expectTruth(0);
  await expectNothingToldTwice();
});

test("a worker that joins gets its share of the service accounts, busy as they are", async () => {
  await addTenant(0);
  await addTenant(1);
  await startWorker();
  await until("both accounts are taken", async () => (await holders()).length === 2);
  await startWorker();
  await until("each has one", async () => new Set((await holders()).map(({ name }) => name)).size === 2);
  await until("the first loads", () => loadsAreComplete(2));
  await expectTruth(0);
  await expectTruth(1);
  await expectNothingToldTwice();
});

test("the web role answers over HTTP and leaves the polling to others", async () => {
  await addTenant(0);
  const web = startWeir(["serve", "--role", "web", "--port", "0"], env);
  workers.push(web);
  const url = /http:\/\/\S+/.exec(await web.line(/listening on/))?.[0] ?? "";
  await sleep(1_500);
  expect(await holders()).toEqual([]);
  await startWorker();
  await until("the worker takes the account", async () => (await holders()).length === 1);
  await until("the governor's state arrives through the database", async () =>
    (await (await fetch(`${url}/metrics`)).text()).includes("weir_source_requests_per_second{"),
  );
});
