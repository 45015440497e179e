import { createHash, randomUUID } from "node:crypto";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { inventory } from "../../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { createToken } from "../../auth/tokens.ts";
import { type Listening, listen } from "../server.ts";

const many = 20_000;
let database: TestDatabase;
let server: Listening;
let weir: ReturnType<typeof testApi>;
const now = Date.parse("2026-11-29T23:30:00Z");

beforeAll(async () => {
  database = await testDatabase();
  const integrationId = await inventory(database).integration("prod");
  await database.pool.query(
    `insert into finding (id, integration_id, kind, external_id, title, severity, status, risk_score, projects, tags, changed_at, hash, version)
     select gen_random_uuid(), $1, 'vulnerability', 'many-' || i, repeat('A long title ', 20), 1 + i % 5, 'open', 1, '{}', '{Wiz}', now(), gen_random_uuid(), 1
     from generate_series(1, $2::int) as i`,
    [integrationId, many],
  );
  weir = testApi(database, { now: () => now });
  server = await listen(weir.api, { host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await server.close();
  await database.close();
});

async function begin(query: string, headers: Record<string, string> = {}) {
  const { cookie } = { cookie: await weir.as("viewer").cookie() };
  return await request(`${server.url}/api/v1/export/findings?${query}`, { headers: { cookie, ...headers } });
}

interface Progress {
  rows: number;
  bytes: number;
  result: string | null;
  finishedAt: string | null;
  error: string | null;
  manifest: { rows: number; sha256: string } | null;
}

async function progress(id: string): Promise<Progress> {
  const answer = await weir.as("viewer").request(`/api/v1/exports/${id}`);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return (await answer.json()) as Progress;
}

const ended = async (id: string) => {
  await expect.poll(async () => (await progress(id)).result, { timeout: 30_000 }).not.toBeNull();
  return await progress(id);
};

describe("an export with an id", () => {
  test.each(["ndjson", "csv", "ocsf"])("as %s says that it is complete, with its manifest", async (format) => {
    const id = randomUUID();
    const query = "severity:critical AND status:open";
    const { body } = await begin(`format=${format}&q=${encodeURIComponent(query)}&exportId=${id}`);
    const text = await body.text();
    const vouchedFor = format === "csv" ? text : text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1);
    const sha256 = createHash("sha256").update(vouchedFor).digest("hex");
    expect(await ended(id)).toEqual({
      ...{ id, thing: "findings", query, format },
      ...{ rows: many / 5, bytes: Buffer.byteLength(text) },
      ...{ startedAt: "2026-11-29T23:30:00.000Z", finishedAt: "2026-11-29T23:30:00.000Z" },
      ...{ result: "complete", error: null, manifest: { rows: many / 5, sha256 } },
    });
  });

  test("says how far it is while its reader reads", async () => {
    const id = randomUUID();
    const { body } = await begin(`exportId=${id}`);
    expect(await progress(id)).toMatchObject({ rows: 0, result: null, manifest: null });
    const reader = body[Symbol.asyncIterator]();
    let size = 0;
    while (size < 1_000_000) size += (await reader.next()).value.length;
    await expect.poll(async () => (await progress(id)).bytes, { timeout: 30_000 }).toBeGreaterThan(900_000);
    const { rows, result, finishedAt } = await progress(id);
    expect([rows > 1_000, rows < many, result, finishedAt]).toEqual([true, true, null, null]);
    for (;;) if ((await reader.next()).done) break;
    expect(await ended(id)).toMatchObject({ rows: many, result: "complete" });
  });

  test("whose reader leaves is cancelled", async () => {
    const id = randomUUID();
    const { body } = await begin(`exportId=${id}`);
    for await (const _ of body) break;
    expect(await ended(id)).toMatchObject({ result: "cancelled", error: null, manifest: null });
  });

  test("that fails in the middle is broken, and says where the reason stands", async () => {
    const id = randomUUID();
    const { body, headers } = await begin(`exportId=${id}`);
    await database.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where query like 'fetch%' and datname = current_database()",
    );
    await expect(body.text()).rejects.toThrow();
    const { result, error, manifest } = await ended(id);
    expect([result, manifest]).toEqual(["broken", null]);
    expect(error).toContain(String(headers["x-request-id"]));
    expect(error).not.toMatch(/terminat|connection/);
  });

  test("that fails at once is broken, too", async () => {
    const id = randomUUID();
    const waiting = (what: string) => `select ${what} from pg_locks join pg_database on pg_database.oid = database
      where not granted and datname = current_database()`;
    const blocker = await database.connect("blocker");
    await blocker.query("begin; lock table finding in access exclusive mode");
    const begun = begin(`exportId=${id}`);
    await expect.poll(async () => (await blocker.query(waiting(""))).rowCount, { timeout: 30_000 }).toBeGreaterThan(0);
    await blocker.query(waiting("pg_terminate_backend(pid)"));
    expect((await begun).statusCode).toBe(500);
    await blocker.end();
    expect(await ended(id)).toMatchObject({ result: "broken", rows: 0 });
  });

  test("of which nothing is heard any more is broken: the process that streamed it is gone", async () => {
    const id = randomUUID();
    const { body } = await begin(`exportId=${id}`);
    const silent = () =>
      database.pool.query("update export_progress set noted_at = '2026-11-29T23:28:00Z' where id = $1", [id]);
    await silent();
    expect(await progress(id)).toMatchObject({ result: "broken", error: expect.stringContaining("stopped") });
    await body.dump({ limit: Number.MAX_SAFE_INTEGER });
    expect(await ended(id)).toBeDefined();
  });

  test("goes on when its progress cannot be noted, and that is logged once", async () => {
    await database.pool.query("alter table export_progress rename to elsewhere");
    const id = randomUUID();
    try {
      const { body } = await begin(`q=severity:critical&exportId=${id}`);
      expect((await body.text()).trimEnd().split("\n")).toHaveLength(many / 5 + 1);
    } finally {
      await database.pool.query("alter table elsewhere rename to export_progress");
    }
    expect(weir.log.filter((line) => line.includes(`the progress of export ${id} cannot be noted`))).toHaveLength(1);
  });

  test("needs a new one each time", async () => {
    const id = randomUUID();
    await (await begin(`q=cve:none&exportId=${id}`)).body.dump();
    for (let i = 0; i < 6; i++) {
      const again = await begin(`q=severity:critical&exportId=${id}`);
      expect(again.statusCode).toBe(409);
      expect(await again.body.json()).toMatchObject({ error: { code: "conflict", field: "exportId" } });
    }
    expect(await ended(id)).toMatchObject({ rows: 0, query: "cve:none", result: "complete" });
    expect((await begin("exportId=mine")).statusCode).toBe(400);
  });

  test("is its owner's alone, with a session or a token", async () => {
    const id = randomUUID();
    await (await begin(`q=cve:none&exportId=${id}`)).body.dump();
    const seen = async (as: ReturnType<typeof weir.as>) => (await as.request(`/api/v1/exports/${id}`)).status;
    expect(await seen(weir.as("viewer"))).toBe(200);
    expect(await seen(weir.as("admin"))).toBe(404);
    expect((await weir.as("viewer").request(`/api/v1/exports/${randomUUID()}`)).status).toBe(404);
    const owner = {
      type: "user",
      id: "",
      name: "",
      email: "",
      role: "viewer",
      userId: await weir.as("viewer").userId(),
    };
    const by = { actor: { type: "user", id: owner.userId, name: "viewer" }, address: null } as const;
    const { secret } = await createToken(weir.deps, owner as never, { name: "script" }, by);
    const authorization = `Bearer ${secret}`;
    expect((await weir.api.request(`/api/v1/exports/${id}`, { headers: { authorization } })).status).toBe(200);
  });
});

describe("a browser that goes to an export", () => {
  const navigation = {
    accept: "text/html,application/xhtml+xml",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
    "sec-fetch-site": "same-origin",
    "accept-encoding": "gzip, deflate, br",
  };

  test.each([
    ["format=csv", "weir-findings-2026-11-29.csv"],
    ["", "weir-findings-2026-11-29.ndjson"],
    ["format=ocsf", "weir-findings-2026-11-29.ocsf.ndjson"],
  ])("with %j saves it as %s: the cookie is all it takes", async (format, name) => {
    const { statusCode, headers, body } = await begin(`${format}&q=severity:critical`, navigation);
    expect(statusCode).toBe(200);
    expect(headers["content-disposition"]).toBe(`attachment; filename="${name}"`);
    await body.dump({ limit: Number.MAX_SAFE_INTEGER });
  });

  test("without one it is told to sign in", async () => {
    const { statusCode, body } = await request(`${server.url}/api/v1/export/findings`, { headers: navigation });
    expect([statusCode, await body.json()]).toMatchObject([401, { error: { code: "unauthenticated" } }]);
  });
});
