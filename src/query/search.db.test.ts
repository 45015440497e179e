import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { ConfigError, QueryError } from "../errors.ts";
import { searchAssets, searchFindings, searchSignals } from "./search.ts";

const now = Date.parse("2026-08-15T12:00:00Z");
let database: TestDatabase;
/** Names of the records, so that a test reads like its query. */
const names = new Map<string, string>();

beforeAll(async () => {
  database = await testDatabase();
  const add = inventory(database);
  const prod = await add.integration("Prod");
  const dev = await add.integration("dev");
  const log4j = await add.definition({
    integrationId: prod,
    externalId: "CVE-2021-44228",
    title: "CVE-2021-44228",
    description: "Apache Log4j2 JNDI features allow remote code execution by an attacker.",
  });
  const publicBucket = await add.definition({
    integrationId: prod,
    kind: "rule",
    externalId: "rule-1",
    title: "Bucket is publicly readable (100% open_all)",
  });
  const web = await add.asset({
    name: "web-1.example.com",
    cloud: "aws",
    accountId: "111122223333",
    accountName: "production",
    region: "us-east-1",
    tags: ["Wiz", "env:prod"],
    projects: ["Payments"],
    riskScore: 640,
    isInternetExposed: true,
    operatingSystem: "Windows Server 2022",
    lastSeenAt: "2026-08-14T10:00:00Z",
    openCritical: 1,
  });
  await add.assetSource({
    assetId: web,
    integrationId: prod,
    externalId: "wiz-web-1",
    providerUniqueId: "arn:aws:ec2:us-east-1:111122223333:instance/i-1",
  });
  const image = await add.asset({
    name: "registry/app:1.0",
    class: "container_image",
    cloud: "azure",
    tags: ["Wiz"],
    riskScore: 100,
    inventory: ["Other"],
  });
  await add.assetSource({ assetId: image, integrationId: dev, externalId: "wiz-image" });
  const onWeb = { assetId: web, assetName: "web-1.example.com", assetClass: "compute", assetExternalId: "wiz-web-1" };
  const webPlace = { cloud: "aws", accountId: "111122223333", accountName: "production", region: "us-east-1" };
  const findings = {
    log4j: await add.finding({
      integrationId: prod,
      definitionId: log4j,
      title: "CVE-2021-44228",
      cve: "CVE-2021-44228",
      severity: 5,
      riskScore: 97,
      cvss: 9.8,
      epss: 0.94,
      isKev: true,
      hasExploit: true,
      hasFix: true,
      packageName: "log4j-core",
      packageVersion: "2.14.1",
      packageFixedVersion: "2.17.0",
      ...onWeb,
      ...webPlace,
      tags: ["Wiz", "env:prod"],
      projects: ["Payments"],
      firstFoundAt: "2026-06-01T00:00:00Z",
      lastFoundAt: "2026-08-14T23:59:59.999Z",
    }),
    bucket: await add.finding({
      integrationId: dev,
      definitionId: publicBucket,
      kind: "misconfiguration",
      title: "Bucket is publicly readable (100% open_all)",
      rule: "Bucket is publicly readable (100% open_all)",
      severity: 4,
      status: "in_progress",
      firstFoundAt: "2026-08-01T00:00:00Z",
      lastFoundAt: "2026-08-15T00:00:00Z",
      dueAt: "2026-09-01T00:00:00Z",
    }),
    image: await add.finding({
      integrationId: prod,
      kind: "issue",
      title: "Old base image",
      severity: 2,
      status: "resolved",
      assetId: image,
      assetName: "registry/app:1.0",
      assetClass: "container_image",
      cloud: "azure",
      resolvedAt: "2026-08-10T08:00:00Z",
      lastFoundAt: null,
    }),
  };
  for (const [name, id] of Object.entries({ ...findings, web, imageAsset: image })) names.set(id, name);
  names.set(
    await add.signal({
      integrationId: prod,
      at: "2026-08-14T10:00:00Z",
      severity: 5,
      title: "CVE-2021-44228",
      assetName: "web-1",
      subjectId: findings.log4j,
      externalId: "ext-9",
    }),
    "newSignal",
  );
  names.set(
    await add.signal({
      integrationId: dev,
      at: "2026-08-15T11:00:00Z",
      stream: "assets",
      subjectKind: "asset",
      change: "gone",
      severity: null,
      title: "web-2",
      fields: JSON.stringify({ status: { from: "active", to: "gone" } }),
    }),
    "goneSignal",
  );
});

