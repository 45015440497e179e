import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cubes, wrongCubes } from "../../../test/cubes.ts";
import { epssCsv, feedFile, kevCsv, publishedFile } from "../../../test/feeds/files.ts";
import { inventory } from "../../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { readCurrentFeeds, readFeedWork } from "../../store/feed.ts";
import { importFeed } from "./import-feed.ts";
import { scoreAnew } from "./score-anew.ts";

const now = Date.parse("2026-08-01T12:00:00Z");
const by = { actor: { type: "cli", id: null, name: "someone" }, address: null } as const;

let database: TestDatabase;
let integrationId: string;
beforeAll(async () => {
  database = await testDatabase();
  integrationId = await inventory(database).integration("prod");
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query(
    `truncate finding, asset, feed_import, feed_epss, feed_kev, feed_due, feed_due_asset, feed_work, audit_event, ${cubes.join()} cascade`,
  );
});

const take = (name: string, content: string | Uint8Array, { force = false } = {}) =>
  importFeed({ db: database.db, now: () => now }, feedFile(name, content), { by, force });
const scoring = () => ({ db: database.db, connect: database.connect, now: () => now });
const score = async () => expect(await scoreAnew(scoring(), { pause: 0 })).toBe(true);
const finding = (row: Parameters<ReturnType<typeof inventory>["finding"]>[0] extends infer R ? Partial<R> : never) =>
  inventory(database).finding({ integrationId, severity: 3, cvss: 7.5, riskScore: 75, kind: "vulnerability", ...row });
const stored = (id: string) =>
  database.db.selectFrom("finding").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

describe("an import", () => {
  test("keeps what is published, says from where and by whom, and is in the audit log", async () => {
    const epss = await take("epss_scores-current.csv.gz", gzipSync(publishedFile("epss_scores-2026-07-30.csv")));
    expect(epss).toMatchObject({ feed: "epss", rows: 18, version: "v2025.03.14", findings: 0 });
    await take("kev.csv", publishedFile("known_exploited_vulnerabilities.csv"));
    await take("kev.json", publishedFile("known_exploited_vulnerabilities.json"));
    const current = await readCurrentFeeds(database.db);
    expect(current.get("epss")).toMatchObject({
      fileName: "epss_scores-current.csv.gz",
      rows: 18,
      importedBy: "someone",
    });
    expect(current.get("kev")).toMatchObject({ fileName: "kev.json", version: "2026.07.30", newestOn: "2026-07-21" });
    const xz = await database.db.selectFrom("feedKev").selectAll().where("cve", "=", "CVE-2024-3094").execute();
    expect(xz).toMatchObject([{ product: 'XZ "Utils"', addedOn: "2026-07-21", dueOn: "2026-08-11" }]);
    const told = await database.db.selectFrom("auditEvent").select(["action", "subjectName", "details"]).execute();
    expect(told).toHaveLength(3);
    expect(told).toContainEqual({
      action: "feed.import",
      subjectName: "EPSS",
      details: {
        file: "epss_scores-current.csv.gz",
        dataAt: "2026-07-30T12:55:00.000Z",
        version: "v2025.03.14",
        rows: 18,
        findings: 0,
        formerDataAt: null,
        force: false,
      },
    });
  });

  test.each([
    ["older", epssCsv("2026-07-29", { "CVE-2024-0001": 0.2, "CVE-2024-0002": 0.2 }), "it is of 2026-07-29"],
    ["of tomorrow's tomorrow", epssCsv("2026-08-05", { "CVE-2024-0001": 0.2, "CVE-2024-0002": 0.2 }), "still to come"],
    [
      "cut at a line",
      epssCsv("2026-07-31", { "CVE-2024-0001": 0.2 }),
      "has 1 entries, and first.csv, which is loaded, 2",
    ],
  ])("that is %s is refused, and taken with force", async (_, content, reason) => {
    await take("first.csv", epssCsv("2026-07-30", { "CVE-2024-0001": 0.1, "CVE-2024-0002": 0.1 }));
    await expect(take("next.csv", content)).rejects.toThrow(reason);
    expect((await readCurrentFeeds(database.db)).get("epss")?.fileName).toBe("first.csv");
    await take("next.csv", content, { force: true });
    expect((await readCurrentFeeds(database.db)).get("epss")?.fileName).toBe("next.csv");
  });

  test("that is damaged at its end changes nothing, and one that names a CVE twice neither", async () => {
    const id = await finding({ cve: "CVE-2024-0001" });
    await take("first.csv", epssCsv("2026-07-30", { "CVE-2024-0001": 0.1 }));
    await score();
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`CVE-2025-${10_000 + i}`, 0.5]));
    const whole = epssCsv("2026-07-31", { "CVE-2024-0001": 0.9, ...many });
    await expect(take("next.csv", `${whole}CVE-2025-99`)).rejects.toThrow("next.csv is not taken: line 20004");
    await expect(take("next.csv", `${whole}CVE-2024-0001,0.1,0.1\n`)).rejects.toThrow("it names a CVE twice");
    await score();
    expect(await stored(id)).toMatchObject({ epss: 0.1 });
    const { rows } = await database.pool.query("select count(*)::int as n from feed_epss");
    expect(rows).toEqual([{ n: 1 }]);
  });

  test("compares catalogues by their newest entry, which the CSV has as well", async () => {
    await take("kev.json", publishedFile("known_exploited_vulnerabilities.json"));
    await take("kev.csv", publishedFile("known_exploited_vulnerabilities.csv"));
    const older = kevCsv("2026-07-20", ["CVE-2024-0001", "CVE-2024-0002", "CVE-2024-0003", "CVE-2024-0004"]);
    await expect(take("old.csv", older)).rejects.toThrow(
      "its newest entry is of 2026-07-20, and kev.csv of 2026-07-21",
    );
  });
});

