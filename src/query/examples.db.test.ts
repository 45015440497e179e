import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { searchAssets, searchFindings } from "./search.ts";

const page = readFileSync(new URL("../../docs/query-language.md", import.meta.url), "utf8");
const now = Date.parse("2026-08-15T12:00:00Z");
const day = 86_400_000;

interface Asset {
  name: string;
  os: string | null;
  class: string;
  tags: string[];
  inventory: string[];
  region: string | null;
  riskScore: number;
  criticality: number;
  critical: number;
  lastSeenAt: string | null;
  externalId: string;
}

interface Finding {
  asset: Asset | null;
  kind: string;
  title: string;
  severity: number;
  status: string;
  riskScore: number;
  cve: string | null;
  kev: boolean | null;
  firstFoundAt: string | null;
  lastFoundAt: string | null;
}

/** Every value of a list in turn, each list with its own step, so that values meet in many ways. */
function pick<T>(values: readonly T[], i: number, step: number): T {
  return values[Math.floor(i / step) % values.length]!;
}

const systems = ["Windows 7", "Windows 7 SP2 Enterprise", "Windows 2002", "Ubuntu 24.04", null];
const assetNames = ["web.example.corp", "dev-box-10.10.10.10", "10.10.10.101", "build-DEV-2", "db.other.org"];
const seen = ["2018-10-31T08:00:00Z", "2026-01-10T23:59:59Z", "2026-07-08T12:01:12.012Z", "2026-08-09T12:01:13Z", null];
const assets: Asset[] = Array.from({ length: 40 }, (_, i) => ({
  name: `${pick(assetNames, i, 1)}-${i}`,
  os: pick(systems, i, 2),
  class: pick(["compute", "container_image"], i, 3),
  tags: pick([["Wiz"], ["Wiz", "Windows"], ["Wiz", "Internet Facing"], ["Other"]], i, 1),
  inventory: pick([["Wiz"], ["Other"], ["Wiz", "Other"]], i, 1),
  region: pick(["us-east-1", null], i, 4),
  riskScore: pick([699, 700, 701, 0], i, 1),
  criticality: pick([2, 3], i, 1),
  critical: pick([0, 1, 2, 10, 11], i, 3),
  lastSeenAt: pick(seen, i, 1),
  externalId: i === 3 ? "cbcb5ef6-1c49-3ba0-91c1-5462ffbd26af" : `asset-${i}`,
}));

const titles = ["Remote Code", "Remote Code Execution", "shellshock", "Shellshock and HeartBleed", "heartbleed"];
const found = [
  "2025-05-31T23:59:59Z",
  "2026-01-01T00:00:00Z",
  "2026-01-10T23:59:59.999Z",
  "2026-01-22T12:00:00Z",
  null,
];
const lately = ["2026-01-22T23:59:59Z", "2026-08-01T12:00:00Z", "2026-08-15T11:59:59Z", "2026-08-15T12:00:00Z", null];
const findings: Finding[] = Array.from({ length: 200 }, (_, i) => ({
  asset: i % 13 === 0 ? null : assets[i % assets.length]!,
  kind: pick(["vulnerability", "misconfiguration", "issue"], i, 2),
  title: pick(titles, i, 1),
  severity: pick([5, 4, 3, 2, 1], i, 3),
  status: pick(["open", "in_progress", "resolved"], i, 1),
  riskScore: pick([80, 81, 99], i, 4),
  cve: pick(["CVE-2021-44228", "CVE-2024-3400", "CVE-2014-0160", null], i, 5),
  kev: pick([true, false, null], i, 7),
  firstFoundAt: pick(found, i, 6),
  lastFoundAt: pick(lately, i, 2),
}));

let database: TestDatabase;
const rows = new Map<string, Asset | Finding>();

beforeAll(async () => {
  database = await testDatabase();
  const add = inventory(database);
  const integrationId = await add.integration("prod");
  const definitions = new Map<string, string>();
  for (const title of titles) definitions.set(title, await add.definition({ integrationId, title }));
  const ids = new Map<Asset, string>();
  for (const asset of assets) {
    const { os, critical, externalId, ...row } = asset;
    const assetId = await add.asset({ ...row, operatingSystem: os, openCritical: critical });
    await add.assetSource({ assetId, integrationId, externalId });
    ids.set(asset, assetId);
    rows.set(assetId, asset);
  }
  for (const finding of findings) {
    const { asset, kev, ...row } = finding;
    const of = asset === null ? {} : ofAsset(asset, ids.get(asset)!);
    const definitionId = definitions.get(row.title)!;
    rows.set(await add.finding({ ...row, ...of, integrationId, definitionId, isKev: kev }), finding);
  }
});
afterAll(() => database.close());

function ofAsset(asset: Asset, assetId: string) {
  const { name, externalId, tags, region } = asset;
  return { assetId, assetName: name, assetClass: asset.class, assetExternalId: externalId, tags, region };
}

const at = (time: string | null) => (time === null ? Number.NaN : Date.parse(time));
const isBetween = (time: string | null, from: string | number, to: string | number) =>
  at(time) >= new Date(from).getTime() && at(time) <= new Date(to).getTime();
const has = (text: string | null, part: string) => text?.toLowerCase().includes(part.toLowerCase()) === true;
const tagsOf = (finding: Finding) => finding.asset?.tags ?? ["Wiz"];