afterAll(() => database.close());

type Search = typeof searchFindings | typeof searchAssets | typeof searchSignals;

async function namesOf(search: Search, query: string): Promise<string[]> {
  const page = await search(database.db, { query, limit: 50, now });
  return page.items.map((item) => names.get(item.id) ?? item.id).sort();
}

const all = ["bucket", "image", "log4j"];

describe("findings", () => {
  test.each<[string, string[]]>([
    ["", all],
    ["*", all],
    ['tags.name:"Wiz"', all],
    ['asset.tags.name:"Wiz"', all],
    ["tags:wiz", all],
    ["tags:env:prod", ["log4j"]],
    ["tags:env*", ["log4j"]],
    ["tags:`wiz`", []],
    ["severity:critical", ["log4j"]],
    ["severity:5", ["log4j"]],
    ["SEVERITY : Critical", ["log4j"]],
    ["severity:>=high", ["bucket", "log4j"]],
    ["severity >= high", ["bucket", "log4j"]],
    ["severity > high", ["log4j"]],
    ["severity < high", ["image"]],
    ["severity <= high", ["bucket", "image"]],
    ["severity:[low .. high]", ["bucket", "image"]],
    ["severity:(low .. critical)", ["bucket"]],
    ["severity:[`CRITICAL`,`HIGH`]", ["bucket", "log4j"]],
    ["severity:(critical OR high)", ["bucket", "log4j"]],
    ["status:open", ["log4j"]],
    ["finding.status:ACTIVE", ["log4j"]],
    ['findings.status:"In Progress"', ["bucket"]],
    ["NOT status:fixed", ["bucket", "log4j"]],
    ["kind:vulnerability", ["log4j"]],
    ["finding.type:Misconfigurations", ["bucket"]],
    ["cve:cve-2021-44228", ["log4j"]],
    ["finding.cveId:CVE-2021-44228 OR finding.cveId:CVE-2024-3400", ["log4j"]],
    ["title:readable", ["bucket"]],
    ['title:"publicly readable"', ["bucket"]],
    ['title:"readable publicly"', []],
    ["title:`CVE-2021-44228`", ["log4j"]],
    ["title:`CVE-2021`", []],
    ["title = CVE-2021", []],
    ["title:bucket*", ["bucket"]],
    ["title:*open_*", ["bucket"]],
    ["title:*openxall*", []],
    ['title:"(100% open_all)"', ["bucket"]],
    ['title:"(100%open"', []],
    ["title:old", ["image"]],
    ["description:jndi", ["log4j"]],
    ['description:"remote code"', ["log4j"]],
    ["description:''", []],
    ['description:" "', []],
    ["rule:*public*", ["bucket"]],
    ["rule is null", ["image", "log4j"]],
    ["asset.name:web-1", ["log4j"]],
    ['asset.name: "web-1.example"', ["log4j"]],
    ["asset.name:*.example.com", ["log4j"]],
    ['asset.class:"Container Image"', ["image"]],
    ["asset:(class:compute AND name:web*)", ["log4j"]],
    ['inventory:(source:"Wiz")', ["log4j"]],
    ['asset.inventory:"Wiz"', ["log4j"]],
    ["cloud:AWS", ["log4j"]],
    ["cloud:[aws, azure]", ["image", "log4j"]],
    ["NOT cloud:aws", ["bucket", "image"]],
    ["NOT (cloud:aws AND severity:critical)", ["bucket", "image"]],
    ["NOT NOT cloud:aws", ["log4j"]],
    ["cloud is null", ["bucket"]],
    ["cloud is not null", ["image", "log4j"]],
    ["cloud:*", ["image", "log4j"]],
    ["account:111122223333", ["log4j"]],
    ["account:production", ["log4j"]],
    ["account:Prod*", ["log4j"]],
    ["region:us-*", ["log4j"]],
    ["projects:Payments", ["log4j"]],
    ["projects is null", ["bucket", "image"]],
    ["package:log4j-core", ["log4j"]],
    ["package.name:log4j*", ["log4j"]],
    ["package.version:2.14.*", ["log4j"]],
    ["riskScore >= 90", ["log4j"]],
    ["riskScore > 96.5", ["log4j"]],
    ["riskScore < 97", ["bucket", "image"]],
    ["riskScore:999999999", []],
    ["cvss:9.8", ["log4j"]],
    ["cvss >= 9.8", ["log4j"]],
    ["cvss > 9.8", []],
    ["cvss:[9 .. 10]", ["log4j"]],
    ["epss:(0.5 .. *)", ["log4j"]],
    ["isCisaKev:true", ["log4j"]],
    ["kev:false", []],
    ["NOT kev:true", ["bucket", "image"]],
    ["exploit:yes AND fix:true", ["log4j"]],
    ["firstFound:2026-06-01", ["log4j"]],
    ["firstFound:2026-06", ["log4j"]],
    ["firstFound:2026", ["bucket", "log4j"]],
    ["firstFound > 2026-06-01", ["bucket"]],
    ["firstFound >= 2026-06-01", ["bucket", "log4j"]],
    ["firstFound <= 2026-06-01", ["log4j"]],
    ["firstFound < 2026-06-01", []],
    ["lastFound:'2026-08-14'", ["log4j"]],
    ["lastFound:[2026-08-01 ... 2026-08-14]", ["log4j"]],
    ["lastFound:(2026-08-13 .. 2026-08-15)", ["log4j"]],
    ['lastFound:["2026-08-14T23:59:59.999Z" .. "2026-08-15T02:00:00+0200"]', ["bucket", "log4j"]],
    ["lastFound:[now-13h .. now]", ["bucket", "log4j"]],
    ["lastFound > now-12h", []],
    ["lastFound >= now-12h", ["bucket"]],
    ["lastFound is null", ["image"]],
    ["resolved:2026-08-10", ["image"]],
    ["due < now+3w", ["bucket"]],
    ["changed:2026-08-01", all],
    ["integration:prod", ["image", "log4j"]],
    ["integration:d*", ["bucket"]],
    ['findings.vendorProductname:"Wiz"', all],
    ["finding.vendorProductName:Other", []],
    ["externalId is not null", all],
    ["asset.externalId:wiz-web-1", ["log4j"]],
    ["tags.name:Wiz AND severity:critical OR kind:issue", ["image", "log4j"]],
    ["tags.name:Wiz AND (severity:critical OR kind:issue)", ["image", "log4j"]],
    ["kind:issue severity:critical", []],
    ["vulnerabilities.vulnerability: (title: `CVE-2021-44228` AND severity:'5')", ["log4j"]],
    // Free text.
    ["CVE-2021-44228", ["log4j"]],
    ["cve-2021", ["log4j"]],
    ["log4j-core", ["log4j"]],
    ["LOG4J", ["log4j"]],
    ["jnd", ["log4j"]],
    ['"remote code"', ["log4j"]],
    ['"code remote"', []],
    ["log4j web-1", ["log4j"]],
    ["log4j registry", []],
    ["web-1 OR registry", ["image", "log4j"]],
    ["registry/app", ["image"]],
    ['"registry/app:1.0"', ["image"]],
    ["publicly", ["bucket"]],
    ["base", ["image"]],
    ["*lic*", ["bucket"]],
    ["NOT log4j", ["bucket", "image"]],
    ["nowhere", []],
  ])("%s finds %j", async (query, expected) => {
    expect(await namesOf(searchFindings, query)).toEqual(expected);
  });

  test("Q-39 Q-40 Q-42 C-5 the vendor page's queries work as written, whatever the case and the prefix", async () => {
    for (const query of ['findings.vendorProductname:"Wiz"', 'finding.vendorproductname:"Wiz"', 'TAGS.NAME:"Wiz"'])
      expect(await namesOf(searchFindings, query)).toEqual(all);
    expect(await namesOf(searchAssets, 'tags.name:"Wiz"')).toEqual(["imageAsset", "web"]);
    expect(await namesOf(searchAssets, 'asset.inventory:"Wiz"')).toEqual(["web"]);
    expect(await namesOf(searchAssets, 'assets.inventory:"Wiz"')).toEqual(["web"]);
  });

  test("come worst first in the record shape that users script against", async () => {
    const page = await searchFindings(database.db, { query: "", limit: 10, now });
    expect(page.items.map((item) => item.severity)).toEqual(["critical", "high", "low"]);
    expect(page.total).toEqual({ value: 3, capped: false });
    expect(page.nextCursor).toBeNull();
    expect(page.items[0]).toEqual({
      id: expect.any(String),
      integration: "Prod",
      kind: "vulnerability",
      externalId: expect.any(String),
      title: "CVE-2021-44228",
      severity: "critical",
      status: "open",
      riskScore: 97,
      cve: "CVE-2021-44228",
      cvss: 9.8,
      epss: 0.94,
      kev: true,
      exploit: true,
      package: { name: "log4j-core", version: "2.14.1", fixedVersion: "2.17.0" },
      rule: null,
      asset: {
        id: expect.any(String),
        externalId: "wiz-web-1",
        name: "web-1.example.com",
        class: "compute",
        type: null,
        cloud: "aws",
        account: "111122223333",
        region: "us-east-1",
      },
      projects: ["Payments"],
      tags: ["Wiz", "env:prod"],
      vendorProductName: "Wiz",
      url: null,
      firstFoundAt: "2026-06-01T00:00:00.000Z",
      lastFoundAt: "2026-08-14T23:59:59.999Z",
      resolvedAt: null,
      dueAt: null,
      dueBy: null,
      sourceStatus: "open",
      acceptedAt: null,
      reopenedCount: 0,
      reopenedAt: null,
      changedAt: "2026-08-01T00:00:00.000Z",
    });
    expect(page.items[1]).toMatchObject({ asset: null, package: null, kev: null, exploit: null, cvss: null });
  });

  test("signs that mean something to SQL or to LIKE are only text", async () => {
    const texts = [
      "'; drop table finding; --",
      "') or true --",
      "\\'",
      "a' & b",
      "':*",
      "$1",
      "\\",
      "x:*|!y",
      "_x",
      "%x",
    ];
    for (const text of texts) {
      const quoted = `"${text.replaceAll("\\", "\\\\")}"`;
      for (const query of [quoted, `title:${quoted}`, `tags:${quoted}`, `cve:${quoted}`, `description:${quoted}`])
        expect([query, await namesOf(searchFindings, query)]).toEqual([query, []]);
    }
    expect(await namesOf(searchFindings, 'title:"%"')).toEqual(["bucket"]);
    expect(await namesOf(searchFindings, 'title:"_"')).toEqual(["bucket"]);
  });

  test("a search that takes too long is ended, and the error says what to do", async () => {
    await database.db.transaction().execute(async (trx) => {
      await sql`lock table finding in access exclusive mode`.execute(trx);
      const search = searchFindings(database.db, { query: "", limit: 1, timeoutMs: 50 });
      await expect(search).rejects.toThrow("narrow it down");
    });
  });
});

