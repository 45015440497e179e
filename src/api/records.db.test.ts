import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApi } from "../../test/api.ts";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { syncTenant } from "../../test/synced.ts";

let database: TestDatabase;
let request: (path: string, init?: RequestInit) => Promise<Response>;

beforeAll(async () => {
  database = await testDatabase();
  await syncTenant(database, { findings: 2_000 });
  request = testApi(database).as("viewer").request;
});
afterAll(() => database.close());

async function get<T = Record<string, unknown>>(path: string): Promise<T> {
  const answer = await request(`/api/v1${path}`);
  expect(answer.status, `${path} ${await answer.clone().text()}`).toBe(200);
  return (await answer.json()) as T;
}

interface Page {
  items: { id: string; [name: string]: unknown }[];
  nextCursor: string | null;
  prevCursor: string | null;
  total: { value: number; capped: boolean };
}

const page = (path: string) => get<Page>(path);
const count = async (table: string, where = "true") =>
  Number((await database.pool.query(`select count(*) as n from ${table} where ${where}`)).rows[0].n);

describe("what the vendor pages promise, over HTTP and a whole tenant", () => {
  test("Q-38 all assets of all sources are one list", async () => {
    const { total, items } = await page("/assets?limit=1000");
    expect(total.value).toBe(await count("asset"));
    expect(new Set(items.map(({ cloud }) => cloud)).size).toBeGreaterThan(3);
  });

  test('Q-39 tags.name:"Wiz" finds every asset from this source', async () => {
    const { total } = await page(`/assets?q=${encodeURIComponent('tags.name:"Wiz"')}`);
    expect(total.value).toBe(await count("asset"));
  });

  test('Q-40 asset.inventory:"Wiz" finds assets by inventory source', async () => {
    const { total, items } = await page(`/assets?q=${encodeURIComponent('asset.inventory:"Wiz"')}`);
    expect(total.value).toBe(await count("asset", "'Wiz' = any(inventory)"));
    expect(items.every(({ inventory: sources }) => (sources as string[]).includes("Wiz"))).toBe(true);
    expect((await page(`/assets?q=${encodeURIComponent('asset.inventory:"Other"')}`)).total.value).toBe(0);
  });

  test("Q-41 vulnerabilities are a list of their own", async () => {
    const { total, items } = await page("/findings?q=kind:vulnerability");
    expect(total.value).toBe(await count("finding", "kind = 'vulnerability'"));
    expect(items.every(({ kind }) => kind === "vulnerability")).toBe(true);
  });

  test.each([
    'findings.vendorProductname:"Wiz"',
    'finding.vendorProductName:"Wiz"',
    'FINDINGS.VENDORPRODUCTNAME:"Wiz"',
  ])("Q-42 %s finds findings by source product", async (query) => {
    const { total } = await page(`/findings?q=${encodeURIComponent(query)}`);
    expect(total.value).toBe(await count("finding"));
  });

  test("Q-43 a finding of the list has a detail with what Wiz sent", async () => {
    for (const kind of ["vulnerability", "misconfiguration", "issue", "threat"]) {
      const [item] = (await page(`/findings?q=kind:${kind}&limit=1`)).items;
      const detail = await get(`/findings/${item?.id}`);
      expect(detail).toMatchObject({
        ...item,
        raw: { id: item?.externalId },
        definition: { title: expect.any(String) },
      });
      expect(detail.description).toEqual(expect.any(String));
      expect((detail.history as { items: unknown[] }).items.length).toBeGreaterThan(0);
    }
  });

  test("W-34 what was collected is searchable as signals, selectable by source", async () => {
    const all = await page("/signals?q=integration:tenant");
    expect(all.total.value).toBe(await count("signal"));
    expect((await page("/signals?q=integration:elsewhere")).total.value).toBe(0);
    for (const stream of ["issues", "vulnerabilities", "misconfigurations", "detections", "assets"])
      expect((await page(`/signals?q=stream:${stream}`)).total.value, stream).toBe(
        await count("signal", `stream = '${stream}'`),
      );
  });
});