describe("what follows", () => {
  test("the feed's EPSS counts where it knows the CVE, and what Wiz says stays beside it", async () => {
    const known = await finding({ cve: "CVE-2024-0001", epss: 0.2, hasExploit: false });
    const alike = await finding({ cve: "CVE-2024-0002", epss: 0.2 });
    const unknown = await finding({ cve: "CVE-2024-0003", epss: 0.2, riskScore: 51 });
    const none = await finding({ cve: "CVE-2024-0002", epss: null });
    await take("epss.csv", epssCsv("2026-07-31", { "CVE-2024-0001": 0.9, "CVE-2024-0002": 0.25 }));
    await score();
    // 65 % of 7.5, and 35 × 0.35 × 0.9.
    expect(await stored(known)).toMatchObject({
      epss: 0.9,
      epssSource: "first",
      wizEpss: 0.2,
      epssDisputed: true,
      riskScore: 60,
      version: 2,
    });
    expect(await stored(alike)).toMatchObject({ epss: 0.25, wizEpss: 0.2, epssDisputed: false });
    expect(await stored(unknown)).toMatchObject({ epss: 0.2, epssSource: "wiz", riskScore: 51, version: 1 });
    expect(await stored(none)).toMatchObject({ epss: 0.25, epssSource: "first", wizEpss: null, epssDisputed: false });
    // A CVE that the next file does not have any more is Wiz's again.
    await take("epss.csv", epssCsv("2026-08-01", { "CVE-2024-0002": 0.25 }), { force: true });
    await score();
    expect(await stored(known)).toMatchObject({ epss: 0.2, epssSource: "wiz", wizEpss: null, epssDisputed: false });
  });

  test("what either says is exploited counts as such; who says so, and that they disagree, is kept", async () => {
    const say = (cve: string, isKev: boolean | null) =>
      finding({ cve, isKev, kevSource: isKev === true ? "wiz" : null });
    const both = await say("CVE-2024-0001", true);
    const onlyCisa = await say("CVE-2024-0001", false);
    const silent = await say("CVE-2024-0001", null);
    const onlyWiz = await say("CVE-2024-0002", true);
    const nobody = await say("CVE-2024-0002", false);
    const unknown = await say("CVE-2024-0002", null);
    await take("kev.csv", kevCsv("2026-07-31", ["CVE-2024-0001"]));
    await score();
    const kev = async (id: string) => {
      const { isKev, kevSource, wizKev, kevDisputed } = await stored(id);
      return [isKev, kevSource, wizKev, kevDisputed];
    };
    expect(await kev(both)).toEqual([true, "both", null, false]);
    expect(await kev(onlyCisa)).toEqual([true, "cisa", false, true]);
    expect(await kev(silent)).toEqual([true, "cisa", null, false]);
    expect(await kev(onlyWiz)).toEqual([true, "wiz", null, true]);
    expect(await kev(nobody)).toEqual([false, null, null, false]);
    expect(await kev(unknown)).toEqual([null, null, null, false]);
    expect((await stored(onlyCisa)).riskScore).toBe(90);
    await take("kev.csv", kevCsv("2026-08-01", ["CVE-2024-0002"]));
    await score();
    expect(await kev(onlyCisa)).toEqual([false, null, null, false]);
    expect(await kev(silent)).toEqual([null, null, null, false]);
    expect(await kev(both)).toEqual([true, "wiz", null, true]);
    expect(await kev(onlyWiz)).toEqual([true, "both", null, false]);
    expect(await kev(unknown)).toEqual([true, "cisa", null, false]);
    expect(await wrongCubes(database)).toEqual([]);
  });

  test("only findings whose inputs changed are looked at; counts and assets follow", async () => {
    const assetId = await inventory(database).asset();
    const still = await inventory(database).asset({ name: "other" });
    await finding({ cve: "CVE-2024-0001", assetId, packageName: "openssl", packageFixedVersion: "3.0.14" });
    await finding({ cve: "CVE-2024-0001", assetId, status: "resolved" });
    await finding({ cve: "CVE-2024-0009", assetId: still });
    await take("kev.csv", kevCsv("2026-07-31", ["CVE-2024-0001", "CVE-2020-7777"]));
    expect(await readFeedWork(database.db)).toMatchObject({ total: 2, done: 0, finishedAt: null });
    await score();
    expect(await readFeedWork(database.db)).toMatchObject({
      total: 2,
      done: 2,
      changed: 2,
      assetsDone: 1,
      assetsLeft: 0,
    });
    expect((await readFeedWork(database.db))?.finishedAt).not.toBeNull();
    const assets = await database.db.selectFrom("asset").select(["id", "riskScore"]).orderBy("name").execute();
    // 2 × (90 × 1.3 + 0.4)
    expect(assets).toEqual([
      { id: still, riskScore: 0 },
      { id: assetId, riskScore: 235 },
    ]);
    const { rows } = await database.pool.query("select risk_score, is_kev, n::int from cube_fix where n <> 0");
    expect(rows).toEqual([{ risk_score: 90, is_kev: "true", n: 1 }]);
    expect(await wrongCubes(database)).toEqual([]);
    // The same again changes nothing, and there is nothing to do.
    await take("kev.csv", kevCsv("2026-07-31", ["CVE-2024-0001", "CVE-2020-7777"]));
    expect(await readFeedWork(database.db)).toMatchObject({ total: 0, finishedAt: expect.any(String) });
  });

  test("a process that loses its connections half-way is followed by another, which goes on", async () => {
    for (let i = 0; i < 30; i++) await finding({ cve: "CVE-2024-0001", epss: 0.1 });
    await take("epss.csv", epssCsv("2026-07-30", { "CVE-2024-0001": 0.5 }));
    const running = scoreAnew(scoring(), { pause: 1, batchSize: 3 });
    while (((await readFeedWork(database.db))?.done ?? 0) < 6) await new Promise((resolve) => setTimeout(resolve, 2));
    await database.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'weir feeds' and datname = current_database()",
    );
    await expect(running).rejects.toThrow();
    const half = await database.db.selectFrom("finding").select("epss").where("epss", "=", 0.5).execute();
    expect(half.length).toBeLessThan(30);
    await score();
    const { rows } = await database.pool.query(
      "select epss, epss_source, count(*)::int as n from finding group by 1, 2",
    );
    expect(rows).toEqual([{ epss: 0.5, epss_source: "first", n: 30 }]);
    expect(await readFeedWork(database.db)).toMatchObject({ changed: 30, finishedAt: expect.any(String) });
  });

  test("stopped anywhere it goes on, and another file meanwhile has the last word", async () => {
    const ids: string[] = [];
    for (let i = 0; i < 30; i++) ids.push(await finding({ cve: `CVE-2024-000${i % 3}`, epss: 0.1 }));
    const scores = (epss: number) => ({ "CVE-2024-0000": epss, "CVE-2024-0001": epss, "CVE-2024-0002": epss });
    await take("epss.csv", epssCsv("2026-07-30", scores(0.5)));
    const stopping = new AbortController();
    const running = scoreAnew(scoring(), { pause: 0, batchSize: 4, signal: stopping.signal });
    while (((await readFeedWork(database.db))?.done ?? 0) < 8) await new Promise((resolve) => setTimeout(resolve, 2));
    // Half of them are scored by the first file when the second comes.
    await take("epss.csv", epssCsv("2026-07-31", scores(0.7)));
    stopping.abort();
    await running;
    await score();
    for (const id of ids) expect(await stored(id)).toMatchObject({ epss: 0.7, wizEpss: 0.1 });
    expect(await readFeedWork(database.db)).toMatchObject({ total: 30, done: 30, finishedAt: expect.any(String) });
    expect(await wrongCubes(database)).toEqual([]);
  });
});
