import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { wrongCubes } from "../../../test/cubes.ts";
import { inventory } from "../../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { aTenant, type Tenant } from "../../../test/rules/tenant.ts";
import { DatabaseError } from "../../errors.ts";
import { isActiveStatus, severities, severityRank } from "../../model.ts";
import type { FindingRow } from "../../store/finding.ts";
import { listIntegrations } from "../../store/integration.ts";
import { rebuildCubes } from "../../store/inventory-check.ts";
import { readReport } from "../../sync/integration-report.ts";
import { readFacets } from "../facets.ts";
import { parseQuery } from "../parser.ts";
import { printQuery } from "../print.ts";
import { searchAssets, searchFindings } from "../search.ts";
import { readDashboard } from "./dashboard.ts";

type Dashboard = Awaited<ReturnType<typeof readDashboard>>;
type Db = TestDatabase["db"];

/** What the list shows that a number leads to. */
async function totalOf(db: Db, query: string, { on = "findings", now }: { on?: string; now: number }) {
  return (await (on === "assets" ? searchAssets : searchFindings)(db, { query, limit: 1, now })).total;
}

async function severitiesOf(db: Db, query: string, now: number) {
  const { facets } = await readFacets(db, "findings", { query, by: ["severity"], now, exactTimeoutMs: 60_000 });
  const countOf = (word: string) => facets[0]?.values.find(({ value }) => value === word)?.count ?? 0;
  return Object.fromEntries(severities.map((word) => [word, countOf(word)]));
}

/** Every number of a dashboard is what the list behind it finds. */
async function expectNumbersFound(db: Db, dashboard: Dashboard): Promise<void> {
  const now = Date.parse(dashboard.at);
  const { open, totals, exploitable, ageOfCriticals, topAccounts, topCves } = dashboard;
  const numbers = [
    { value: open.total, query: open.query },
    ...open.byKind.map(({ total, query }) => ({ value: total, query })),
    ...totals,
    ...Object.values(exploitable),
    ...ageOfCriticals,
    ...topCves.map(({ open: value, query }) => ({ value, query })),
  ];
  for (const { value, query, ...number } of numbers) {
    const { capped = false, on = "findings" } = number as { capped?: boolean; on?: string };
    expect(await totalOf(db, query, { on, now }), query).toEqual({ value, capped });
  }
  for (const { bySeverity, query } of [open, ...open.byKind, ...topAccounts])
    expect(await severitiesOf(db, query, now), query).toEqual(bySeverity);
  for (const { severity, query } of topCves) {
    const found = await severitiesOf(db, query, now);
    expect(severities.find((word) => (found[word] ?? 0) > 0)).toBe(severity);
  }
  for (const { query } of [...numbers, ...topAccounts]) expect(printQuery(parseQuery(query))).toBe(query);
}

const dayOf = (time: string | null) => time?.slice(0, 10) ?? "";

function closingDay(row: FindingRow): string {
  const own = row.status === "resolved" ? [row.resolvedAt, row.statusChangedAt] : [row.statusChangedAt, row.resolvedAt];
  const closed = [...own, row.sourceUpdatedAt, row.lastFoundAt].find((time) => time !== null) ?? null;
  return [dayOf(row.firstFoundAt), dayOf(closed)].sort()[1] ?? "";
}

/** The days, counted finding by finding. */
function expectDaysPlain({ days, at }: Dashboard, rows: readonly FindingRow[]): void {
  const today = dayOf(at);
  const isToday = (day: string) => day > today;
  const clamp = (day: string) => (isToday(day) ? today : day);
  const bySeverity = (some: readonly FindingRow[]) =>
    Object.fromEntries(
      severities.map((word) => [word, some.filter((row) => row.severity === severityRank[word]).length]),
    );
  for (const { day, found, resolved, open, openByKind } of days) {
    const isClosed = (row: FindingRow) => !isActiveStatus(row.status);
    const then = rows.filter(
      (row) => clamp(dayOf(row.firstFoundAt)) <= day && (!isClosed(row) || clamp(closingDay(row)) > day),
    );
    expect(found, day).toEqual(bySeverity(rows.filter((row) => clamp(dayOf(row.firstFoundAt)) === day)));
    expect(resolved, day).toEqual(bySeverity(rows.filter((row) => isClosed(row) && clamp(closingDay(row)) === day)));
    expect(open, day).toEqual(bySeverity(then));
    for (const [kind, n] of Object.entries(openByKind))
      expect(n, `${kind} on ${day}`).toBe(then.filter((row) => row.kind === kind).length);
  }
}

