import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { ConfigError } from "../errors.ts";
import { rebuildCubes } from "../store/inventory-check.ts";
import { facetFieldNames } from "./facet-fields.ts";
import { type FacetValue, readFacets } from "./facets.ts";
import { things } from "./field.ts";
import { searchAssets, searchFindings, searchSignals } from "./search.ts";

const now = Date.parse("2026-08-15T12:00:00Z");
let database: TestDatabase;

const pick = <T>(values: readonly T[], i: number): T => values[i % values.length]!;

beforeAll(async () => {
  database = await testDatabase();
  const add = inventory(database);
  const integrations = [await add.integration("prod"), await add.integration("dev")];
  for (let i = 0; i < 240; i++) {
    const integrationId = pick(integrations, i >> 1);
    const rule = await add.definition({ integrationId, kind: "rule", externalId: `rule-${i}`, title: `Rule ${i % 4}` });
    const [cloud, projects] = [pick(["aws", "azure", null], i >> 2), pick([[], ["A"], ["A", "B"], ["a"]], i >> 1)];
    const shared = {
      cloud,
      projects,
      tags: pick([["Wiz"], ["Wiz", "env:prod"], []], i),
      region: pick(["eu", null], i),
    };
    await add.finding({
      integrationId,
      ...shared,
      kind: pick(["vulnerability", "issue", "threat"], i),
      status: pick(["open", "resolved", "in_progress", "open"], i >> 1),
      severity: 1 + (i % 5),
      assetClass: pick(["compute", "storage", null], i >> 3),
      assetType: pick(["VM", "BUCKET"], i),
      accountId: pick(["1", "2", null], i),
      cve: pick([null, "CVE-2026-1", "CVE-2026-2"], i >> 1),
      isKev: pick([true, false, null], i),
      hasExploit: pick([true, false, null], i >> 1),
      hasFix: pick([true, false], i),
      packageName: pick(["openssl", "zlib", null], i),
      ...(i % 3 === 0 ? { definitionId: rule, rule: `Rule ${i % 4}` } : {}),
      riskScore: i % 100,
      assetId: randomUUID(),
    });
    await add.asset({
      ...shared,
      name: `asset ${i}`,
      class: pick(["compute", "storage"], i),
      status: pick(["active", "gone"], i >> 1),
      operatingSystem: pick(["Linux", null], i),
      isInternetExposed: pick([true, false, null], i),
    });
    await add.signal({
      integrationId,
      at: `2026-08-0${1 + (i % 4)}T00:00:00Z`,
      change: pick(["new", "gone"], i),
      severity: pick([null, 1, 5], i),
    });
  }
  await rebuildCubes(database.db);
});

afterAll(() => database.close());

type Found = Awaited<ReturnType<typeof searchFindings>>["items"][number];

/** What a record has of a field, by the answer that users see. */
const valuesOf: Record<string, (finding: Found) => readonly FacetValue[]> = {
  severity: (f) => [f.severity],
  status: (f) => [f.status],
  kind: (f) => [f.kind],
  cloud: (f) => [f.asset?.cloud ?? null],
  account: (f) => [f.asset?.account ?? null],
  projects: (f) => (f.projects.length === 0 ? [null] : f.projects),
  tags: (f) => (f.tags.length === 0 ? [null] : f.tags),
  integration: (f) => [f.integration],
  vendorProductName: (f) => [f.vendorProductName],
  cve: (f) => [f.cve],
  rule: (f) => [f.rule],
  "package.name": (f) => [f.package?.name ?? null],
  kev: (f) => [f.kev],
  exploit: (f) => [f.exploit],
};

function plainCounts(items: readonly Found[], by: string): { value: FacetValue; count: number }[] {
  const counts = new Map<FacetValue, number>();
  for (const item of items)
    for (const value of valuesOf[by]?.(item) ?? []) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ value, count }));
}

const sorted = (values: readonly { value: FacetValue; count: number }[]) =>
  values.toSorted((a, b) => (String(a.value) < String(b.value) ? -1 : 1));

const cubed = [
  "severity:critical",
  "severity >= medium",
  "status:[open, in_progress]",
  "kind:vulnerability",
  "cloud:aws",
  "cloud is null",
  "asset.class:compute",
  "integration:prod",
  "integration:nobody",
  'vendorProductName:"Wiz"',
  "cve:CVE-2026-1",
  "cve is null",
  "account.id:1",
  "account.id is null",
  "kev:true",
  "exploit is null",
  "fix:false",
];
const others = ["projects:A", "projects is null", "tags:env\\:prod", "riskScore < 50", "region:eu", "Rule"];

const query = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthIdentifier: "query" },
    fc.constantFrom(...cubed, ...cubed, ...others),
    fc.tuple(tie("node"), tie("node")).map(([a, b]) => `(${a} AND ${b})`),
    fc.tuple(tie("node"), tie("node")).map(([a, b]) => `(${a} OR ${b})`),
    tie("node").map((a) => `NOT (${a})`),
  ),
})).node;

