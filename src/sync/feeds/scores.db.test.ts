import { afterAll, beforeAll, expect, test } from "vitest";
import { wrongCubes } from "../../../test/cubes.ts";
import { epssCsv, feedFile, kevCsv } from "../../../test/feeds/files.ts";
import { aTenant, type Tenant } from "../../../test/rules/tenant.ts";
import { unpackRaw } from "../../store/raw.ts";
import { importFeed } from "./import-feed.ts";
import { scoreAnew } from "./score-anew.ts";

/*
 * A second computation of every score, from what Wiz sent and from the files, written from docs/risk-scores.md. It shares
 * no code with src/risk, and none with what weighs and stores.
 */

let tenant: Tenant;
let day = "2026-07-30";
beforeAll(async () => {
  tenant = await aTenant({ findings: 2_000 });
  await tenant.full();
}, 120_000);
afterAll(() => tenant.close());

interface Raw {
  name?: string;
  severity: string;
  score?: number | null;
  epssProbability?: number | null;
  hasExploit?: boolean | null;
  hasCisaKevExploit?: boolean | null;
}

interface Stored {
  id: string;
  kind: string;
  cve: string | null;
  severity: number;
  risk_score: number;
  epss: number | null;
  is_kev: boolean | null;
  asset_id: string | null;
  status: string;
  raw: Buffer;
}

const midpoint = [0, 0.5, 2, 5.5, 8, 9.5];

/** As the page for people has it, in tenths of points where that keeps decimals out. */
function scoreOf(of: {
  severity: number;
  cvss: number | null;
  epss: number | null;
  kev: boolean;
  exploit: boolean | null;
}) {
  const base = of.cvss ?? midpoint[of.severity]!;
  const { epss, exploit } = of;
  const isKnown = epss !== null || exploit !== null;
  // The two together give up to 26.25 of 35 points (12.25, and 17.5 of which a known exploit gives 14).
  const likely =
    epss === null
      ? exploit === true
        ? 29.75 * 0.8
        : 0
      : exploit === null
        ? 29.75 * epss
        : 12.25 * epss + (exploit ? 14 : 0);
  const ordinary = isKnown ? 6.5 * base + likely : 10 * base;
  const score = of.kev ? Math.max(ordinary, 90 + (likely * 10) / 35) : ordinary;
  return Math.min(100, Math.max(1, Math.floor(score + 0.5 + 1e-6)));
}

async function expectAllRight(epss: ReadonlyMap<string, number>, listed: ReadonlySet<string>) {
  const rows = await tenant.rows<Stored>(
    `select finding.id, kind, cve, severity, risk_score, epss, is_kev, asset_id, status, raw
      from finding join finding_raw using (id)`,
  );
  expect(rows.length).toBeGreaterThan(1_500);
  const wrong: unknown[] = [];
  const worst = new Map<string, { max: number; n: number[] }>();
  for (const row of rows) {
    const node = unpackRaw(row.raw) as Raw;
    const isCve = row.kind === "vulnerability" && node.name?.startsWith("CVE-") === true;
    const isVulnerability = row.kind === "vulnerability";
    const feed = isCve ? epss.get(node.name!) : undefined;
    const effective = feed ?? (isVulnerability ? (node.epssProbability ?? null) : null);
    const kev = (isCve && listed.has(node.name!)) || node.hasCisaKevExploit === true;
    const score = scoreOf({
      severity: row.severity,
      cvss: isVulnerability ? (node.score ?? null) : null,
      epss: effective,
      kev,
      exploit: isVulnerability ? (node.hasExploit ?? null) : null,
    });
    const isKev = kev ? true : isVulnerability ? (node.hasCisaKevExploit ?? null) : null;
    if (score !== row.risk_score || isKev !== row.is_kev || Math.abs((effective ?? -1) - (row.epss ?? -1)) > 1e-6)
      wrong.push({ id: row.id, score, effective, isKev, stored: row });
    if (row.asset_id !== null && (row.status === "open" || row.status === "in_progress")) {
      const asset = worst.get(row.asset_id) ?? { max: 0, n: [0, 0, 0, 0, 0, 0] };
      asset.max = Math.max(asset.max, score);
      asset.n[row.severity]!++;
      worst.set(row.asset_id, asset);
    }
  }
  expect(wrong.slice(0, 3)).toEqual([]);
  await expectAssetsRight(worst);
  expect(await wrongCubes(tenant.database)).toEqual([]);
}

async function expectAssetsRight(worst: ReadonlyMap<string, { max: number; n: number[] }>) {
  const assets = await tenant.rows<{
    id: string;
    risk_score: number;
    criticality: number;
    is_internet_exposed: boolean;
  }>("select id, risk_score, criticality, is_internet_exposed from asset");
  const wrong = assets.filter((asset) => {
    const { max, n } = worst.get(asset.id) ?? { max: 0, n: [] };
    const factor = max >= 90 ? 1.3 : max >= 70 ? 1.1 : 1;
    const sum = max * factor + (n[5] ?? 0) + 0.6 * (n[4] ?? 0) + 0.4 * (n[3] ?? 0) + 0.2 * (n[2] ?? 0);
    const score = max === 0 ? 0 : asset.criticality * (asset.is_internet_exposed ? 1.2 : 1) * sum;
    return asset.risk_score !== Math.min(1000, Math.floor(score + 0.5 + 1e-6));
  });
  expect(wrong).toEqual([]);
}

async function load(epss: ReadonlyMap<string, number>, listed: ReadonlySet<string>) {
  const deps = { db: tenant.database.db, now: () => Date.parse("2026-08-02T00:00:00Z") };
  const options = { by: { actor: { type: "cli", id: null, name: "someone" }, address: null }, force: true } as const;
  await importFeed(deps, feedFile("epss.csv", epssCsv(day, Object.fromEntries(epss))), options);
  await importFeed(deps, feedFile("kev.csv", kevCsv(day, [...listed])), options);
  await scoreAnew({ ...deps, connect: tenant.database.connect }, { pause: 0 });
}

test("every score is what the page for people says, before a feed, after feeds, and after later ones", {
  timeout: 240_000,
}, async () => {
  await expectAllRight(new Map(), new Set());
  const cves = (
    await tenant.rows<{ cve: string }>("select distinct cve from finding where cve is not null order by 1")
  ).map(({ cve }) => cve);
  expect(cves.length).toBeGreaterThan(50);
  const score = (i: number, salt: number) => Math.round(((i * 7_919 + salt) % 1_000) ** 2 / 10) / 1e5;
  const first = new Map(cves.filter((_, i) => i % 4 > 0).map((cve, i) => [cve, score(i, 17)]));
  const listed = new Set(cves.filter((_, i) => i % 9 === 0));
  await load(first, listed);
  await expectAllRight(first, listed);
  // Records that come and change now are stored beside the feeds.
  tenant.live(12 * 3_600);
  await tenant.delta();
  await expectAllRight(first, listed);
  day = "2026-08-01";
  const second = new Map(
    cves.filter((_, i) => i % 5 > 0).map((cve, i) => [cve, i % 3 === 0 ? (first.get(cve) ?? 0.5) : score(i, 501)]),
  );
  const unlisted = new Set(cves.filter((_, i) => i % 7 === 0));
  await load(second, unlisted);
  await expectAllRight(second, unlisted);
});
