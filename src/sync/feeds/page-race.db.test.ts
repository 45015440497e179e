import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addSlice, aFinding, aPage, aSlice } from "../../../test/builders.ts";
import { wrongCubes } from "../../../test/cubes.ts";
import { epssCsv, feedFile } from "../../../test/feeds/files.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import type { FindingRecord } from "../../model.ts";
import { commitPage, type PagePlace } from "../page.ts";
import { importFeed } from "./import-feed.ts";
import { scoreAnew } from "./score-anew.ts";

const now = Date.parse("2026-08-02T12:00:00Z");
const by = { actor: { type: "cli", id: null, name: "someone" }, address: null } as const;
let database: TestDatabase;
let place: Omit<PagePlace, "sliceId">;

beforeAll(async () => {
  database = await testDatabase({ poolSize: 12 });
  const { sliceId, passId, integrationId } = await aSlice(database);
  expect(sliceId).toBeTruthy();
  const pass = { id: passId, lane: "full", tracksSeen: false };
  place = { integrationId, stream: "vulnerabilities", inventory: "Wiz", classes: null, pass, cursor: null, epoch: 1 };
});
afterAll(() => database.close());

async function store(findings: FindingRecord[]) {
  const sliceId = await addSlice(database, { passId: place.pass.id });
  await commitPage({ db: database.db, now: () => now }, { ...place, sliceId }, aPage({ findings }));
}

const take = (day: string, scores: Record<string, number>) =>
  importFeed({ db: database.db, now: () => now }, feedFile("epss.csv", epssCsv(day, scores)), { by, force: false });
const score = (pause = 0) =>
  scoreAnew({ db: database.db, connect: database.connect, now: () => now }, { pause, batchSize: 20 });
const epssOf = async (cve: string) =>
  (await database.db.selectFrom("finding").select(["epss", "wizEpss"]).where("cve", "=", cve).execute()).map(
    ({ epss, wizEpss }) => [epss, wizEpss],
  );

function about(cve: string, name: string, changes: Partial<FindingRecord> = {}): FindingRecord {
  const finding = aFinding({ externalId: name, title: cve, cve, ...changes });
  return { ...finding, definition: { ...finding.definition!, externalId: cve, title: cve, epss: 0.3 } };
}

async function until(isSo: () => Promise<boolean>) {
  while (!(await isSo())) await sleep(5);
}

async function waiting(lock: string): Promise<boolean> {
  const { rows } = await database.pool.query(
    `select count(*)::int as n from pg_locks join pg_stat_activity using (pid)
      where not granted and ${lock} and datname = current_database()`,
  );
  return rows[0].n > 0;
}

test("a page that asked the former file before another came is scored by the other one in the end", async () => {
  await take("2026-07-29", { "CVE-2024-1000": 0.5 });
  await store([about("CVE-2024-1000", "first")]);
  expect(await epssOf("CVE-2024-1000")).toEqual([[0.5, 0.3]]);
  // The page's last step waits for us: it has read the feed, written the new finding, and committed nothing.
  const holder = await database.connect("holder");
  await holder.query("begin");
  await holder.query("select from cube_asset for update");
  const page = store([about("CVE-2024-1000", "second")]);
  await until(() => waiting("locktype in ('tuple', 'transactionid')"));
  let isImported = false;
  const imported = take("2026-07-30", { "CVE-2024-1000": 0.9 }).finally(() => {
    isImported = true;
  });
  await until(() => waiting("locktype = 'advisory'"));
  expect(isImported).toBe(false);
  await holder.query("rollback");
  await holder.end();
  await page;
  expect(await imported).toMatchObject({ findings: 2 });
  await score();
  expect(await epssOf("CVE-2024-1000")).toEqual([
    [0.9, 0.3],
    [0.9, 0.3],
  ]);
  // What is new from now on has it at once.
  await store([about("CVE-2024-1000", "third")]);
  expect(await epssOf("CVE-2024-1000")).toHaveLength(3);
  expect(new Set((await epssOf("CVE-2024-1000")).map(([epss]) => epss))).toEqual(new Set([0.9]));
});

test("pages, imports and scoring that go on at once end with what the last file says", {
  timeout: 60_000,
}, async () => {
  const cves = Array.from({ length: 40 }, (_, i) => `CVE-2025-${1_000 + i}`);
  const scores = (epss: number) => Object.fromEntries(cves.map((cve, i) => [cve, i % 5 === 0 ? 0.01 : epss]));
  let isOver = false;
  let stored = 0;
  const storing = [0, 1, 2].map(async (lane) => {
    for (let round = 0; !isOver; round++) {
      const findings = cves.map((cve, i) =>
        about(cve, `${lane}-${(round % 4) * 40 + i}`, {
          severity: round % 2 === 0 ? "high" : "low",
          updatedAt: new Date(now + round * 1_000).toISOString(),
        }),
      );
      await store(findings);
      stored += findings.length;
    }
  });
  const scoring = (async () => {
    while (!isOver) await score(0.2);
  })();
  const days = Array.from({ length: 8 }, (_, i) => `2026-07-${10 + i}`);
  for (const [i, day] of days.entries())
    await importFeed({ db: database.db, now: () => now }, feedFile("epss.csv", epssCsv(day, scores((i + 1) / 10))), {
      by,
      force: true,
    });
  isOver = true;
  await Promise.all([...storing, scoring]);
  await score();
  expect(stored).toBeGreaterThan(500);
  const found = await database.db
    .selectFrom("finding")
    .select(["cve", "epss", "wizEpss", "epssSource"])
    .where("cve", "like", "CVE-2025-%")
    .execute();
  expect(found.length).toBeGreaterThanOrEqual(120);
  const wrong = found.filter(
    ({ cve, epss, wizEpss, epssSource }) =>
      epssSource !== "first" || wizEpss !== 0.3 || epss !== (Number(cve!.slice(-4)) % 5 === 0 ? 0.01 : 0.8),
  );
  expect(wrong).toEqual([]);
  expect(await wrongCubes(database)).toEqual([]);
});
