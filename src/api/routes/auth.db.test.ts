import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { limits } from "../../auth/limits.ts";
import { createPasswords } from "../../auth/passwords.ts";
import { addUser, editUser } from "../../auth/users.ts";
import type { Actor } from "../../store/audit.ts";

const start = Date.parse("2026-06-01T08:00:00Z");
const password = "correct horse battery";
const by = { actor: { type: "cli", id: null, name: "test" } satisfies Actor, address: null };

let database: TestDatabase;
let now = start;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  now = start;
  await database.db.deleteFrom("rateLimit").execute();
  await database.db.deleteFrom("auditEvent").execute();
});

const weir = (options = {}) => testApi(database, { now: () => now, ...options });

async function aUser(role: "viewer" | "admin" = "viewer") {
  const email = `${randomUUID()}@weir.test`;
  return await addUser(weir().deps, { email, role, password }, by);
}

interface From {
  address?: string;
  headers?: Record<string, string>;
}

/** A browser on Weir's own page, or a script. */
async function post(path: string, body: unknown, { address = "192.0.2.1", headers = {} }: From = {}, { api } = weir()) {
  const init = {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  };
  return await api.request(`/api/v1${path}`, init, { incoming: { socket: { remoteAddress: address } } });
}

const login = (email: string, given = password, from: From = {}) =>
  post("/auth/login", { email, password: given }, from);

/** The cookies of an answer, as the browser sends them back. */
function cookiesOf(answer: Response): Record<string, string> {
  return {
    cookie: answer.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; "),
  };
}

async function events(action = "session.") {
  const all = await database.db.selectFrom("auditEvent").selectAll().where("action", "like", `${action}%`).execute();
  return all.map(({ action, actorType, actorName, details, address }) => ({
    action,
    actorType,
    actorName,
    details,
    address,
  }));
}

const me = async (headers: Record<string, string>) => (await weir().api.request("/api/v1/auth/me", { headers })).status;

describe("signing in", () => {
  test("gives a session in a cookie that no script can read and no other site makes a browser send", async () => {
    const { id, email } = await aUser();
    const answer = await login(email.toUpperCase(), password, { headers: { "user-agent": "a browser" } });
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { type: "user", userId: id, email, name: email, role: "viewer" },
    ]);
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^weir_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(await me(cookiesOf(answer))).toBe(200);
    const session = await database.db.selectFrom("session").selectAll().where("userId", "=", id).executeTakeFirst();
    expect(session).toMatchObject({ address: "192.0.2.1", userAgent: "a browser" });
    expect(await events()).toEqual([
      { action: "session.login", actorType: "user", actorName: email, details: {}, address: "192.0.2.1" },
    ]);
  });

  test("over https gives a cookie of this host alone, and takes no other", async () => {
    const { email } = await aUser();
    const https = { "x-forwarded-proto": "https" };
    const answer = await login(email, password, { headers: https });
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^__Host-weir_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    const { cookie = "" } = cookiesOf(answer);
    expect(await me({ ...https, cookie })).toBe(200);
    expect(await me({ ...https, cookie: cookie.replaceAll("__Host-", "") })).toBe(401);
  });

  test("sounds the same for a wrong password, an unknown address and a disabled user; the log knows", async () => {
    const [ann, bob] = [await aUser(), await aUser()];
    await editUser(weir().deps, bob.id, { isDisabled: true }, by);
    await database.db.deleteFrom("auditEvent").execute();
    const answers = [
      await login(ann.email, "correct horse batterx"),
      await login("nobody@weir.test"),
      await login(bob.email),
    ];
    const bodies = await Promise.all(answers.map(async (answer) => [answer.status, await answer.json()]));
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(bodies[0]).toEqual([
      401,
      { error: { code: "unauthenticated", message: expect.stringContaining("is wrong") } },
    ]);
    expect(answers.map((answer) => answer.headers.getSetCookie())).toEqual([[], [], []]);
    const told = (await events()).map(({ actorType, actorName, details }) => [actorType, actorName, details]);
    expect(new Set(told)).toEqual(
      new Set([
        ["anonymous", ann.email, { reason: "wrong_password" }],
        ["anonymous", "nobody@weir.test", { reason: "unknown_user" }],
        ["anonymous", bob.email, { reason: "disabled" }],
      ]),
    );
  });

  test.each(["a\u0000@weir.test", "\ud800@weir.test", "", "@", "'; drop table app_user; --@x"])(
    "as %j is refused like any unknown address",
    async (email) => {
      expect((await login(email)).status).toBe(401);
    },
  );

  test("writes down nothing that may be a password", async () => {
    const api = weir();
    const { email } = await aUser();
    await post("/auth/login", { email: "my secret passphrase", password: "my other secret" }, {}, api);
    await post("/auth/login", { email, password: "mistyped secret words" }, {}, api);
    const { rows } = await database.pool.query("select audit_event::text as line from audit_event");
    expect(rows).toHaveLength(3);
    expect(JSON.stringify([rows, api.log])).not.toMatch(/secret|passphrase/);
  });

  test("does the work of a password also where there is none to check", async () => {
    const checked: (string | null)[] = [];
    const { passwords } = weir().deps;
    const watched = {
      ...passwords,
      verify(text: string, hash: string | null) {
        checked.push(hash);
        return passwords.verify(text, hash);
      },
    };
    const { email } = await aUser();
    const api = weir({ passwords: watched });
    await post("/auth/login", { email: "nobody@weir.test", password }, {}, api);
    await post("/auth/login", { email, password }, {}, api);
    expect(checked).toEqual([null, expect.stringContaining("$argon2id$")]);
  });

  test("makes a hash anew when the parameters have changed", async () => {
    const { id, email } = await aUser();
    const passwords = createPasswords({ memoryCost: 128, timeCost: 1, parallelism: 1 });
    const answer = await post("/auth/login", { email, password }, {}, weir({ passwords }));
    expect(answer.status).toBe(200);
    const { passwordHash } = await database.db
      .selectFrom("appUser")
      .select("passwordHash")
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    expect(passwordHash).toContain("m=128");
    expect((await login(email)).status).toBe(200);
  });

  test.each([
    [{ origin: "https://evil.example" }, 403],
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ origin: "http://localhost" }, 200],
    [{}, 200],
  ])("from a page that says %j is answered with %i", async (headers, status) => {
    const { email } = await aUser();
    expect((await login(email, password, { headers: headers as Record<string, string> })).status).toBe(status);
  });

  test("takes JSON only, so that no form of another site can do it", async () => {
    const { email } = await aUser();
    const headers = { "content-type": "text/plain" };
    expect((await login(email, password, { headers })).status).toBe(415);
  });

  test("is refused when the user is disabled while the password is checked", async () => {
    const { id, email } = await aUser();
    const { passwords } = weir().deps;
    const slow = {
      ...passwords,
      async verify(text: string, hash: string | null) {
        await editUser(weir().deps, id, { isDisabled: true }, by);
        return await passwords.verify(text, hash);
      },
    };
    expect((await post("/auth/login", { email, password }, {}, weir({ passwords: slow }))).status).toBe(401);
  });
});

