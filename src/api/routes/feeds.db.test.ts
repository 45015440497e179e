import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { epssCsv, kevCsv, publishedFile } from "../../../test/feeds/files.ts";
import { inventory } from "../../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import type { FindingDetail } from "../../query/details/finding.ts";
import { scoreAnew } from "../../sync/feeds/score-anew.ts";

const now = Date.parse("2026-08-01T12:00:00Z");
let database: TestDatabase;
let weir: ReturnType<typeof testApi>;
beforeAll(async () => {
  database = await testDatabase();
  weir = testApi(database, { now: () => now });
});
afterAll(() => database.close());

const upload = (
  content: string | Uint8Array<ArrayBuffer>,
  query = "name=a-file.csv",
  headers: Record<string, string> = {},
) =>
  weir.as("admin").request(`/api/v1/feeds?${query}`, {
    method: "POST",
    body: content,
    headers: { "content-type": "application/octet-stream", ...headers },
  });
const feeds = async () => (await weir.as("viewer").request("/api/v1/feeds")).json();

describe("feeds over HTTP", () => {
  test("say that none is loaded, then what is, how old it is, and how far the scores are", async () => {
    const before = await feeds();
    expect(before).toMatchObject({
      feeds: [
        { feed: "epss", name: "EPSS", loaded: null, ageDays: null, isOld: false },
        { feed: "kev", publisher: "CISA", loaded: null },
      ],
      scoring: null,
      disputed: { kev: { value: 0 } },
    });
    const integrationId = await inventory(database).integration("prod");
    const id = await inventory(database).finding({
      integrationId,
      cve: "CVE-2024-3094",
      isKev: false,
      epss: 0.1,
      cvss: 10,
    });
    const kev = await upload(publishedFile("known_exploited_vulnerabilities.csv"), "name=kev.csv");
    expect(kev.status).toBe(200);
    expect(await kev.json()).toMatchObject({ feed: "kev", fileName: "kev.csv", rows: 4, findings: 1 });
    const packed = new Uint8Array(gzipSync(epssCsv("2026-07-20", { "CVE-2024-3094": 0.86023 })));
    expect((await upload(packed, "name=epss.csv.gz")).status).toBe(200);
    expect(await feeds()).toMatchObject({ scoring: { total: 1, done: 0, finishedAt: null } });
    await scoreAnew({ db: database.db, connect: database.connect, now: () => now });
    expect(await feeds()).toMatchObject({
      feeds: [
        { feed: "epss", ageDays: 11, isOld: true, loaded: { fileName: "epss.csv.gz", importedBy: "admin@weir.test" } },
        { feed: "kev", ageDays: 11, isOld: false, loaded: { rows: 4, newestOn: "2026-07-21", version: null } },
      ],
      scoring: { total: 1, done: 1, changed: 1, finishedAt: "2026-08-01T12:00:00.000Z" },
      disputed: { kev: { value: 1, query: "kev.disputed:true AND status:[open, in_progress]" }, epss: { value: 1 } },
    });
    const answer = await weir.as("viewer").request(`/api/v1/findings/${id}`);
    const finding = (await answer.json()) as FindingDetail;
    expect(finding).toMatchObject({ epss: 0.86023, kev: true, riskScore: 97 });
    expect(finding.cveWords).toEqual({
      epss: {
        source: "first",
        disputed: true,
        wiz: 0.1,
        first: 0.86023,
        percentile: 0.91023,
        feed: { fileName: "epss.csv.gz", dataAt: "2026-07-20T12:55:00.000Z", version: "v2025.03.14" },
      },
      kev: {
        source: "cisa",
        disputed: true,
        wiz: false,
        cisa: true,
        listing: {
          name: "XZ Utils Embedded Malicious Code Vulnerability",
          addedOn: "2026-07-21",
          dueOn: "2026-08-11",
          ransomwareUse: "Unknown",
          requiredAction:
            "Apply mitigations per vendor instructions or discontinue use of the product if mitigations are unavailable.",
        },
        feed: { fileName: "kev.csv", dataAt: "2026-07-21T00:00:00.000Z", version: null },
      },
      isPending: false,
    });
    for (const query of ["kev.source:cisa", "kev.disputed:true", "epss.source:first AND epss.disputed:yes"]) {
      const found = await weir.as("viewer").request(`/api/v1/findings?q=${encodeURIComponent(query)}`);
      expect(await found.json()).toMatchObject({ items: [{ id }] });
    }
  });

  test("a file that is not taken says why, and changes nothing", async () => {
    const before = await feeds();
    const damaged = await upload("cve,epss,percentile\n");
    expect(damaged.status).toBe(400);
    expect(await damaged.json()).toMatchObject({
      error: {
        code: "config",
        field: "file",
        message: expect.stringMatching(/^a-file\.csv is not taken: it ends before its first score/),
      },
    });
    const old = await upload(kevCsv("2026-07-01", ["CVE-2024-0001"]));
    expect(old.status).toBe(409);
    expect(await old.json()).toMatchObject({ error: { code: "conflict", field: "force" } });
    expect((await upload("", "name=empty")).status).toBe(400);
    expect((await upload("x", "name=x", { "content-type": "text/csv" })).status).toBe(415);
    expect((await upload("x", "force=maybe")).status).toBe(400);
    expect(await feeds()).toEqual(before);
    expect((await upload(kevCsv("2026-07-01", ["CVE-2024-0001"]), "name=old.csv&force=true")).status).toBe(200);
  });

  test("a file may be larger than another body, and is not read of whoever may not load it", async () => {
    const many = Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`CVE-2025-${10_000 + i}`, 0.01]));
    const large = epssCsv("2026-08-01", many);
    expect(large.length).toBeGreaterThan(1_000_000);
    expect((await upload(large)).status).toBe(200);
    for (const role of ["viewer", "analyst"] as const) {
      const refused = await weir.as(role).request("/api/v1/feeds", {
        method: "POST",
        body: large,
        headers: { "content-type": "application/octet-stream" },
      });
      expect(refused.status).toBe(403);
    }
    const told = await weir.as("admin").request("/api/v1/audit?limit=5");
    expect(JSON.stringify(await told.json())).toContain("feed.import");
  });

  test("upgrades to make first come with their query", async () => {
    const integrationId = await inventory(database).integration("fixes");
    await inventory(database).finding({
      integrationId,
      packageName: "xz-libs",
      packageFixedVersion: "5.6.2",
      riskScore: 99,
    });
    const answer = await weir.as("viewer").request("/api/v1/dashboard/fix-first?limit=1");
    expect(await answer.json()).toEqual({
      items: [
        {
          package: "xz-libs",
          fixedVersion: "5.6.2",
          worstScore: 99,
          findings: 1,
          kev: 0,
          exploit: 0,
          assets: { value: 0, capped: false },
          worstCve: null,
          cves: 0,
          query: "package.name:`xz-libs` AND package.fixedVersion:`5.6.2` AND status:[open, in_progress]",
        },
      ],
    });
  });
});