describe("the dashboard of a tenant that lives", () => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await aTenant({ findings: 1_500 });
  });
  afterAll(() => tenant.close());

  const rows = () => tenant.database.db.selectFrom("finding").selectAll().execute();
  const read = (days = 40) => readDashboard(tenant.database.db, { now: tenant.emulator.now(), days });

  test("after the first load, says what the lists say", async () => {
    await tenant.full();
    const dashboard = await read();
    expect(dashboard.days).toHaveLength(40);
    expect(dashboard.days.at(-1)).toMatchObject({ day: "2026-08-01", open: dashboard.open.bySeverity });
    expect(dashboard.open.total).toBeGreaterThan(500);
    expect(dashboard.topAccounts).toHaveLength(10);
    expect(dashboard.topCves).toHaveLength(10);
    await expectNumbersFound(tenant.database.db, dashboard);
    expectDaysPlain(dashboard, await rows());
  });

  test("after days of changes, some of them reopened, some vanished and back, all counts are right", async () => {
    for (let i = 0; i < 4; i++) {
      tenant.live(2 * 86_400);
      await tenant.delta();
    }
    const ids = (await rows()).filter(({ status, kind }) => status === "open" && kind === "vulnerability");
    const vanished = { kind: "vulnerability", ids: ids.slice(0, 6).map(({ externalId }) => externalId) };
    await tenant.control("vanish", vanished);
    await tenant.full("vulnerabilities");
    tenant.live(86_400);
    await tenant.full("vulnerabilities");
    const gone = (await rows()).filter(({ status }) => status === "gone");
    expect(gone.map(closingDay)).toEqual(Array.from({ length: 6 }, () => "2026-08-10"));
    await tenant.control("restore", { ...vanished, ids: vanished.ids.slice(0, 2) });
    await tenant.full("vulnerabilities");
    const signals = await tenant.database.db.selectFrom("signal").select("change").distinct().execute();
    expect(signals.map(({ change }) => change)).toEqual(expect.arrayContaining(["resolved", "reopened", "gone"]));
    expect(await wrongCubes(tenant.database)).toEqual([]);
    const dashboard = await read();
    await expectNumbersFound(tenant.database.db, dashboard);
    expectDaysPlain(dashboard, await rows());
  });

  test("the numbers at the top show how it was a week ago", async () => {
    const { days, totals } = await read(8);
    const weekAgo = days[0]!;
    const sum = severities.reduce((n, word) => n + weekAgo.open[word], 0);
    expect(totals.map(({ id, previous }) => [id, previous])).toEqual([
      ["open", sum],
      ["openCritical", weekAgo.open.critical],
      ["newCritical", expect.any(Number)],
      ["knownExploited", null],
      ["overdue", null],
      ["exposedCritical", null],
    ]);
    // The same, however few days are asked for.
    expect((await read(1)).totals).toEqual(totals);
    expect((await read(1)).days).toEqual(days.slice(-1));
  });

  test("the assets at the top are those of the list, and CVEs are said as their findings say them", async () => {
    const { db } = tenant.database;
    const { topAssets, topCves, topAccounts } = await read();
    const list = await searchAssets(db, { query: "riskScore > 0", limit: 10 });
    expect(topAssets).toEqual(
      list.items.map((item) => expect.objectContaining(topAssets.find(({ id }) => id === item.id)!)),
    );
    for (const { cve, kev, exploit, fix, query } of topCves) {
      const { items } = await searchFindings(db, { query, limit: 1000 });
      const said = {
        kev: items.some((item) => item.kev === true),
        exploit: items.some((item) => item.exploit === true),
      };
      // Of many findings, some are asked.
      if (items.length < 50) expect({ kev, exploit }, cve).toEqual(said);
      expect(fix, cve).toBe((await totalOf(db, `fix:true AND ${query}`, { now: 0 })).value > 0);
    }
    for (const { id, name, cloud } of topAccounts) {
      const { items } = await searchAssets(db, { query: `account.id:\`${id}\``, limit: 1000 });
      expect(items.map((item) => item.account?.name ?? null)).toContain(name);
      expect(items.map((item) => item.cloud)).toContain(cloud);
    }
  });

  test("its coverage is that of the integrations' report", async () => {
    const { db } = tenant.database;
    const now = tenant.emulator.now();
    await tenant.weir.addIntegration("another", { clientId: "another" });
    const integrations = await listIntegrations(db);
    const { coverage } = await read();
    expect(coverage.map(({ name }) => name)).toEqual(integrations.map(({ name }) => name));
    for (const [i, { streams, ...own }] of coverage.entries()) {
      const report = await readReport(db, integrations[i]!, now);
      expect(own).toEqual({ id: report.id, name: report.name, tile: report.tile });
      for (const { stream, state, reason, ...counts } of streams) {
        const { wizCount, weirCount, gap, isGapNew, lastSuccessAt } = report.streams[stream];
        expect(counts, `${stream}: ${state} ${reason}`).toEqual({ wizCount, weirCount, gap, isGapNew, lastSuccessAt });
      }
    }
    expect(coverage.find(({ name }) => name === "another")?.streams[0]).toMatchObject({
      state: "loading",
      weirCount: 0,
    });
    expect(coverage.find(({ name }) => name === "tenant")?.streams[4]?.weirCount).toBeGreaterThan(100);
  });
});

