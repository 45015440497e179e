import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { aFinding, aPage, aSlice } from "../../test/builders.ts";
import { wrongCubes } from "../../test/cubes.ts";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { createLogger } from "../log.ts";
import type { Lane, StreamName } from "../model.ts";
import { streamRecords } from "../query/stream.ts";
import { tryLock } from "../store/advisory-lock.ts";
import { insertExportProgress } from "../store/export-progress.ts";
import { lockKeys } from "../store/lock-keys.ts";
import { writeRejected } from "../store/rejected.ts";
import { ensureSignalPartition, writeSignals } from "../store/signal.ts";
import { readFullCounts, readLastPasses, readLastRun } from "../store/stream-pass.ts";
import { type HousekeepingDeps, housekeep, startHousekeeping } from "./housekeeping.ts";
import { commitPage } from "./page.ts";

const dayMs = 86_400_000;
const now = Date.parse("2026-08-31T12:00:00Z");
const daysAgo = (days: number) => new Date(now - days * dayMs).toISOString();
let database: TestDatabase;
let log: string[] = [];

beforeEach(async () => {
  log = [];
  database = await testDatabase();
});
afterEach(() => database.close());

function deps(changes: Partial<HousekeepingDeps> = {}): HousekeepingDeps {
  return {
    db: database.db,
    connect: database.connect,
    now: () => now,
    log: createLogger({ format: "text", stream: { write: (line) => log.push(line) } }),
    retentionDays: 30,
    ...changes,
  };
}

async function addSignal(at: string): Promise<void> {
  await ensureSignalPartition(database.db, Date.parse(at));
  await writeSignals(database.db, [
    {
      id: randomUUID(),
      at,
      integrationId: randomUUID(),
      stream: "issues",
      change: "new",
      subjectKind: "issue",
      subjectId: randomUUID(),
      externalId: "issue-1",
      severity: 5,
      title: "title",
      assetName: null,
      fields: {},
    },
  ]);
}

const signalTimes = async () =>
  (await database.db.selectFrom("signal").select("at").orderBy("at").execute()).map((row) => row.at.slice(0, 10));

describe("signals", () => {
  test("are dropped by the day once all of it is older than the retention", async () => {
    for (const days of [33, 32, 31, 30, 1]) await addSignal(daysAgo(days));
    expect(await housekeep(deps())).toMatchObject({
      signals: { dropped: ["signal_20260729", "signal_20260730", "signal_20260731"], postponed: [] },
      failed: 0,
    });
    expect(await signalTimes()).toEqual(["2026-08-01", "2026-08-30"]);
    expect(await wrongCubes(database)).toEqual([]);
    expect(log.join("")).toContain("[INFO] housekeeping: dropped signals older than 30 days: signal_20260729");
    expect(await housekeep(deps())).toMatchObject({ signals: { dropped: [] } });
  });

  test("are kept for ever with a retention of 0", async () => {
    await addSignal(daysAgo(3_000));
    await housekeep(deps({ retentionDays: 0 }));
    expect(await signalTimes()).toHaveLength(1);
  });

  test("are not dropped by a clock that is ahead of the database's", async () => {
    await addSignal(new Date().toISOString());
    await housekeep(deps({ now: () => Date.now() + 365 * dayMs }));
    expect(await signalTimes()).toHaveLength(1);
  });

  test("are dropped by their bounds, whoever made the part, whatever its name and schema", async () => {
    await database.pool.query(`create schema if not exists "The Archive"`);
    await database.pool.query(
      `create table "The Archive"."signals of May" partition of signal for values from ('2026-05-01Z') to ('2026-06-01Z')`,
    );
    await database.pool.query("create table signal_others partition of signal default");
    await addSignal(daysAgo(1));
    expect((await housekeep(deps()))?.signals).toEqual({ dropped: ["signals of May"], postponed: [] });
    expect(await signalTimes()).toHaveLength(1);
    expect(await wrongCubes(database)).toEqual([]);
    const { rows } = await database.pool.query("select to_regclass('signal_others') is not null as kept");
    expect(rows).toEqual([{ kept: true }]);
  });

  test("that an export reads just now are dropped later; the export reads to its end", async () => {
    for (const days of [41, 40, 1]) await addSignal(daysAgo(days));
    const found: string[] = [];
    for await (const records of streamRecords(database.db, "signals", { query: "", batchSize: 1 })) {
      found.push(...records.map((record) => record.at));
      if (found.length === 1)
        expect((await housekeep(deps()))?.signals).toEqual({
          dropped: [],
          postponed: ["signal_20260721", "signal_20260722"],
        });
    }
    expect(found).toHaveLength(3);
    expect((await housekeep(deps()))?.signals.dropped).toEqual(["signal_20260721", "signal_20260722"]);
  });

  test("of a new day are stored while an export reads", async () => {
    await addSignal(daysAgo(1));
    for await (const records of streamRecords(database.db, "signals", { query: "" })) {
      await addSignal(daysAgo(0));
      expect(records).toHaveLength(1);
    }
    expect(await signalTimes()).toEqual(["2026-08-30", "2026-08-31"]);
  });
});