const onFindings: [string, (finding: Finding) => boolean][] = [
  ['tags.name:"Wiz"', (f) => tagsOf(f).includes("Wiz")],
  ['findings.vendorProductname:"Wiz"', () => true],
  [
    "finding.title: shellshock AND finding.title: heartbleed",
    (f) => has(f.title, "shellshock") && has(f.title, "heartbleed"),
  ],
  ["NOT tags.name: Windows", (f) => !tagsOf(f).includes("Windows")],
  ["finding.kind:[vulnerability, misconfiguration]", (f) => f.kind !== "issue"],
  [
    "asset.externalId: `cbcb5ef6-1c49-3ba0-91c1-5462ffbd26af`",
    (f) => f.asset?.externalId.startsWith("cbcb5ef6") === true,
  ],
  [
    "finding.firstFound: [2026-01-01 ... 2026-01-10]",
    (f) => isBetween(f.firstFoundAt, "2026-01-01", "2026-01-10T23:59:59.999Z"),
  ],
  ["finding.lastFound: [now-2w ... now-1s]", (f) => isBetween(f.lastFoundAt, now - 14 * day, now - 1000)],
  [
    "finding.firstFound: [2025-06-01 ... now-3M]",
    (f) => isBetween(f.firstFoundAt, "2025-06-01", "2026-05-15T12:00:00Z"),
  ],
  ["finding.lastFound:'2026-01-22'", (f) => f.lastFoundAt?.startsWith("2026-01-22") === true],
  ["finding.title: `Remote Code`", (f) => f.title === "Remote Code"],
  [
    'vulnerabilities.vulnerability: (title: `Remote Code` AND severity:"5")',
    (f) => f.title === "Remote Code" && f.severity === 5,
  ],
  ["finding.severity:[`CRITICAL`,`HIGH`]", (f) => f.severity >= 4],
  ["10.10.10.10", (f) => has(f.asset?.name ?? null, "10.10.10.10")],
  [
    "finding.cveId:CVE-2021-44228 OR finding.cveId:CVE-2024-3400",
    (f) => f.cve === "CVE-2021-44228" || f.cve === "CVE-2024-3400",
  ],
  [
    'finding.status:ACTIVE AND finding.riskScore>80 AND asset.tags.name:"Internet Facing"',
    (f) => f.status === "open" && f.riskScore > 80 && tagsOf(f).includes("Internet Facing"),
  ],
  [
    'asset.class:"Container Image" AND NOT finding.status:FIXED AND finding.isCisaKev:true',
    (f) => f.asset?.class === "container_image" && f.status !== "resolved" && f.kev === true,
  ],
];

const onAssets: [string, (asset: Asset) => boolean][] = [
  ['asset.inventory:"Wiz"', (a) => a.inventory.includes("Wiz")],
  ['operatingSystem: "Windows 7"', (a) => has(a.os, "Windows 7")],
  ["openFindings.critical:(1 .. 11)", (a) => a.critical > 1 && a.critical < 11],
  ["openFindings.critical:[1 .. 10]", (a) => a.critical >= 1 && a.critical <= 10],
  ["asset.riskScore >= 700", (a) => a.riskScore >= 700],
  ['asset.name: "example.corp"', (a) => has(a.name, "example.corp")],
  [
    '(operatingSystem: "Windows 7 SP2 Enterprise" OR operatingSystem: "Windows 2002") AND NOT asset.lastSeen <= "2018-11-01"',
    (a) =>
      ["Windows 7 SP2 Enterprise", "Windows 2002"].includes(a.os ?? "") &&
      !(at(a.lastSeenAt) < Date.parse("2018-11-02")),
  ],
  [
    "asset: (lastSeen: '2026-01-10' AND criticality: 2)",
    (a) => a.lastSeenAt?.startsWith("2026-01-10") === true && a.criticality === 2,
  ],
  ["operatingSystem: win*", (a) => a.os?.startsWith("Win") === true],
  [
    'asset.lastSeen: ["2026-07-08T12:01:12.012+0000" .. "2026-08-09T12:01:12.012+0000"]',
    (a) => isBetween(a.lastSeenAt, "2026-07-08T12:01:12.012Z", "2026-08-09T12:01:12.012Z"),
  ],
  ["inventory:(source:`Wiz`)", (a) => a.inventory.includes("Wiz")],
  ["asset.region is null", (a) => a.region === null],
  ["asset.name: *dev*", (a) => has(a.name, "dev")],
];

test("there are thirty, and docs/query-language.md shows each", () => {
  const queries = [...onFindings, ...onAssets].map(([query]) => query);
  expect(new Set(queries).size).toBe(30);
  for (const query of queries) expect(page).toContain(`\n${query}\n`);
});

test.each(onFindings)("%s finds the findings that it says", async (query, isMeant) => {
  const { items } = await searchFindings(database.db, { query, limit: 1000, now });
  const expected = findings.filter(isMeant);
  expect(new Set(items.map(({ id }) => rows.get(id)))).toEqual(new Set(expected));
  expect(items).toHaveLength(expected.length);
  expect(expected.length).toBeGreaterThan(0);
  if (!query.includes("vendorProduct")) expect(expected.length).toBeLessThan(findings.length);
});

test.each(onAssets)("%s finds the assets that it says", async (query, isMeant) => {
  const { items } = await searchAssets(database.db, { query, limit: 1000, now });
  const expected = assets.filter(isMeant);
  expect(new Set(items.map(({ id }) => rows.get(id)))).toEqual(new Set(expected));
  expect(items).toHaveLength(expected.length);
  expect(expected.length).toBeGreaterThan(0);
  expect(expected.length).toBeLessThan(assets.length);
});