describe("a list", () => {
  test("is walked forward and back by its cursors, each record once", async () => {
    const forward: string[] = [];
    const cursors: (string | null)[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const found: Page = await page(`/findings?limit=700&cursor=${cursor}`);
      forward.push(...found.items.map(({ id }) => id));
      cursors.push(found.prevCursor);
      cursor = found.nextCursor;
    }
    expect(new Set(forward).size).toBe(await count("finding"));
    const back = await page(`/findings?limit=700&cursor=${cursors[1]}`);
    expect(back.items.map(({ id }) => id)).toEqual(forward.slice(0, 700));
  });

  test("has 50 records when nothing else is said, in the order that is asked for", async () => {
    expect((await page("/findings")).items).toHaveLength(50);
    const names = (await page("/assets?sort=name")).items.map(({ name }) => name as string);
    const reversed = (await page("/assets?sort=name:desc")).items.map(({ name }) => name as string);
    expect(names[0]! < reversed[0]!).toBe(true);
  });

  test.each([
    ["/findings?q=colour:red", { code: "query", position: 0, suggestion: "cloud", example: "cloud:[aws, azure]" }],
    ["/findings?limit=0", { code: "invalid_request", field: "limit" }],
    ["/findings?limit=1001", { code: "invalid_request", field: "limit" }],
    ["/findings?limit=many", { code: "invalid_request", field: "limit" }],
    ["/findings?sort=colour", { code: "config", field: "sort" }],
    ["/findings?cursor=x", { code: "config", field: "cursor" }],
    ["/findings/facets", { code: "invalid_request", field: "by" }],
    ["/findings/facets?by=colour", { code: "config", field: "by" }],
    ["/findings/facets?by=severity&q=(", { code: "query", position: 1, example: "severity:high AND status:open" }],
    [`/findings/facets?by=${Array.from({ length: 21 }, (_, i) => i)}`, { code: "invalid_request", field: "by" }],
    ["/assets/count?q=colour:red", { code: "query", position: 0, suggestion: "cloud", example: "cloud:[aws, azure]" }],
    ["/findings/1", { code: "invalid_request", field: "id" }],
    [
      "/export/findings?q=colour:red",
      { code: "query", position: 0, suggestion: "cloud", example: "cloud:[aws, azure]" },
    ],
    ["/export/findings?format=xml", { code: "invalid_request", field: "format" }],
    ["/export/users", { code: "invalid_request", field: "thing" }],
    ["/query/fields?on=users", { code: "invalid_request", field: "on" }],
  ])("%s is refused", async (path, error) => {
    const answer = await request(`/api/v1${path}`);
    expect([answer.status, await answer.json()]).toEqual([400, { error: { message: expect.any(String), ...error } }]);
  });
});

test.each([
  [[3, "2026-02-30T00:00:00Z", "0b9f1c1e-8a55-5f0e-9a43-6a1f4f0a7d11"], {}],
  [[3, "0000-01-01T00:00:00Z", "0b9f1c1e-8a55-5f0e-9a43-6a1f4f0a7d11"], {}],
  [[3, null, "-".repeat(36)], {}],
  [[99_999, null, null], {}],
  [[3, null, null, null], {}],
  [[3, null, null], { now: 9e15 }],
  [[3, null, null], { now: -1 }],
])("a cursor that was made up of %j (%j) is refused", async (keys, { now }: { now?: number }) => {
  const q = encodeURIComponent("changed > now-1d OR severity:*");
  const { nextCursor } = await page(`/findings?limit=1&q=${q}`);
  const parts = JSON.parse(Buffer.from(nextCursor ?? "", "base64url").toString());
  const made = [parts[0], keys, parts[2], parts[3], now ?? parts[4], parts[5]];
  const cursor = Buffer.from(JSON.stringify(made)).toString("base64url");
  const answer = await request(`/api/v1/findings?limit=1&q=${q}&cursor=${cursor}`);
  expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: "config", field: "cursor" } }]);
});