/** A run with one pass and its slice, all ended at the same time. */
async function addRun(run: {
  integrationId: string;
  endedAt: string | null;
  stream?: StreamName;
  lane?: Lane;
  result?: string;
}): Promise<string> {
  const { integrationId, endedAt, stream = "issues", lane = "delta", result = "success" } = run;
  const [runId, passId, at] = [randomUUID(), randomUUID(), endedAt ?? daysAgo(90)];
  const times = { startedAt: at, finishedAt: endedAt };
  await database.db
    .insertInto("run")
    .values({ id: runId, integrationId, trigger: "schedule", mode: lane, streams: [stream], requestedAt: at, ...times })
    .execute();
  await database.db
    .insertInto("pass")
    .values({
      id: passId,
      runId,
      integrationId,
      stream,
      lane,
      accountKey: "account",
      sourceStartedAt: at,
      result: endedAt === null ? null : result,
      ...times,
    })
    .execute();
  await database.db
    .insertInto("slice")
    .values({ id: randomUUID(), passId, position: 0, spec: "{}", epoch: 1, sourceCount: 7 })
    .execute();
  return passId;
}

const count = async (table: "run" | "pass" | "slice") =>
  Number((await database.pool.query(`select count(*) from ${table}`)).rows[0].count);

describe("runs", () => {
  test("of the last 30 days are kept, older ones are forgotten with their passes and slices", async () => {
    const { integrationId, passId } = await aSlice(database);
    await database.db
      .updateTable("pass")
      .set({ finishedAt: daysAgo(1), startedAt: daysAgo(1) })
      .where("id", "=", passId)
      .execute();
    for (const days of [29, 31, 45, 400]) await addRun({ integrationId, endedAt: daysAgo(days) });
    expect(await housekeep(deps())).toMatchObject({ passes: 3, runs: 3 });
    expect([await count("run"), await count("pass"), await count("slice")]).toEqual([2, 2, 2]);
    expect(log.join("")).toContain("[INFO] housekeeping: forgot 3 runs and 3 passes older than 30 days");
  });

  test("that are old keep what is still read: the newest of each lane, the last complete full passes, the last run", async () => {
    const { integrationId } = await aSlice(database, "assets");
    for (const days of [40, 50]) {
      await addRun({ integrationId, endedAt: daysAgo(days) });
      await addRun({ integrationId, endedAt: daysAgo(days + 1), lane: "full", result: "failed" });
      await addRun({ integrationId, endedAt: daysAgo(days + 10), lane: "full" });
    }
    await addRun({ integrationId, endedAt: null, stream: "detections" });
    const reads = async () => [
      await readFullCounts(database.db, [integrationId]),
      (await readLastPasses(database.db, integrationId)).map((pass) => pass.id).sort(),
      (await readLastRun(database.db, integrationId))?.id,
    ];
    const before = await reads();
    expect(before[0]).toMatchObject([{ stream: "issues", value: 7 }]);
    expect(await housekeep(deps())).toMatchObject({ passes: 2, runs: 2 });
    expect(await reads()).toEqual(before);
  });

  test("that never end are never forgotten", async () => {
    const { integrationId } = await aSlice(database);
    for (const _ of [1, 2]) await addRun({ integrationId, endedAt: null });
    expect(await housekeep(deps())).toMatchObject({ passes: 0, runs: 0 });
  });
});

