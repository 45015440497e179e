import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApi } from "../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { hashSecret, newSecret } from "../auth/secret-token.ts";
import type { Role } from "../model.ts";
import { insertApiToken } from "../store/api-token.ts";
import { insertSession } from "../store/session.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const start = Date.parse("2026-06-01T08:00:00Z");

let database: TestDatabase;
let now = start;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const weir = () => testApi(database, { now: () => now });
const me = "/api/v1/auth/me";

/** Someone of their own for each test. */
async function someone(role: Role = "viewer") {
  now = start;
  const email = `${randomUUID()}@weir.test`;
  const { as, api, log } = weir();
  const actor = as(role, email);
  const userId = await actor.userId();
  const change = (values: { role?: Role; isDisabled?: boolean }) =>
    database.db.updateTable("appUser").set(values).where("id", "=", userId).execute();
  return { ...actor, email, id: userId, api, log, change };
}

async function token(userId: string, options: { role?: Role; expiresAt?: string } = {}) {
  const secret = newSecret("weir_");
  const { role = "admin", expiresAt = null } = options;
  const id = await insertApiToken(
    database.db,
    { userId, secretHash: hashSecret(secret), name: "ci", role, expiresAt },
    now,
  );
  return { id, headers: { authorization: `Bearer ${secret}` } };
}

describe("a session", () => {
  test("says who is signed in, and the test's own actors do", async () => {
    const ann = await someone("analyst");
    expect(await (await ann.request(me)).json()).toEqual({
      type: "user",
      userId: ann.id,
      email: ann.email,
      name: ann.email,
      role: "analyst",
    });
  });

  test("ends after twelve hours without a request, not with one in between", async () => {
    const ann = await someone();
    for (const at of [11, 22, 33]) {
      now = start + at * hourMs;
      expect((await ann.request(me)).status).toBe(200);
    }
    now += 12 * hourMs;
    expect((await ann.request(me)).status).toBe(401);
  });

  test("ends after seven days, however busy", async () => {
    const ann = await someone();
    for (now = start; now < start + 7 * dayMs; now += 11 * hourMs) expect((await ann.request(me)).status).toBe(200);
    now = start + 7 * dayMs;
    expect((await ann.request(me)).status).toBe(401);
  });

  test("survives a clock that is set back, and does not last longer for it", async () => {
    const ann = await someone();
    now = start - 3 * hourMs;
    expect((await ann.request(me)).status).toBe(200);
    now = start - 3 * hourMs + 12 * hourMs;
    expect((await ann.request(me)).status).toBe(401);
  });

  test("is written down as seen once a minute at most", async () => {
    const ann = await someone();
    const seen = async () =>
      (
        await database.db
          .selectFrom("session")
          .select("lastSeenAt")
          .where("userId", "=", ann.id)
          .executeTakeFirstOrThrow()
      ).lastSeenAt;
    now = start + 59_000;
    await ann.request(me);
    expect(await seen()).toBe(new Date(start).toISOString());
    now = start + 60_000;
    await ann.request(me);
    expect(await seen()).toBe(new Date(start + 60_000).toISOString());
  });

  test("of a disabled user is no good", async () => {
    const ann = await someone();
    expect((await ann.request(me)).status).toBe(200);
    await ann.change({ isDisabled: true });
    expect((await ann.request(me)).status).toBe(401);
  });

  test("lies in the database as a hash only", async () => {
    const ann = await someone();
    const secret = newSecret();
    await insertSession(
      database.db,
      { userId: ann.id, secretHash: hashSecret(secret), address: null, userAgent: null },
      now,
    );
    const { rows } = await database.pool.query("select session::text as line from session");
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(secret);
  });
});

describe("one's sessions", () => {
  test("are listed, and each can be ended, which the audit log tells", async () => {
    const ann = await someone();
    await ann.request(me);
    const other = weir().as("viewer", ann.email);
    expect((await other.request(me)).status).toBe(200);
    const { items } = (await (await ann.request("/api/v1/auth/sessions")).json()) as {
      items: { id: string; isCurrent: boolean }[];
    };
    expect(items.map(({ isCurrent }) => isCurrent).sort()).toEqual([false, true]);
    const theOther = items.find(({ isCurrent }) => !isCurrent);
    expect((await ann.send("DELETE", `/api/v1/auth/sessions/${theOther?.id}`)).status).toBe(204);
    expect([(await other.request(me)).status, (await ann.request(me)).status]).toEqual([401, 200]);
    expect((await ann.send("DELETE", `/api/v1/auth/sessions/${theOther?.id}`)).status).toBe(404);
    const event = await database.db
      .selectFrom("auditEvent")
      .select(["action", "actorName"])
      .where("subjectId", "=", theOther?.id ?? "")
      .execute();
    expect(event).toEqual([{ action: "session.revoke", actorName: ann.email }]);
  });

  test("are nobody else's to end", async () => {
    const [ann, bob] = [await someone(), await someone("admin")];
    const { items } = (await (await ann.request("/api/v1/auth/sessions")).json()) as { items: { id: string }[] };
    expect((await bob.send("DELETE", `/api/v1/auth/sessions/${items[0]?.id}`)).status).toBe(404);
    expect((await ann.request(me)).status).toBe(200);
  });

  test("end by signing out, which takes the cookie away", async () => {
    const ann = await someone();
    const answer = await ann.send("POST", "/api/v1/auth/logout");
    expect(answer.status).toBe(204);
    expect(answer.headers.get("set-cookie")).toMatch(/^weir_session=; Max-Age=0; Path=\/; HttpOnly; SameSite=Strict$/);
    expect((await ann.request(me)).status).toBe(401);
  });
});