test("what is the same as before is not sent again", async () => {
  const [item] = (await page("/findings?limit=1")).items;
  for (const path of [`/findings/${item?.id}`, "/assets/facets?by=class", "/query/fields"]) {
    const first = await request(`/api/v1${path}`);
    const etag = first.headers.get("etag") ?? "";
    expect(first.headers.get("cache-control")).toBe("private, no-cache");
    const again = await request(`/api/v1${path}`, { headers: { "if-none-match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    expect((await request(`/api/v1${path}`, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
  }
});

test("facets count what a list of the same query holds", async () => {
  const { facets, total } = await get<{
    facets: { by: string; values: { value: string; count: number }[] }[];
    total: { value: number };
  }>("/findings/facets?q=kind:vulnerability&by=severity,status");
  expect(facets.map(({ by }) => by)).toEqual(["severity", "status"]);
  expect(total.value).toBe(await count("finding", "kind = 'vulnerability'"));
  for (const { value, count: n } of facets[0]?.values ?? [])
    expect((await page(`/findings?q=kind:vulnerability AND severity:${value}`)).total.value).toBe(n);
});

test.each([
  ["findings", "", "finding", "true"],
  ["findings", "severity:critical AND status:open", "finding", "severity = 5 and status = 'open'"],
  ["findings", "riskScore < 50 OR kev:true", "finding", "risk_score < 50 or is_kev"],
  ["findings", "cve:none", "finding", "false"],
  ["assets", "cloud:aws AND NOT class:compute", "asset", "cloud = 'aws' and class <> 'compute'"],
  ["signals", "", "signal", "true"],
  ["signals", "change:new AND severity >= high", "signal", "change = 'new' and severity >= 4"],
  ["signals", "at < 2026-01-01", "signal", "at < '2026-01-01'"],
])("the count of %s for %j is what counting plainly gives", async (thing, query, table, where) => {
  const answer = await get(`/${thing}/count?q=${encodeURIComponent(query)}`);
  expect(answer).toEqual({ value: await count(table, where), isExact: true });
});

describe("a detail", () => {
  test("of an asset has its sources, why they are one, what Wiz sent, and how many findings of which kind", async () => {
    const [item] = (await page("/assets?q=openFindings.critical > 0&limit=1")).items;
    const asset = await get<{
      raw: { raw: { id: string } }[];
      sources: { externalId: string }[];
      identity: unknown[];
      findings: { count: number; status: string }[];
      openByKind: { severity: string; count: number }[];
      openFindings: Record<string, number>;
      riskScore: number;
      score: { value: number };
      links: { findings: string; history: string };
    }>(`/assets/${item?.id}`);
    expect(asset).toMatchObject({ ...item });
    expect(asset.raw[0]?.raw.id).toBe(asset.sources[0]?.externalId);
    expect(asset.identity[0]).toMatchObject({ rule: expect.any(String), integration: "tenant" });
    const { total } = await page(asset.links.findings.replace("/api/v1", ""));
    expect(asset.findings.reduce((sum, { count: n }) => sum + n, 0)).toBe(total.value);
    const open = Map.groupBy(asset.openByKind, ({ severity }) => severity);
    for (const [severity, n] of Object.entries(asset.openFindings))
      expect((open.get(severity) ?? []).reduce((sum, { count: one }) => sum + one, 0)).toBe(n);
    expect(asset.score.value).toBe(asset.riskScore);
    expect((await page(asset.links.history.replace("/api/v1", ""))).total.value).toBeGreaterThan(0);
  });

  test("of a finding says what made its risk score", async () => {
    const [item] = (await page("/findings?q=kev:true&limit=1")).items;
    const { score, riskScore } = await get<{ riskScore: number; score: { value: number; parts: unknown[] } }>(
      `/findings/${item?.id}`,
    );
    expect(score.value).toBe(riskScore);
    expect(score.parts[0]).toMatchObject({ input: "kev", value: true, points: 90 });
  });

  test("of a signal leads to what changed, as long as it is there", async () => {
    const [item] = (await page("/signals?q=kind:vulnerability&limit=1")).items;
    const signal = await get<{ links: { subject: string } }>(`/signals/${item?.id}`);
    expect(signal).toMatchObject({ ...item });
    expect((await request(signal.links.subject)).status).toBe(200);
    const integrationId = await inventory(database).integration("gone");
    const lost = await inventory(database).signal({ integrationId });
    expect(await get(`/signals/${lost}`)).toMatchObject({ links: { subject: null } });
    await database.pool.query("delete from signal where id = $1", [lost]);
  });

  test.each(["findings", "assets", "signals"])("of %s that are not there is a 404", async (thing) => {
    const answer = await request(`/api/v1/${thing}/00000000-0000-4000-8000-000000000000`);
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { error: { code: "not_found", message: expect.stringContaining("There is no ") } },
    ]);
  });
});

describe("for those who help people write queries", () => {
  test("every field is told, with its words, and whether it sorts and counts", async () => {
    const { fields, sorts } = await get<{ fields: Record<string, unknown>[]; sorts: string[] }>(
      "/query/fields?on=findings",
    );
    expect(fields.find(({ name }) => name === "severity")).toMatchObject({
      type: "enum",
      words: ["critical", "high", "medium", "low", "informational"].map((word) => expect.stringContaining(word)),
      isOrdered: true,
      isSortable: true,
      isFacetable: true,
    });
    expect(sorts[0]).toBe("severity");
    expect((await get<{ on: string }>("/query/fields?on=signals")).on).toBe("signals");
  });

  test("a query is judged without a search", async () => {
    const validate = async (body: unknown) => {
      const answer = await testApi(database).as("viewer").send("POST", "/api/v1/query/validate", body);
      return [answer.status, await answer.json()];
    };
    expect(await validate({ query: "severity : high  and(cloud:aws)" })).toEqual([
      200,
      { valid: true, normalized: expect.stringMatching(/^severity:high AND /) },
    ]);
    expect(await validate({ query: "severity:high AND colour:red", on: "findings" })).toEqual([
      200,
      { valid: false, error: expect.objectContaining({ position: 18, message: expect.stringContaining("colour") }) },
    ]);
    expect((await validate({ on: "findings" }))[0]).toBe(400);
  });
});