describe("guessing", () => {
  const tries = limits.userAndNetwork.burst;
  async function guess(email: string, times: number, from: From = {}) {
    const statuses: number[] = [];
    for (let i = 0; i < times; i++) statuses.push((await login(email, "wrong wrong wrong", from)).status);
    return statuses;
  }

  test("at one user from one network ends with 429, which says when to come back", async () => {
    const { email } = await aUser();
    expect(await guess(email, tries)).toEqual(Array(tries).fill(401));
    const answer = await login(email);
    expect([answer.status, answer.headers.get("retry-after"), await answer.json()]).toEqual([
      429,
      "60",
      { error: { code: "too_many_requests", message: "Too many attempts. Try again in 60 seconds." } },
    ]);
    now += 60_000;
    expect((await login(email)).status).toBe(200);
  });

  test("does not lock the user out anywhere else", async () => {
    const { email } = await aUser();
    await guess(email, tries + 1, { address: "203.0.113.66" });
    expect((await login(email, password, { address: "203.0.113.66" })).status).toBe(429);
    expect((await login(email, password, { address: "192.0.2.1" })).status).toBe(200);
  });

  test("from the user's own network does not stop a browser in which the user has signed in before", async () => {
    const { email } = await aUser();
    const known = cookiesOf(await login(email));
    await guess(email, tries + 1);
    await guess("someone@weir.test", limits.network.burst);
    expect((await login(email)).status).toBe(429);
    expect((await login(email, password, { headers: { ...known, origin: "http://localhost" } })).status).toBe(200);
  });

  test("goes no further with another's, or a made-up, mark of a known browser", async () => {
    const [ann, eve] = [await aUser(), await aUser()];
    const { cookie = "" } = cookiesOf(await login(eve.email));
    const mark = /weir_device=[\w-]+/.exec(cookie)?.[0] ?? "";
    expect(mark).not.toBe("");
    await guess(ann.email, tries);
    for (const device of [mark, "weir_device=made-up", mark.slice(0, -4)])
      expect((await login(ann.email, password, { headers: { cookie: device } })).status).toBe(429);
  });

  test("at many users from one network ends, too; IPv6 counts by its first half", async () => {
    for (let i = 0; i < limits.network.burst; i++)
      await login(`${i}@weir.test`, "wrong wrong wrong", { address: `2001:db8::${i}` });
    expect((await login("another@weir.test", password, { address: "2001:db8::ffff" })).status).toBe(429);
    expect((await login("another@weir.test", password, { address: "2001:db8:0:1::1" })).status).toBe(401);
  });

  test("counts for each client behind a proxy that is trusted, and for no client that a stranger makes up", async () => {
    const { email } = await aUser();
    const api = weir({ trustedProxies: ["10.0.0.1"] });
    const via = async (forwarded: string, address: string) => {
      const headers = { "x-forwarded-for": forwarded };
      return (await post("/auth/login", { email, password: "wrong wrong wrong" }, { address, headers }, api)).status;
    };
    for (let i = 0; i < tries; i++) await via("198.51.100.1", "10.0.0.1");
    expect([await via("198.51.100.1", "10.0.0.1"), await via("198.51.100.2", "10.0.0.1")]).toEqual([429, 401]);
    for (let i = 0; i < tries; i++) await via(`198.51.100.${i}`, "203.0.113.1");
    expect(await via("198.51.100.200", "203.0.113.1")).toBe(429);
  });

  test("does not count what was right", async () => {
    const { email } = await aUser();
    for (let i = 0; i < limits.network.burst + 5; i++) expect((await login(email)).status).toBe(200);
  });

  test("does not flood the audit log: too many are told once in a while", async () => {
    const { email } = await aUser();
    await database.db.deleteFrom("auditEvent").execute();
    await guess(email, tries + 20);
    const reasons = (await events()).map(({ details }) => (details as { reason: string }).reason);
    expect(reasons.sort().reverse()).toEqual([...Array(tries).fill("wrong_password"), "too_many"]);
  });

  test("by very many at once leaves others their turn: who cannot be served is sent away at once", async () => {
    const api = weir();
    const email = (i: number) => `${i}@weir.test`;
    const all = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        post("/auth/login", { email: email(i), password }, { address: `10.0.0.${i}` }, api),
      ),
    );
    const busy = all.filter(({ status }) => status === 429);
    expect([all.filter(({ status }) => status === 401).length, busy.length]).toEqual([54, 146]);
    expect(busy[0]?.headers.get("retry-after")).toBe("3");
    const { email: known } = await aUser();
    expect((await post("/auth/login", { email: known, password }, {}, api)).status).toBe(200);
  });

  test("is not told at all when there was too much of it from everywhere", async () => {
    const full = new Date(now + limits.refusalsRecorded.burst * limits.refusalsRecorded.refillMs);
    await login("a@weir.test");
    await database.db.updateTable("rateLimit").set({ fullAt: full.toISOString() }).execute();
    expect((await login("b@weir.test", password, { address: "192.0.2.9" })).status).toBe(401);
    expect(await events()).toHaveLength(1);
  });
});