describe("tables of seen ids", () => {
  test("go when their pass ended two days ago or is gone, and stay while it may be gone on with", async () => {
    const { integrationId, passId: running } = await aSlice(database);
    const passes = {
      running,
      fresh: await addRun({ integrationId, endedAt: daysAgo(1), lane: "full", result: "failed" }),
      old: await addRun({ integrationId, endedAt: daysAgo(2.1), lane: "full" }),
      gone: randomUUID(),
    };
    const tableOf = (id: string) => `seen_${id.replaceAll("-", "")}`;
    for (const id of Object.values(passes)) await database.pool.query(`create table ${tableOf(id)} (id uuid)`);
    await database.pool.query("create table seen_by_others (id uuid)");
    const done = await housekeep(deps());
    expect(done?.seen.dropped.toSorted()).toEqual([tableOf(passes.old), tableOf(passes.gone)].toSorted());
    const { rows } = await database.pool.query(
      "select count(*)::int as n from pg_class where relkind = 'r' and relname ~ '^seen_'",
    );
    expect(rows).toEqual([{ n: 3 }]);
  });
});

test("counts that are wrong are counted anew within a day, and it is said", async () => {
  const slice = await aSlice(database);
  const place = { ...slice, inventory: "Wiz", classes: null, cursor: null, epoch: 1 } as const;
  const pass = { id: slice.passId, lane: "full", tracksSeen: false };
  await commitPage(
    { db: database.db, now: () => now },
    { ...place, stream: "vulnerabilities", pass },
    aPage({ findings: [aFinding()] }),
  );
  await housekeep(deps());
  await database.pool.query("update cube_asset set n = n + 2; delete from cube_cve; update cube_day set n = 0");
  await housekeep(deps({ now: () => now + dayMs / 2 }));
  expect(await wrongCubes(database)).toEqual(["cube_asset", "cube_cve", "cube_day"]);
  expect(log.join("")).not.toContain("counts");
  await housekeep(deps({ now: () => now + dayMs }));
  expect(await wrongCubes(database)).toEqual([]);
  expect(log.join("")).toContain("4 counts in cube_asset, cube_cve, cube_day were wrong and are counted anew");
});

test("the progress of exports is forgotten after a day", async () => {
  const at = daysAgo(3);
  const user = { id: randomUUID(), email: "a@weir.test", name: "A", role: "viewer", passwordHash: "none" } as const;
  await database.db
    .insertInto("appUser")
    .values({ ...user, createdAt: at, updatedAt: at })
    .execute();
  for (const days of [2, 1.1, 0.9]) {
    const about = { userId: user.id, thing: "findings", query: `${days}`, format: "csv" };
    await insertExportProgress(database.db, { id: randomUUID(), ...about }, now - days * dayMs);
  }
  await housekeep(deps());
  const left = await database.db.selectFrom("exportProgress").select("query").execute();
  expect(left).toEqual([{ query: "0.9" }]);
});

test("counts of signals are checked as far as the last check did not see them", async () => {
  await addSignal(daysAgo(4));
  await addSignal(daysAgo(1));
  await database.pool.query("update cube_signal set n = n + 1");
  await database.pool.query("insert into cube_asset values (gen_random_uuid(), 'open', 1, 'issue', '', '', 1)");
  await housekeep(deps());
  expect(log.join("")).toContain("2 counts in cube_asset, cube_signal were wrong");
  expect(await wrongCubes(database)).toEqual([]);
});

