import { request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApi } from "../../test/api.ts";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { type Listening, listen } from "./server.ts";

let database: TestDatabase;
let server: Listening;
let log: string[];
let headers: { cookie: string };

beforeAll(async () => {
  database = await testDatabase({ poolSize: 3 });
  const add = inventory(database);
  const integrationId = await add.integration("prod");
  await add.finding({ integrationId });
  await add.signal({ integrationId });
  const { api, as, log: lines } = testApi(database);
  log = lines;
  headers = { cookie: await as("viewer").cookie() };
  server = await listen(api, { host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await server.close();
  await database.close();
});

const patience = { timeout: 20_000 };
const inUse = () => database.pool.totalCount - database.pool.idleCount;

/** Holds up everything that reads a table, until it is let go. */
async function lock(table: string) {
  const blocker = await database.connect("blocker");
  await blocker.query(`begin; lock table ${table} in access exclusive mode`);
  const queue = `select from pg_locks join pg_database on pg_database.oid = database
    where not granted and datname = current_database()`;
  const waiting = async () => (await blocker.query(queue)).rowCount;
  return { waiting, letGo: () => blocker.end() };
}

test.each([
  ["/findings?q=title:a", "finding"],
  ["/findings/facets?by=region&q=title:a", "finding"],
  ["/assets?sort=name", "asset"],
  ["/signals?q=title:a", "signal"],
])("a client that leaves ends the statement that works for it: %s", async (path, table) => {
  const { waiting, letGo } = await lock(table);
  const leave = new AbortController();
  const asked = request(`${server.url}/api/v1${path}`, { headers, signal: leave.signal });
  await expect.poll(waiting, patience).toBe(1);
  leave.abort();
  await expect(asked).rejects.toThrow("aborted");
  await expect.poll(waiting, patience).toBe(0);
  await expect.poll(inUse, patience).toBe(0);
  await letGo();
  const answer = await request(`${server.url}/api/v1${path}`, { headers });
  expect(answer.statusCode).toBe(200);
  await answer.body.dump();
});

test("as many as there are connections, and those that still wait for one, go when their clients do", async () => {
  const { waiting, letGo } = await lock("finding");
  const leave = new AbortController();
  const ask = () => request(`${server.url}/api/v1/findings?q=title:a`, { headers, signal: leave.signal });
  const asked = Promise.allSettled(Array.from({ length: 9 }, ask));
  await expect.poll(waiting, patience).toBe(3);
  leave.abort();
  await expect.poll(inUse, patience).toBe(0);
  expect(await waiting()).toBe(0);
  expect((await asked).map(({ status }) => status)).toEqual(Array(9).fill("rejected"));
  await letGo();
});

test("that a client has left is nobody's failure", () => {
  expect(log.filter((line) => /"level":"(warn|error)"/.test(line))).toEqual([]);
});
