import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wrongCubes } from "../../test/cubes.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { compareWithTruth, readTruth } from "../../test/truth.ts";
import { emulatorHost, testWeir } from "../../test/weir.ts";
import type { Connector } from "../connectors/connector.ts";
import { findConnector } from "../connectors/registry.ts";
import { createEmulator } from "../emulator/emulator.ts";
import { ConflictError, RecordError } from "../errors.ts";
import { type NormalizedRecord, type StreamName, streamNames } from "../model.ts";
import { tryLock } from "../store/advisory-lock.ts";
import type { Integration } from "../store/integration.ts";
import { rebuildCubes } from "../store/inventory-check.ts";
import { lockKeys } from "../store/lock-keys.ts";
import { type RenormalizeDeps, type RenormalizeOptions, renormalize } from "./renormalize.ts";

let database: TestDatabase;
let integration: Integration;
const emulator = createEmulator({ findings: 1_500, clock: "frozen" });

beforeAll(async () => {
  database = await testDatabase();
  const weir = testWeir(database, emulator.fetch);
  integration = await weir.addIntegration("tenant");
  expect(await weir.sync(integration, { full: true })).toMatchObject({ result: "success" });
});
afterAll(() => database.close());

const deps = (changes: Partial<RenormalizeDeps> = {}): RenormalizeDeps => ({
  db: database.db,
  connect: database.connect,
  now: Date.now,
  findConnector,
  weirVersion: "1.0.0",
  ...changes,
});

const rebuild = (options: Partial<RenormalizeOptions> = {}, changes: Partial<RenormalizeDeps> = {}) =>
  renormalize(deps(changes), [integration], { streams: streamNames, batchSize: 100, ...options });

