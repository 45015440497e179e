import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testApi } from "../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { hashSecret, newSecret } from "../auth/secret-token.ts";
import { mayActAs, type Role, roles } from "../model.ts";
import { deleteApiToken, insertApiToken } from "../store/api-token.ts";
import { deleteSession, insertSession } from "../store/session.ts";
import { sessionLimits } from "../store/session-limits.ts";
import { type Access, access } from "./access.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const start = Date.now();
let now = start;
const weir = () => testApi(database, { now: () => now });

const routes = () =>
  weir()
    .api.routes.filter((route) => route.method !== "ALL")
    .map(({ method, path }) => ({ method, path, name: `${method} ${path}` }));

test("every route has an entry in the table of access, and every entry a route", () => {
  expect([...new Set(routes().map(({ name }) => name))].sort()).toEqual(Object.keys(access).sort());
});

test("what is not there is not found, whoever asks", async () => {
  const answer = await weir().api.request("/api/v1/nothing");
  expect(answer.status).toBe(404);
  expect(await answer.json()).toEqual({ error: { code: "not_found", message: "There is nothing at /api/v1/nothing" } });
});

test("a route that has no entry is refused", async () => {
  const { api } = weir();
  api.get("/api/v1/forgotten", (c) => c.text("secrets"));
  const answer = await api.request("/api/v1/forgotten");
  expect([answer.status, await answer.json()]).toEqual([
    403,
    { error: { code: "forbidden", message: expect.stringContaining("GET /api/v1/forgotten") } },
  ]);
});

/** Someone who knocks at every door: how they come, and what they may do, if anything. */
interface Visitor {
  headers: Record<string, string>;
  role: Role | null;
  /** A page of another site: nothing is changed for it, whoever is signed in. */
  isForeign?: boolean;
}

const ownOrigin = { origin: "http://localhost" };

async function aUser(role: Role, isDisabled = false): Promise<string> {
  const at = new Date(start).toISOString();
  const id = crypto.randomUUID();
  const user = { id, email: `${id}@weir.test`, name: role, role, isDisabled, passwordHash: "none" };
  await database.db
    .insertInto("appUser")
    .values({ ...user, createdAt: at, updatedAt: at })
    .execute();
  return id;
}

async function aSession(userId: string, at = now): Promise<{ id: string; headers: Record<string, string> }> {
  const secret = newSecret();
  const entry = { userId, secretHash: hashSecret(secret), address: null, userAgent: null };
  const id = await insertSession(database.db, entry, at);
  return { id, headers: { cookie: `weir_session=${secret}`, ...ownOrigin } };
}

async function aToken(userId: string, role: Role, expiresAt: string | null = null) {
  const secret = newSecret("weir_");
  const id = await insertApiToken(
    database.db,
    { userId, secretHash: hashSecret(secret), name: "t", role, expiresAt },
    now,
  );
  return { id, headers: { authorization: `Bearer ${secret}` } };
}

const visitors: Record<string, () => Promise<Visitor>> = {
  anonymous: async () => ({ headers: {}, role: null }),
  "anonymous on Weir's own page": async () => ({ headers: ownOrigin, role: null }),
  ...Object.fromEntries(
    roles.flatMap((role) => [
      [role, async () => ({ headers: (await aSession(await aUser(role))).headers, role })],
      [`${role} with a token`, async () => ({ headers: (await aToken(await aUser(role), role)).headers, role })],
    ]),
  ),
  "admin with a viewer's token": async () => ({
    headers: (await aToken(await aUser("admin"), "viewer")).headers,
    role: "viewer",
  }),
  "viewer with a token from better days": async () => ({
    headers: (await aToken(await aUser("viewer"), "admin")).headers,
    role: "viewer",
  }),
  "session that was idle too long": async () => ({
    headers: (await aSession(await aUser("admin"), now - sessionLimits.idleMs)).headers,
    role: null,
  }),
  "session that is too old": async () => {
    const { id, headers } = await aSession(await aUser("admin"));
    const createdAt = new Date(now - sessionLimits.absoluteMs).toISOString();
    await database.db.updateTable("session").set({ createdAt }).where("id", "=", id).execute();
    return { headers, role: null };
  },
  "session that was revoked": async () => {
    const { id, headers } = await aSession(await aUser("admin"));
    await deleteSession(database.db, id);
    return { headers, role: null };
  },
  "session of a disabled user": async () => ({
    headers: (await aSession(await aUser("admin", true))).headers,
    role: null,
  }),
  "token that was revoked": async () => {
    const { id, headers } = await aToken(await aUser("admin"), "admin");
    await deleteApiToken(database.db, id);
    return { headers, role: null };
  },
  "token that expired": async () => ({
    headers: (await aToken(await aUser("admin"), "admin", new Date(now).toISOString())).headers,
    role: null,
  }),
  "token of a disabled user": async () => ({
    headers: (await aToken(await aUser("admin", true), "admin")).headers,
    role: null,
  }),
  "token that is made up": async () => ({ headers: { authorization: `Bearer ${newSecret("weir_")}` }, role: null }),
  "admin on a page of another site": async () => ({
    headers: { ...(await aSession(await aUser("admin"))).headers, origin: "https://evil.example" },
    role: "admin",
    isForeign: true,
  }),
  "nobody on a page of another site": async () => ({
    headers: { origin: "https://evil.example" },
    role: null,
    isForeign: true,
  }),
};

/** What the table says: refused as unknown, refused as not allowed, or let in (whatever the route then says). */
function expected(wanted: Access | undefined, method: string, { role, isForeign = false }: Visitor): string {
  if (isForeign && method !== "GET") return "403";
  if (wanted === undefined) return "403";
  if (wanted === "public") return "let in";
  if (role === null) return "401";
  return mayActAs(role, wanted) ? "let in" : "403";
}

/** A route may refuse by itself whom the guard let in (a set-up token that is wrong, another's things): by its own words. */
async function outcome(answer: Response, wanted: Access | undefined): Promise<string> {
  const { status } = answer;
  const isGuards = status === 401 || status === 403;
  if (!isGuards) {
    await answer.body?.cancel();
    return "let in";
  }
  const { error } = (await answer.json()) as { error: { message: string } };
  const isRoutesOwn = wanted !== undefined && !guardsWords.some((words) => error.message.includes(words));
  return isRoutesOwn ? "let in" : String(status);
}

const guardsWords = [
  "Sign in first, or send an API token",
  "This API token is not good",
  "This takes the role",
  "but Weir is at",
  "it has no entry in the table",
  "a change needs the header Origin",
];

describe("every door, tried by", () => {
  beforeEach(() => {
    now = start;
  });

  test.each(Object.keys(visitors))("%s, opens as the table of access says", async (name) => {
    const { api } = weir();
    const said: Record<string, string> = {};
    const meant: Record<string, string> = {};
    for (const route of routes()) {
      const visitor = await visitors[name]!();
      const path = route.path.replace(/:id\b/g, crypto.randomUUID()).replace(/:[a-z]+/gi, "findings");
      const hasBody = route.method !== "GET" && route.method !== "DELETE";
      const answer = await api.request(path, {
        method: route.method,
        headers: { ...visitor.headers, ...(hasBody && { "content-type": "application/json" }) },
        ...(hasBody && { body: "{}" }),
      });
      said[route.name] = await outcome(answer, access[route.name]);
      meant[route.name] = expected(access[route.name], route.method, visitor);
    }
    expect(said).toEqual(meant);
  });
});