describe("assets", () => {
  test.each<[string, string[]]>([
    ["", ["imageAsset", "web"]],
    ["web-1", ["web"]],
    ["wiz-image", ["imageAsset"]],
    ["name:*example*", ["web"]],
    ['asset.class:"container image"', ["imageAsset"]],
    ["asset.riskScore >= 500", ["web"]],
    ["criticality:2", ["imageAsset", "web"]],
    ["internetExposed:true", ["web"]],
    ['operatingSystem: "Windows Server"', ["web"]],
    ["operatingSystem: win*", ["web"]],
    ["lastSeen:2026-08-14", ["web"]],
    ["lastSeen is null", ["imageAsset"]],
    ["integration:prod", ["web"]],
    ["integration:DEV", ["imageAsset"]],
    ["providerUniqueId:arn:aws:ec2:us-east-1:111122223333:instance/i-1", ["web"]],
    ["externalId:wiz-*", ["imageAsset", "web"]],
    ["openFindings.critical > 0", ["web"]],
    ["account.name:production", ["web"]],
  ])("%s finds %j", async (query, expected) => {
    expect(await namesOf(searchAssets, query)).toEqual(expected);
  });

  test("come riskiest first, with their sources", async () => {
    const page = await searchAssets(database.db, { query: "", limit: 10 });
    expect(page.items.map((item) => item.riskScore)).toEqual([640, 100]);
    expect(page.items[0]).toEqual({
      id: expect.any(String),
      name: "web-1.example.com",
      class: "compute",
      type: "VIRTUAL_MACHINE",
      nativeType: null,
      status: "active",
      cloud: "aws",
      account: { id: "111122223333", name: "production" },
      region: "us-east-1",
      internetExposed: true,
      tags: ["Wiz", "env:prod"],
      criticality: 2,
      riskScore: 640,
      openFindings: { critical: 1, high: 0, medium: 0, low: 0, informational: 0 },
      inventory: ["Wiz"],
      sources: [
        {
          integration: "Prod",
          externalId: "wiz-web-1",
          providerUniqueId: "arn:aws:ec2:us-east-1:111122223333:instance/i-1",
          firstSeenAt: null,
          lastSeenAt: null,
        },
      ],
      firstSeenAt: null,
      lastSeenAt: "2026-08-14T10:00:00.000Z",
    });
    expect(page.items[1]?.account).toBeNull();
  });
});