describe("facets of findings", () => {
  test("of any query are what counting its findings one by one gives, whether from the count tables or not", async () => {
    const { db } = database;
    const by = Object.keys(valuesOf);
    await fc.assert(
      fc.asyncProperty(query, async (query) => {
        const { items, total } = await searchFindings(db, { query, limit: 1000, now });
        // A condition that holds for all, on a column that no count table has.
        for (const text of [query, `(${query}) AND riskScore >= 0`]) {
          const found = await readFacets(db, "findings", { query: text, by, now });
          expect(found.total).toEqual(total);
          expect(found.total.value).toBe(items.length);
          for (const facet of found.facets) {
            expect(facet.isPartial).toBe(false);
            expect(sorted(facet.values), facet.by).toEqual(sorted(plainCounts(items, facet.by)));
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  test("the most common values come first, as many as were asked for", async () => {
    const { facets } = await readFacets(database.db, "findings", { query: "", by: ["region", "severity"], limit: 3 });
    expect(facets.map((facet) => facet.by)).toEqual(["region", "severity"]);
    expect(facets[0]?.values).toEqual([
      { value: "eu", count: 120 },
      { value: null, count: 120 },
    ]);
    expect(facets[1]?.values).toHaveLength(3);
  });
});

const searches = { findings: searchFindings, assets: searchAssets, signals: searchSignals };

describe.each(things)("facets of %s", (thing) => {
  test.each(facetFieldNames(thing))("each value of %s finds what was counted", async (by) => {
    const { db } = database;
    const { facets, total } = await readFacets(db, thing, { query: "", by: [by] });
    const values = facets[0]?.values ?? [];
    expect(total).toEqual({ value: 240, capped: false });
    expect(values.length).toBeGreaterThan(0);
    for (const { value, count } of values) {
      const query = value === null ? `${by} is null` : `${by}=\`${value}\``;
      const found = await searches[thing](db, { query, limit: 1 });
      expect(found.total.value, query).toBe(count);
    }
  });

  test("a field that has no facets is refused", async () => {
    const refused = readFacets(database.db, thing, { query: "", by: ["id"] });
    await expect(refused).rejects.toBeInstanceOf(ConfigError);
    await expect(refused).rejects.toMatchObject({ field: "by" });
    await expect(readFacets(database.db, thing, { query: "", by: ["nonsense"] })).rejects.toMatchObject({
      field: "by",
    });
  });
});

test("signals are counted by their count table, at the ends of a time one by one, and it is the same number", async () => {
  const totalOf = async (query: string) => (await searchSignals(database.db, { query, limit: 1, now })).total.value;
  const queries = [
    "change:[new, resolved]",
    "at > 2026-08-01T00:02:30Z AND NOT severity:low",
    "stream:issues",
    "title:a*",
  ];
  for (const query of queries) {
    const { facets, total } = await readFacets(database.db, "signals", { query, by: ["change", "severity"], now });
    expect(total, query).toEqual({ value: await totalOf(query), capped: false });
    for (const { by, values, isPartial } of facets) {
      expect(isPartial).toBe(false);
      for (const { value, count } of values)
        expect([by, value, count]).toEqual([
          by,
          value,
          await totalOf(`(${query}) AND ${value === null ? `${by} is null` : `${by}:${value}`}`),
        ]);
    }
  }
});

test("names may be written in any way that a query may", async () => {
  const { facets } = await readFacets(database.db, "findings", { query: "", by: ["Findings.Severity", "project"] });
  expect(facets.map((facet) => facet.by)).toEqual(["Findings.Severity", "project"]);
  expect(facets[1]?.values).toContainEqual({ value: "B", count: 60 });
});

describe("of more findings than can be counted in time", () => {
  const many = 60_000;

  beforeAll(async () => {
    const { rows } = await sql<{ id: string }>`select id from integration limit 1`.execute(database.db);
    await sql`
      insert into finding (id, integration_id, kind, external_id, title, severity, status, risk_score, projects, tags,
        changed_at, hash, version, region, cve)
      select gen_random_uuid(), ${rows[0]?.id}, 'issue', n::text, 'Many', 1 + n % 5, case when n % 11 = 0 then 'open' else 'rejected' end, 1, '{}', '{}',
        now(), gen_random_uuid(), 1, 'region ' || n % 3, 'CVE-' || floor(sqrt((n::bigint * n % 7919)::float8))
      from generate_series(1, ${many}) as n`.execute(database.db);
    await sql`analyze finding`.execute(database.db);
    await rebuildCubes(database.db);
  });

  test("a sample is counted, and says so; what the count tables know stays exact", async () => {
    const options = { query: "status:rejected", by: ["region", "severity"], exactTimeoutMs: 0 };
    const { facets, total } = await readFacets(database.db, "findings", options);
    const [region, severity] = facets;
    expect(region?.isPartial).toBe(true);
    expect(region?.values.map(({ value }) => value).sort()).toEqual(["region 0", "region 1", "region 2"]);
    for (const { count } of region?.values ?? []) expect(count).toBeLessThanOrEqual(many / 3);
    expect(severity).toMatchObject({ isPartial: false });
    const rejected = many - Math.floor(many / 11);
    expect(severity?.values.reduce((sum, { count }) => sum + count, 0)).toBe(rejected);
    expect(total).toEqual({ value: rejected, capped: false });
  });

  test.each([1, 3, 10])("the %i most common of many CVEs are the right ones", async (limit) => {
    for (const [query, where] of [
      ["", "true"],
      ["severity >= high", "severity >= 4"],
      ["status:open", "status = 'open'"],
    ] as const) {
      const { facets } = await readFacets(database.db, "findings", { query, by: ["cve"], limit });
      const { rows } = await sql<{ value: string | null; count: number }>`
        select cve as value, count(*)::int as count from finding where ${sql.raw(where)} group by 1
        order by 2 desc, 1 limit ${limit}`.execute(database.db);
      expect(facets[0]?.values, query).toEqual(rows);
    }
  });
});