describe("the dashboard of", () => {
  const now = Date.parse("2026-08-15T12:00:00Z");
  let database: TestDatabase;
  let integrationId: string;
  beforeEach(async () => {
    database = await testDatabase();
    integrationId = await inventory(database).integration("prod");
  });
  afterEach(() => database.close());

  const none = { critical: 0, high: 0, medium: 0, low: 0, informational: 0 };

  test("an empty inventory is all zeros, and its lists are empty", async () => {
    await database.pool.query("delete from integration");
    const dashboard = await readDashboard(database.db, { now, days: 2 });
    const day = { found: none, resolved: none, open: none };
    const openByKind = { issue: 0, vulnerability: 0, misconfiguration: 0, threat: 0 };
    expect(dashboard).toMatchObject({
      at: "2026-08-15T12:00:00.000Z",
      open: { total: 0, bySeverity: none },
      days: [
        { day: "2026-08-14", ...day, openByKind },
        { day: "2026-08-15", ...day, openByKind },
      ],
      topAssets: [],
      topAccounts: [],
      topCves: [],
      coverage: [],
    });
    for (const { value, capped } of [...dashboard.totals, ...Object.values(dashboard.exploitable)])
      expect({ value, capped }).toEqual({ value: 0, capped: false });
    expect(dashboard.ageOfCriticals.map(({ value }) => value)).toEqual([0, 0, 0, 0, 0]);
    await expectNumbersFound(database.db, dashboard);
  });

  test("findings at the edges of days, without dates and of a clock that is ahead", async () => {
    const add = inventory(database);
    const found = (firstFoundAt: string | null, row: object = {}) =>
      add.finding({ integrationId, severity: 5, firstFoundAt, ...row });
    for (const days of [0, 1, 2, 7, 8, 30, 31, 90, 91, 700])
      for (const time of ["00:00:00Z", "23:59:59.999999Z"])
        await found(`${new Date(now - days * 86_400_000).toISOString().slice(0, 10)}T${time}`);
    await found(null);
    await found("2026-08-17T00:00:00Z");
    await found("2026-08-17T00:00:00Z", { status: "resolved", resolvedAt: "2026-08-01T00:00:00Z" });
    await found(null, { status: "resolved", resolvedAt: "2026-08-10T00:00:00Z" });
    await found(null, { status: "rejected", lastFoundAt: null });
    const dashboard = await readDashboard(database.db, { now, days: 20 });
    expect(dashboard.ageOfCriticals.map(({ value }) => value)).toEqual([5, 4, 4, 4, 5]);
    expect(dashboard.days.at(-1)).toMatchObject({ found: { critical: 4 }, resolved: { critical: 1 } });
    await expectNumbersFound(database.db, dashboard);
    expectDaysPlain(dashboard, await database.db.selectFrom("finding").selectAll().execute());
  });

  test("accounts and CVEs with names that mean something in a query leads to just these", async () => {
    const add = inventory(database);
    for (const [i, text] of ["it's", "`", '"', "a\\", "a:b", "AND", "*", "x y", "Prod", "prod"].entries())
      await add.finding({ integrationId, severity: 1 + (i % 5), accountId: text, cve: text, cloud: "aws" });
    const dashboard = await readDashboard(database.db, { now, days: 1 });
    expect(dashboard.topAccounts).toHaveLength(10);
    expect(dashboard.topCves).toHaveLength(10);
    await expectNumbersFound(database.db, dashboard);
  });

  test("CVEs puts those with the most of the worst first, and counts their milder findings too", async () => {
    const add = inventory(database);
    const cve = async (id: string, ranks: number[], row: object = {}) => {
      for (const severity of ranks) await add.finding({ integrationId, cve: id, severity, ...row });
    };
    await add.definition({ integrationId, externalId: "CVE-2026-1", title: "One", isKev: true, hasExploit: false });
    await cve("CVE-2026-1", [5, 2, 2], { hasFix: false });
    await cve("CVE-2026-2", [5, 5], { hasFix: true });
    await cve("CVE-2026-3", [4, 4, 4, 4, 3]);
    await cve("CVE-2026-4", [5, 5, 5, 5], { status: "resolved" });
    const { topCves } = await readDashboard(database.db, { now, days: 1 });
    const query = (id: string) => `cve:${id} AND status:[open, in_progress]`;
    const unsaid = { title: null, kev: null, exploit: null, fix: null };
    expect(topCves).toEqual([
      { cve: "CVE-2026-2", ...unsaid, severity: "critical", open: 2, fix: true, query: query("CVE-2026-2") },
      {
        cve: "CVE-2026-1",
        title: "One",
        severity: "critical",
        open: 3,
        kev: true,
        exploit: false,
        fix: false,
        query: query("CVE-2026-1"),
      },
      { cve: "CVE-2026-3", ...unsaid, severity: "high", open: 5, query: query("CVE-2026-3") },
    ]);
  });

  test("more than anyone waits for says that it was not counted to the end", async () => {
    await database.pool.query(
      `insert into finding (id, integration_id, kind, external_id, title, severity, status, risk_score, projects, tags,
         first_found_at, due_at, changed_at, hash, version, is_kev)
       select gen_random_uuid(), $1, 'issue', n::text, 'Many', 5, 'open', 1, '{}', '{}', $2::timestamptz,
         $2::timestamptz, now(), gen_random_uuid(), 1, true from generate_series(1, 10010) as n`,
      [integrationId, new Date(now - 3_600_000).toISOString()],
    );
    await database.pool.query(
      `insert into asset (id, name, class, type, status, is_internet_exposed, open_critical, projects, tags, inventory,
         is_placeholder, changed_at, version)
       select gen_random_uuid(), n::text, 'compute', 'VM', 'active', true, 1, '{}', '{}', '{}', false, now(), 1
       from generate_series(1, 10010) as n`,
    );
    await rebuildCubes(database.db);
    const { totals } = await readDashboard(database.db, { now, days: 1 });
    expect(totals.map(({ id, value, capped }) => [id, value, capped])).toEqual([
      ["open", 10_010, false],
      ["openCritical", 10_010, false],
      ["newCritical", 10_000, true],
      ["knownExploited", 10_010, false],
      ["overdue", 10_000, true],
      ["exposedCritical", 10_000, true],
    ]);
    for (const { value, capped, query, on } of totals) {
      const total = await totalOf(database.db, query, { on, now });
      // A list may happen to know more.
      if (capped) expect(total.value, query).toBeGreaterThanOrEqual(value);
      else expect(total, query).toEqual({ value, capped });
    }
  });

  test("a database that does not answer in time says so, and what to do", async () => {
    const client = await database.pool.connect();
    try {
      await client.query("begin; lock table cube_day in access exclusive mode");
      const late = readDashboard(database.db, { now, days: 1, timeoutMs: 50 });
      await expect(late).rejects.toBeInstanceOf(DatabaseError);
      await expect(late).rejects.toThrow(/did not answer for the dashboard within 0\.05 s: .*weir doctor/);
    } finally {
      await client.query("rollback");
      client.release();
    }
  });

  test("an integration whose assets were decided to be gone counts them anew", async () => {
    const add = inventory(database);
    const asset = await add.asset();
    await add.assetSource({ assetId: asset, integrationId, externalId: "1" });
    const held = async () =>
      (await readDashboard(database.db, { now, days: 1 })).coverage[0]?.streams.at(-1)?.weirCount;
    expect(await held()).toBe(1);
    const [run, at] = [randomUUID(), "2026-08-10T00:00:00Z"];
    const times = { startedAt: at, finishedAt: at };
    await database.db
      .insertInto("run")
      .values({
        id: run,
        integrationId,
        trigger: "demand",
        mode: "full",
        streams: ["assets"],
        requestedAt: at,
        ...times,
      })
      .execute();
    const pass = { runId: run, integrationId, stream: "assets", lane: "full", accountKey: "a", sourceStartedAt: at };
    await database.db
      .insertInto("pass")
      .values({ id: randomUUID(), ...pass, ...times, held: 7 })
      .execute();
    expect(await held()).toBe(7);
    const review = { integrationId, stream: "assets", reason: "mass", records: 6, openRecords: 7, raisedAt: at };
    const decided = { decidedAt: "2026-08-11T00:00:00Z", decision: "approved", decidedBy: "someone" };
    await database.db
      .insertInto("review")
      .values({ id: randomUUID(), ...review, ...decided })
      .execute();
    expect(await held()).toBe(1);
  });
});