test("a rejected record is forgotten a month after it was seen, if a full pass did not meet it since", async () => {
  const { integrationId } = await aSlice(database);
  await addRun({ integrationId, endedAt: daysAgo(35), lane: "full" });
  const rejectedAt = async (days: number, stream: StreamName) =>
    await writeRejected(database.db, [
      {
        id: randomUUID(),
        integrationId,
        stream,
        externalId: `${stream} ${days}`,
        reason: "odd",
        raw: "",
        firstAt: daysAgo(90),
        lastAt: daysAgo(days),
      },
    ]);
  for (const days of [29, 34, 36]) await rejectedAt(days, "issues");
  await rejectedAt(40, "detections");
  expect(await housekeep(deps())).toMatchObject({ rejected: 1 });
  const left = await database.db.selectFrom("rejectedRecord").select("externalId").orderBy("externalId").execute();
  expect(left.map((row) => row.externalId)).toEqual(["detections 40", "issues 29", "issues 34"]);
});

test("processes not heard of for a day are forgotten, but not one that holds an account", async () => {
  const ids = { dead: randomUUID(), alive: randomUUID(), frozen: randomUUID() };
  for (const [name, id] of Object.entries(ids))
    await database.pool.query(
      "insert into worker (id, name, is_polling, started_at, heartbeat_at) values ($1, $2, true, now(), now() - $3::interval)",
      [id, name, name === "alive" ? "1 minute" : "25 hours"],
    );
  await database.pool.query(
    "insert into lease (account_key, epoch, holder, acquired_at, worker_id) values ('account', 1, 'frozen', now(), $1)",
    [ids.frozen],
  );
  await housekeep(deps());
  expect((await database.pool.query("select name from worker order by name")).rows).toEqual([
    { name: "alive" },
    { name: "frozen" },
  ]);
});

describe("a round", () => {
  test("forgets log lines past the last thousand and samples of the pace older than a day", async () => {
    const id = await inventory(database).integration("prod");
    await database.pool.query(
      "insert into integration_log (integration_id, at, level, text) select $1, now(), 'info', n from generate_series(1, 1500) n",
      [id],
    );
    await database.pool.query(
      "insert into pace_sample select 'a', now() - make_interval(hours => n), 3, 3, 0, 0, false, 0, null from generate_series(20, 30) n",
    );
    await housekeep(deps());
    const left = await database.pool.query(
      "select (select min(text::int) from integration_log) as oldest, (select count(*)::int from pace_sample) as samples",
    );
    expect(left.rows).toEqual([{ oldest: 501, samples: 4 }]);
  });

  test("is left to the process that is at it", async () => {
    await addSignal(daysAgo(40));
    const lock = await tryLock(database, lockKeys.housekeeping, "another");
    expect(await housekeep(deps())).toBeNull();
    await lock?.release();
    expect(await housekeep(deps())).toMatchObject({ signals: { dropped: ["signal_20260722"] } });
  });

  test("goes on with its other parts when one fails, and says so", async () => {
    await addSignal(daysAgo(40));
    await database.pool.query("alter table pass rename to no_pass");
    expect(await housekeep(deps())).toMatchObject({ signals: { dropped: ["signal_20260722"] }, failed: 3 });
    expect(log.join("")).toMatch(
      /\[WARN\] housekeeping: forgetting old runs failed; the next round tries again: relation "pass"/,
    );
  });

  test("comes again by itself, sooner after a failure, until it is stopped", async () => {
    await addSignal(daysAgo(40));
    let calls = 0;
    const connect: HousekeepingDeps["connect"] = async (name) => {
      if (++calls === 1) throw new Error("no connection just now");
      return await database.connect(name);
    };
    const keeping = startHousekeeping(deps({ connect }), { firstMs: 1, retryMs: 1, intervalMs: 3_600_000 });
    await expect.poll(async () => (await signalTimes()).length).toBe(0);
    await keeping.stop();
    expect(calls).toBe(2);
    expect(log.join("")).toContain("[WARN] housekeeping: no round; tried again later: no connection just now");
  });

  test("that has not begun does not hold up the end of the process", async () => {
    const started = performance.now();
    await startHousekeeping(deps()).stop();
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