describe("an API token", () => {
  test("acts for its owner, with the lower of both roles", async () => {
    const ann = await someone("analyst");
    const { headers } = await token(ann.id, { role: "admin" });
    const body = async () => (await (await ann.api.request(me, { headers })).json()) as { role: string; type: string };
    expect(await body()).toMatchObject({ type: "token", role: "analyst", name: "ci", email: ann.email });
    await ann.change({ role: "viewer" });
    expect(await body()).toMatchObject({ role: "viewer" });
  });

  test("needs no origin, and ignores a cookie that comes along", async () => {
    const ann = await someone();
    const { headers } = await token(ann.id);
    const answer = await ann.request("/api/v1/auth/logout", {
      method: "POST",
      headers: { ...headers, origin: "https://evil.example" },
    });
    expect(answer.status).toBe(204);
    expect((await ann.request(me)).status).toBe(200);
  });

  test.each([
    ["that expired", async (id: string) => await token(id, { expiresAt: new Date(start - 1).toISOString() })],
    ["that nobody made", async () => ({ headers: { authorization: `Bearer ${newSecret("weir_")}` } })],
  ])("%s is refused with what may be the reason", async (_, make) => {
    const ann = await someone();
    const { headers } = await make(ann.id);
    const answer = await ann.request(me, { headers });
    expect([answer.status, await answer.json()]).toEqual([
      401,
      { error: { code: "unauthenticated", message: expect.stringContaining("API token is not good") } },
    ]);
  });

  test("of a disabled or removed owner is no good", async () => {
    const ann = await someone();
    const { headers } = await token(ann.id);
    await ann.change({ isDisabled: true });
    expect((await ann.api.request(me, { headers })).status).toBe(401);
    await ann.change({ isDisabled: false });
    expect((await ann.api.request(me, { headers })).status).toBe(200);
    await database.db.deleteFrom("appUser").where("id", "=", ann.id).execute();
    expect((await ann.api.request(me, { headers })).status).toBe(401);
  });
});

describe("a change with a session", () => {
  const logout = "/api/v1/auth/logout";
  const from = async (headers: Record<string, string>) => {
    const ann = await someone();
    const { cookie } = await cookieOf(ann.id);
    return await ann.api.request(logout, { method: "POST", headers: { cookie, ...headers } });
  };
  async function cookieOf(userId: string) {
    const secret = newSecret();
    const session = { userId, secretHash: hashSecret(secret), address: null, userAgent: null };
    await insertSession(database.db, session, now);
    return { cookie: `weir_session=${secret}; __Host-weir_session=${secret}` };
  }

  test.each([
    ["its own page", { origin: "http://localhost" }],
    ["its own page behind a proxy", { origin: "https://weir.example", "x-forwarded-host": "weir.example:443" }],
    ["a page that only says the referrer", { referer: "http://localhost/findings?q=1" }],
    ["a browser that only says so", { "sec-fetch-site": "same-origin" }],
  ])("is done for %s", async (_, headers) => {
    expect((await from(headers as unknown as Record<string, string>)).status).toBe(204);
  });

  test.each([
    ["another site", { origin: "https://evil.example" }],
    ["another port", { origin: "http://localhost:8081" }],
    ["a page without an origin", { origin: "null" }],
    ["a site whose name only begins like ours", { origin: "http://localhost.evil.example" }],
    ["a referrer elsewhere", { referer: "https://evil.example/http://localhost" }],
    ["a browser that says it is another site", { "sec-fetch-site": "same-site" }],
    ["nobody knows where", {}],
  ])("is refused for %s", async (_, headers) => {
    const answer = await from(headers as unknown as Record<string, string>);
    expect([answer.status, await answer.json()]).toMatchObject([403, { error: { code: "forbidden" } }]);
  });

  test("has a body in JSON or none", async () => {
    const ann = await someone();
    const answer = await ann.request(logout, {
      method: "POST",
      body: "a=1",
      headers: { "content-type": "text/plain" },
    });
    expect([answer.status, await answer.json()]).toEqual([
      415,
      { error: { code: "invalid_request", message: expect.stringContaining("application/json") } },
    ]);
  });
});

test("whoever is not known is told how to be", async () => {
  const answer = await weir().api.request(me);
  expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
});

test("no answer allows another site to read it", async () => {
  const answer = await weir().api.request(me, { headers: { origin: "https://evil.example" } });
  expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
});
