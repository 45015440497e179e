import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { request as httpRequest } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApi } from "../../test/api.ts";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { type Listening, listen } from "./server.ts";

let database: TestDatabase;
let integrationId: string;
let server: Listening;
let log: string[];
let cookie: string;
let asViewer: ReturnType<ReturnType<typeof testApi>["as"]>;

beforeAll(async () => {
  database = await testDatabase({ poolSize: 6 });
  const add = inventory(database);
  integrationId = await add.integration("prod");
  for (let i = 0; i < 30; i++)
    await add.finding({ integrationId, severity: 1 + (i % 5), title: i === 0 ? "=cmd|'/c calc'!A1" : `Finding ${i}` });
  await add.asset({ name: "web-1" });
  await add.signal({ integrationId });
  const { api, as, log: lines } = testApi(database);
  log = lines;
  asViewer = as("viewer");
  cookie = await cookieOf(api, as);
  server = await listen(api, { host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await server.close();
  await database.close();
});

/** The cookie that `as("viewer")` sends, for requests over a socket. */
async function cookieOf(api: ReturnType<typeof testApi>["api"], as: ReturnType<typeof testApi>["as"]): Promise<string> {
  const sent: string[] = [];
  const original = api.request;
  api.request = ((path: string, init: RequestInit) => {
    sent.push(new Headers(init.headers).get("cookie") ?? "");
    return original(path, init);
  }) as typeof api.request;
  await as("viewer").request("/healthz");
  api.request = original;
  return sent[0] ?? "";
}

async function download(path: string, headers: Record<string, string> = {}) {
  const answer = await httpRequest(`${server.url}/api/v1/export/${path}`, { headers: { cookie, ...headers } });
  const body = Buffer.from(await answer.body.arrayBuffer());
  return { ...answer, body };
}

const sha256 = (data: Buffer | string) => createHash("sha256").update(data).digest("hex");

describe("an export over HTTP", () => {
  test.each(["ndjson", "ocsf"])("as %s ends with a manifest that is true", async (format) => {
    const query = "severity:>=medium";
    const { body, headers, statusCode } = await download(`findings?format=${format}&q=${encodeURIComponent(query)}`);
    expect(statusCode).toBe(200);
    expect(headers["content-type"]).toMatch(/^application\/x-ndjson/);
    expect(headers["content-disposition"]).toMatch(
      /^attachment; filename="weir-findings-\d{4}-\d\d-\d\d\.(ocsf\.)?ndjson"$/,
    );
    const text = body.toString();
    const cut = text.lastIndexOf("\n", text.length - 2) + 1;
    const { manifest } = JSON.parse(text.slice(cut));
    expect(manifest).toEqual({ kind: "findings", query, rows: 18, sha256: sha256(text.slice(0, cut)) });
    expect(text.slice(0, cut).trimEnd().split("\n")).toHaveLength(18);
  });

  test("as CSV has the manifest as a trailer, in ASCII, and no cell that is a formula", async () => {
    const query = 'NOT title:"é☃"';
    const { body, headers, trailers } = await download(`findings?format=csv&q=${encodeURIComponent(query)}`);
    expect(headers["content-type"]).toMatch(/^text\/csv/);
    expect(headers.trailer).toBe("x-weir-manifest");
    expect(trailers["x-weir-manifest"]).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(String(trailers["x-weir-manifest"]))).toEqual({
      ...{ kind: "findings", query, rows: 30, sha256: sha256(body) },
    });
    expect(body.toString().split("\r\n")).toHaveLength(32);
    expect(body.toString()).toContain(`"'=cmd|'/c calc'!A1"`);
  });

  test("of nothing is a header, or a manifest, alone", async () => {
    const csv = await download("findings?format=csv&q=cve:none");
    expect(csv.body.toString()).toMatch(/^id,[^\r]*\r\n$/);
    expect(JSON.parse(String(csv.trailers["x-weir-manifest"]))).toMatchObject({ rows: 0 });
    expect((await download("assets?q=name:none")).body.toString()).toMatch(/^\{"manifest":\{.*"rows":0,/);
  });

  test.each(["assets", "signals"])("is there for %s too", async (thing) => {
    for (const format of ["ndjson", "csv", "ocsf"])
      expect((await download(`${thing}?format=${format}`)).body.length).toBeGreaterThan(100);
  });

  test("is compressed for who takes that, and the manifest is of what it holds", async () => {
    const { body, headers, trailers } = await download("findings?format=csv", { "accept-encoding": "gzip" });
    expect(headers["content-encoding"]).toBe("gzip");
    expect(headers.vary).toMatch(/accept-encoding/i);
    const text = gunzipSync(body);
    expect(JSON.parse(String(trailers["x-weir-manifest"])).sha256).toBe(sha256(text));
  });

  test("of a wrong query is an error before anything is sent", async () => {
    const { statusCode, body, headers } = await download("findings?q=colour:red");
    expect([statusCode, headers["content-type"]]).toEqual([400, "application/json"]);
    expect(JSON.parse(body.toString()).error).toMatchObject({ code: "query", position: 0 });
  });

  test("that nobody asked the body of opens nothing", async () => {
    for (let i = 0; i < 8; i++)
      expect((await asViewer.request("/api/v1/export/findings", { method: "HEAD" })).status).toBe(200);
    expect(database.pool.totalCount - database.pool.idleCount).toBe(0);
  });

  test("ends when its reader leaves, and gives its connection back", async () => {
    await manyFindings(20_000);
    for (let i = 0; i < 6; i++) {
      const answer = await httpRequest(`${server.url}/api/v1/export/findings`, { headers: { cookie } });
      for await (const _ of answer.body) break;
    }
    await expect.poll(() => database.pool.totalCount - database.pool.idleCount, { timeout: 10_000 }).toBe(0);
    expect(log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  test("that a reader does not take waits, and more than four at once are told to come later", async () => {
    const open = [];
    for (let i = 0; i < 4; i++)
      open.push(await httpRequest(`${server.url}/api/v1/export/findings`, { headers: { cookie } }));
    const fifth = await download("findings");
    expect([fifth.statusCode, fifth.headers["retry-after"]]).toEqual([429, "10"]);
    for (const { body } of open) expect((await body.text()).trimEnd().split("\n")).toHaveLength(20_031);
    expect((await download("findings?q=severity:critical")).statusCode).toBe(200);
  });

  test("that breaks in the middle has no manifest, and the client knows", async () => {
    const { body } = await httpRequest(`${server.url}/api/v1/export/findings`, { headers: { cookie } });
    await database.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where query like 'fetch%' and datname = current_database()",
    );
    await expect(body.text()).rejects.toThrow();
    expect(log.some((line) => line.includes("export of findings failed"))).toBe(true);
  });
});

async function manyFindings(n: number): Promise<void> {
  await database.pool.query(
    `insert into finding (id, integration_id, kind, external_id, title, severity, status, risk_score, projects, tags, changed_at, hash, version)
     select gen_random_uuid(), $1, 'vulnerability', 'many-' || i, repeat('A long title ', 20), 1, 'open', 1, '{}', '{Wiz}', now(), gen_random_uuid(), 1
     from generate_series(1, $2::int) as i`,
    [integrationId, n],
  );
}