describe("one's own password", () => {
  const next = "battery staple and horse";
  async function signedIn() {
    const user = await aUser();
    const [here, elsewhere] = [cookiesOf(await login(user.email)), cookiesOf(await login(user.email))];
    const change = (currentPassword: string, newPassword: string) =>
      post("/auth/password", { currentPassword, newPassword }, { headers: { ...here, origin: "http://localhost" } });
    return { ...user, here, elsewhere, change };
  }

  test("is changed with the present one, which ends the other sessions", async () => {
    const ann = await signedIn();
    expect((await ann.change(password, next)).status).toBe(204);
    expect([await me(ann.here), await me(ann.elsewhere)]).toEqual([200, 401]);
    expect([(await login(ann.email)).status, (await login(ann.email, next)).status]).toEqual([401, 200]);
    expect(await events("password.")).toMatchObject([
      { action: "password.change", actorName: ann.email, details: { sessionsEnded: 1 } },
    ]);
  });

  test("stays when the present one is wrong, and that cannot be tried for ever", async () => {
    const ann = await signedIn();
    for (let i = 0; i < limits.ownPassword.burst; i++) {
      const answer = await ann.change("wrong wrong wrong", next);
      expect([answer.status, await answer.json()]).toMatchObject([400, { error: { field: "currentPassword" } }]);
    }
    expect((await ann.change(password, next)).status).toBe(429);
    expect((await login(ann.email)).status).toBe(200);
  });

  test("stays when the new one is too weak", async () => {
    const ann = await signedIn();
    const answer = await ann.change(password, "short");
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { error: { field: "newPassword", message: expect.stringContaining("at least 12 characters") } },
    ]);
    expect(await me(ann.elsewhere)).toBe(200);
  });
});
