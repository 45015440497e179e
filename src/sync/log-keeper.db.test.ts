import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { createLogger } from "../log.ts";
import { createLogLines, type IntegrationLine } from "../log-lines.ts";
import { insertLogLines, readLogLines, trimLogLines } from "../store/integration-log.ts";
import { keepLogLines, type LogKeeperTimes } from "./log-keeper.ts";

let database: TestDatabase;
let integrationId: string;
let warnings: string[];

beforeEach(async () => {
  database = await testDatabase();
  integrationId = await inventory(database).integration("prod");
  warnings = [];
});
afterEach(() => database.close());

function start(times: LogKeeperTimes = {}) {
  const lines = createLogLines();
  const log = createLogger({ format: "text", stream: { write: (line) => warnings.push(line) } });
  const keeper = keepLogLines({ db: database.db, log, lines }, { intervalMs: 10, retryMs: 10, ...times });
  return { lines, keeper };
}

function aLine(text: string, changes: Partial<IntegrationLine> = {}): IntegrationLine {
  const at = new Date().toISOString();
  return { integrationId, at, level: "info", text, stream: "issues", runId: randomUUID(), ...changes };
}
const kept = async (limit = 1_000) => (await readLogLines(database.db, integrationId, limit)).map(({ text }) => text);

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("lines are stored soon, in their order, and the last ones at the end", async () => {
  const { lines, keeper } = start();
  const line = aLine("first");
  lines.add(line);
  lines.add(aLine("second", { at: line.at }));
  await until(async () => (await kept()).length === 2);
  expect(await readLogLines(database.db, integrationId, 2)).toMatchObject([
    { at: line.at, level: "info", text: "first", stream: "issues", runId: line.runId },
    { text: "second" },
  ]);
  for (let n = 0; n < 1_200; n++) lines.add(aLine(`line ${n}`));
  await keeper.stop();
  expect(await kept(2)).toEqual(["line 1198", "line 1199"]);
});

test("a database that does not take lines is told of once; they are stored when it does again", async () => {
  await database.pool.query("alter table integration_log rename to away");
  const { lines, keeper } = start();
  lines.add(aLine("in between"));
  await until(async () => warnings.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  lines.add(aLine("after"));
  await database.pool.query("alter table away rename to integration_log");
  await until(async () => (await kept()).length === 2);
  await keeper.stop();
  expect(await kept()).toEqual(["in between", "after"]);
  expect(warnings).toEqual([expect.stringMatching(/^\[WARN\] log lines of integrations cannot be stored just now/)]);
});

test("a database that does not answer holds nobody up: the end waits only for its grace", async () => {
  const holder = await database.connect("test holder");
  await holder.query("begin; lock table integration_log in access exclusive mode");
  const { lines, keeper } = start({ graceMs: 50 });
  for (let n = 0; n < 10_000; n++) lines.add(aLine(`line ${n}`));
  const before = performance.now();
  await keeper.stop();
  expect(performance.now() - before).toBeLessThan(1_000);
  await holder.end();
});

test("lines of an integration that was removed are left out, and what PostgreSQL takes for no text is made one", async () => {
  const { lines, keeper } = start();
  lines.add(aLine("of nobody", { integrationId: randomUUID() }));
  lines.add(aLine("a\0b\ud800c"));
  lines.add(aLine("x".repeat(10_000)));
  await keeper.stop();
  const [odd, long] = await kept();
  expect(odd).toBe("a\uFFFDb\uFFFDc");
  expect(long).toHaveLength(4_001);
  expect(warnings).toEqual([]);
  await database.pool.query("delete from integration");
  expect(await kept()).toEqual([]);
});

test("the last thousand of each integration are kept, while lines come and by housekeeping", async () => {
  const other = await inventory(database).integration("other");
  await insertLogLines(database.db, [aLine("of the other", { integrationId: other })]);
  const { lines, keeper } = start();
  for (let n = 0; n < 3_000; n++) {
    lines.add(aLine(`line ${n}`));
    if (n % 500 === 499) await until(async () => (await kept(1))[0] === `line ${n}`);
  }
  await keeper.stop();
  expect((await kept(10_000)).length).toBeLessThanOrEqual(1_250);
  await trimLogLines(database.db);
  const left = await kept(10_000);
  expect([left.length, left[0], left.at(-1)]).toEqual([1_000, "line 2000", "line 2999"]);
  expect(await readLogLines(database.db, other, 10)).toHaveLength(1);
});

test("lines of several processes come out by their times", async () => {
  await insertLogLines(database.db, [aLine("third", { at: "2026-08-01T00:00:03Z" })]);
  await insertLogLines(database.db, [
    aLine("first", { at: "2026-08-01T00:00:01Z" }),
    aLine("second", { at: "2026-08-01T00:00:02Z" }),
  ]);
  expect(await kept()).toEqual(["first", "second", "third"]);
});