/** Every row that records are made of, without the marks of the write itself. */
async function inventory(): Promise<Record<string, string[]>> {
  const tables = ["finding", "asset", "asset_source", "definition", "asset_key", "finding_raw", "asset_raw"];
  const entries = tables.map(async (table) => {
    const { rows } = await database.pool.query(`select * from ${table} order by id`);
    const marks = ["version", "changed_at"];
    const kept = ([column]: [string, unknown]) => !marks.includes(column);
    return [table, rows.map((row) => JSON.stringify(Object.entries(row).filter(kept)))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What differs between two inventories: both forms of the first rows that do. */
async function changesSince(before: Record<string, string[]>): Promise<string[]> {
  const now = await inventory();
  return Object.keys(now)
    .flatMap((table) => {
      const [was, is] = [before[table] ?? [], now[table] ?? []];
      return is
        .flatMap((row, i) => (row === was[i] ? [] : [`${table}: ${was[i]} is now ${row}`]))
        .concat(is.length === was.length ? [] : [`${table}: ${was.length} rows are now ${is.length}`]);
    })
    .slice(0, 3);
}

const signalCount = async () => (await database.pool.query("select count(*) as n from signal")).rows[0].n;
const truth = async () => readTruth(`http://${emulatorHost}`, emulator.fetch);
const query = async (sql: string) => (await database.pool.query(sql)).rows;

/** The connector with another mapping. */
function mapped(change: (stream: StreamName, record: NormalizedRecord) => NormalizedRecord | null): {
  findConnector: (id: string) => Connector;
} {
  const connector = findConnector("wiz");
  return {
    findConnector: () => ({
      ...connector,
      normalize(stream, raw) {
        const record = connector.normalize(stream, raw);
        return record === null ? null : change(stream, record);
      },
    }),
  };
}

describe("renormalizing", () => {
  test("with the mapping that stored the records changes nothing", async () => {
    // Findings may disagree on their definition. The newest has the last word once all of them have come by.
    await rebuild();
    const before = await inventory();
    const marks = async () => [await signalCount(), await query("select id, version from finding order by id")];
    const marked = await marks();
    const done = await rebuild();
    expect(done.map(({ stream, rewritten, isComplete }) => ({ stream, rewritten, isComplete }))).toEqual(
      ["assets", "issues", "vulnerabilities", "misconfigurations", "detections"].map((stream) => ({
        stream,
        rewritten: 0,
        isComplete: true,
      })),
    );
    expect(done.reduce((sum, { examined }) => sum + examined, 0)).toBe((await truth()).length);
    expect(await changesSince(before)).toEqual([]);
    expect(await marks()).toEqual(marked);
    expect(await query("select * from renormalization")).toEqual([]);
  });

  test("rebuilds what an older mapping stored otherwise, counts and scores included, without a request", async () => {
    const before = await inventory();
    const risk = await query("select id, risk_score, open_critical, open_high from asset order by id");
    await database.pool.query(`
      update finding set severity = 1, title = 'old ' || title, risk_score = 1, cloud = 'old', rule = 'old', account_id = 'old',
        first_found_at = '2001-01-01', has_fix = not has_fix, version = version + 1;
      update asset set class = 'other', region = 'nowhere', first_seen_at = '2001-01-01', version = version + 1 where not is_placeholder;
      update asset_source set provider_unique_id = 'old', hash = gen_random_uuid() where not is_placeholder;
      update definition set description = 'old', hash = gen_random_uuid();
      update asset set open_critical = 0, open_high = 0, risk_score = 0`);
    await rebuildCubes(database.db);
    await rebuild();
    expect(await changesSince(before)).toEqual([]);
    expect(await query("select id, risk_score, open_critical, open_high from asset order by id")).toEqual(risk);
    expect(await wrongCubes(database)).toEqual([]);
    expect((await compareWithTruth(database.db, integration.id, await truth())).differences).toEqual([]);
    // The next full pass has nothing to write either.
    const weir = testWeir(database, emulator.fetch);
    const run = await weir.sync(integration, { full: true });
    const { rows } = await database.pool.query(
      "select sum(written)::int as written from slice join pass on pass.id = pass_id where run_id = $1",
      [run.id],
    );
    expect(rows).toEqual([{ written: 0 }]);
  });

  test("tells of what people see, under the stream of the record, and of nothing else", async () => {
    const before = await signalCount();
    const quiet = mapped((_, record) =>
      record.finding === undefined ? record : { ...record, finding: { ...record.finding, url: "https://new" } },
    );
    await rebuild({ streams: ["issues"] }, quiet);
    expect(await query("select distinct url from finding where kind = 'issue'")).toEqual([{ url: "https://new" }]);
    expect(await signalCount()).toBe(before);
    const loud = mapped((_, record) =>
      record.finding === undefined ? record : { ...record, finding: { ...record.finding, title: "new title" } },
    );
    const [done] = await rebuild({ streams: ["detections"] }, loud);
    expect(
      await query(
        "select stream, change, subject_kind, count(*)::int as n from signal where title = 'new title' group by 1, 2, 3",
      ),
    ).toEqual([{ stream: "detections", change: "changed", subject_kind: "threat", n: done?.examined }]);
    await rebuild({ streams: ["issues", "detections"] });
  });

  test("leaves gone what is gone", async () => {
    await database.pool.query(`
      update finding set status = 'gone', status_reason = 'no longer in Wiz' where kind = 'issue';
      update asset set status = 'gone' where name like '%1'; update asset_source set gone_at = now() where asset_id in (select id from asset where status = 'gone')`);
    await rebuildCubes(database.db);
    const before = await inventory();
    expect((await rebuild({ streams: ["issues", "assets"] })).map((done) => done.rewritten)).toEqual([0, 0]);
    expect(await changesSince(before)).toEqual([]);
    const weir = testWeir(database, emulator.fetch);
    await weir.sync(integration, { full: true });
    expect((await compareWithTruth(database.db, integration.id, await truth())).differences).toEqual([]);
  });

  test("keeps as it is what the mapping can no longer read or does not keep, and says so", async () => {
    const before = await inventory();
    const strict = mapped((_, record) => {
      if (record.finding?.severity === "critical") throw new RecordError("a severity that is not known");
      return record.finding?.severity === "low" ? null : record;
    });
    const [done] = await rebuild({ streams: ["issues"] }, strict);
    const [{ critical, low }] = await query(
      "select count(*) filter (where severity = 5)::int as critical, count(*) filter (where severity = 2)::int as low from finding where kind = 'issue'",
    );
    expect(critical).toBeGreaterThan(0);
    expect(done).toMatchObject({ rewritten: 0, unreadable: critical, unkept: low });
    expect(await changesSince(before)).toEqual([]);
    expect(await query("select reason, stream, count(*)::int as n from rejected_record group by 1, 2")).toEqual([
      { reason: "a severity that is not known", stream: "issues", n: critical },
    ]);
    await database.pool.query("delete from rejected_record");
  });

  test("goes on where an interrupted one was, begins again for another Weir or when asked to", async () => {
    const total = (await rebuild({ streams: ["issues"] }))[0]!.examined;
    const interrupted = async () => {
      const stopping = new AbortController();
      const onProgress = ({ examined }: { examined: number }) => examined >= 20 && stopping.abort();
      const [done] = await rebuild({ streams: ["issues"], batchSize: 10, signal: stopping.signal, onProgress });
      expect(done).toMatchObject({ examined: 20, isComplete: false });
    };
    const examinedNow = async (...args: Parameters<typeof rebuild>) => {
      let first: number | undefined;
      const onProgress = ({ examined }: { examined: number }) => {
        first ??= examined;
      };
      const [done] = await rebuild({ streams: ["issues"], onProgress, ...args[0] }, args[1]);
      expect(done).toMatchObject({ examined: total, isComplete: true });
      return total - first!;
    };
    await interrupted();
    expect(await examinedNow()).toBe(total - 20);
    await interrupted();
    expect(await examinedNow({}, { weirVersion: "1.1.0" })).toBe(total);
    await interrupted();
    expect(await examinedNow({ restart: true })).toBe(total);
  });

  test("beside a server that fetches: both end, and the newer version stays", async () => {
    const weir = testWeir(database, emulator.fetch);
    await database.pool.query("update finding set title = 'old', version = version + 1");
    emulator.advance(6 * 3_600);
    const [, run] = await Promise.all([rebuild({ batchSize: 20 }), weir.sync(integration, { full: true })]);
    expect(run.result).toBe("success");
    expect((await compareWithTruth(database.db, integration.id, await truth())).differences).toEqual([]);
    expect(await wrongCubes(database)).toEqual([]);
    expect((await rebuild()).map((done) => done.rewritten)).toEqual([0, 0, 0, 0, 0]);
  });

  test("is done by one process at a time", async () => {
    const lock = await tryLock(database, lockKeys.renormalize, "another");
    await expect(rebuild()).rejects.toThrow(ConflictError);
    await lock?.release();
  });
});

test("what Wiz was not asked for when it sent a record stays as it was known", async () => {
  const own = await testDatabase();
  try {
    const tenant = createEmulator({ findings: 1_000, clock: "frozen" });
    const weir = testWeir(own, tenant.fetch);
    const one = await weir.addIntegration("tenant");
    await weir.sync(one, { full: true, streams: ["issues", "assets"] });
    const known = async () =>
      (
        await own.pool.query(
          "select due_at, asset.region from finding left join asset on asset.id = asset_id order by finding.id",
        )
      ).rows;
    const before = await known();
    expect(before.some((row) => row.due_at !== null)).toBe(true);
    tenant.faults.set([
      { kind: "unknown-field", stream: "issues", field: "dueAt" },
      { kind: "unknown-field", stream: "assets", field: "region" },
    ]);
    await weir.sync(one, { full: true, streams: ["issues", "assets"] });
    const done = await renormalize({ ...deps(), db: own.db, connect: own.connect }, [one], {
      streams: ["issues", "assets"],
    });
    expect(done.map(({ rewritten }) => rewritten)).toEqual([0, 0]);
    expect(await known()).toEqual(before);
  } finally {
    await own.close();
  }
});

test("an asset that two integrations know is rebuilt from both, whichever is renormalized, and once only", async () => {
  const own = await testDatabase();
  try {
    const tenant = createEmulator({ findings: 300, clock: "frozen" });
    const weir = testWeir(own, tenant.fetch);
    const both = [await weir.addIntegration("a"), await weir.addIntegration("b")];
    for (const one of both) await weir.sync(one, { full: true });
    const assets = async () =>
      (
        await own.pool.query(
          "select a.*, null as changed_at, null as version, count(*) from asset a join asset_source s on s.asset_id = a.id group by a.id order by a.id",
        )
      ).rows;
    const before = await assets();
    expect(before.some((asset) => asset.count === 2)).toBe(true);
    const run = (integration: Integration | undefined) =>
      renormalize({ ...deps(), db: own.db, connect: own.connect }, [integration!], { streams: ["assets"] });
    for (const one of both) expect(await run(one)).toMatchObject([{ rewritten: 0 }]);
    await own.pool.query("update asset set region = 'old', first_seen_at = '2000-01-01', version = version + 1");
    await own.pool.query("update asset_source set first_seen_at = '2000-01-01', version = version + 1");
    expect((await run(both[0]))[0]?.rewritten).toBeGreaterThan(0);
    expect(await run(both[0])).toMatchObject([{ rewritten: 0 }]);
    await run(both[1]);
    expect(await assets()).toEqual(before);
  } finally {
    await own.close();
  }
});

test("assets that only findings told of are rebuilt from the finding that told first", async () => {
  const own = await testDatabase();
  try {
    const weir = testWeir(own, createEmulator({ findings: 300, clock: "frozen" }).fetch);
    const tenant = await weir.addIntegration("findings only");
    await weir.sync(tenant, { full: true, streams: ["vulnerabilities", "issues"] });
    const facts = async () =>
      (
        await own.pool.query(
          "select id, name, class, region, provider_unique_id, hash from asset join asset_source using (id) order by id",
        )
      ).rows;
    const before = await facts();
    expect(before.length).toBeGreaterThan(10);
    await own.pool.query("update asset set class = 'old', region = 'old', version = version + 1");
    await own.pool.query("update asset_source set provider_unique_id = 'old', version = version + 1");
    const again = () =>
      renormalize({ ...deps(), db: own.db, connect: own.connect }, [tenant], { streams: streamNames });
    await again();
    expect(await facts()).toEqual(before);
    const versions = async () => (await own.pool.query("select id, version from asset order by id")).rows;
    const settled = await versions();
    await again();
    expect(await versions()).toEqual(settled);
  } finally {
    await own.close();
  }
});