describe("signals", () => {
  test.each<[string, string[]]>([
    ["", ["goneSignal", "newSignal"]],
    ["change:gone", ["goneSignal"]],
    ["stream:assets", ["goneSignal"]],
    ["kind:asset", ["goneSignal"]],
    ["severity:critical", ["newSignal"]],
    ["NOT severity:critical", ["goneSignal"]],
    ["at > now-2h", ["goneSignal"]],
    ["title:44228", ["newSignal"]],
    ["asset:web-1", ["newSignal"]],
    ["asset.name:web-1", ["newSignal"]],
    ["web", ["goneSignal", "newSignal"]],
    ["ext-9", ["newSignal"]],
    ["integration:dev", ["goneSignal"]],
  ])("%s finds %j", async (query, expected) => {
    expect(await namesOf(searchSignals, query)).toEqual(expected);
  });

  test("come newest first in their shape", async () => {
    const { items } = await searchSignals(database.db, { query: "", limit: 10 });
    expect(items[0]).toEqual({
      id: expect.any(String),
      at: "2026-08-15T11:00:00.000Z",
      integration: "dev",
      stream: "assets",
      change: "gone",
      subject: { kind: "asset", id: expect.any(String), externalId: "finding-1" },
      severity: null,
      title: "web-2",
      asset: null,
      fields: { status: { from: "active", to: "gone" } },
    });
  });
});

describe("what a caller may get wrong", () => {
  test("a limit, a sort or a cursor that makes no sense is refused", async () => {
    const { db } = database;
    for (const limit of [0, -1, 1.5, 1001, Number.NaN])
      await expect(searchFindings(db, { query: "", limit })).rejects.toThrow(ConfigError);
    await expect(searchFindings(db, { query: "", limit: 1, sort: "toString" })).rejects.toThrow("severity, riskScore");
    await expect(searchFindings(db, { query: "", limit: 1, cursor: "x" })).rejects.toThrow(ConfigError);
    const { nextCursor } = await searchFindings(db, { query: "", limit: 1 });
    await expect(searchFindings(db, { query: "web", limit: 1, cursor: nextCursor })).rejects.toThrow(ConfigError);
    await expect(searchAssets(db, { query: "", limit: 1, cursor: nextCursor })).rejects.toThrow(ConfigError);
  });

  test("an id that is none is refused, one that is not there finds nothing", async () => {
    await expect(namesOf(searchFindings, "id:1")).rejects.toThrow(QueryError);
    expect(await namesOf(searchFindings, `id:${randomUUID()}`)).toEqual([]);
  });
});
