import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { meet } from "../../../test/meet.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { editUser, removeUser, type UserDeps } from "../../auth/users.ts";
import type { By } from "../../store/audit.ts";

const password = "correct horse battery";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ poolSize: 20 });
});
afterAll(() => database.close());
beforeEach(async () => {
  for (const table of ["appUser", "auditEvent", "rateLimit"] as const) await database.db.deleteFrom(table).execute();
});

const admin = () => testApi(database).as("admin");

interface UserBody {
  id: string;
  email: string;
  role: string;
}

async function add(values: object = {}): Promise<UserBody> {
  const body = { email: `${randomUUID()}@weir.test`, role: "viewer", password, ...values };
  const answer = await admin().send("POST", "/api/v1/users", body);
  expect(answer.status).toBe(201);
  return (await answer.json()) as UserBody;
}

const edit = (id: string, values: object) => admin().send("PATCH", `/api/v1/users/${id}`, values);
const remove = (id: string) => admin().send("DELETE", `/api/v1/users/${id}`);
const problem = async (answer: Response) => [answer.status, await answer.json()];

async function login(email: string, given = password): Promise<{ status: number; cookie: string }> {
  const answer = await testApi(database).api.request("/api/v1/auth/login", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password: given }),
  });
  return { status: answer.status, cookie: answer.headers.getSetCookie()[0]?.split(";")[0] ?? "" };
}
const me = async (cookie: string) =>
  (await testApi(database).api.request("/api/v1/auth/me", { headers: { cookie } })).status;

async function lastEvent() {
  const events = await database.db.selectFrom("auditEvent").selectAll().orderBy("at", "desc").execute();
  const { action, actorName, subjectName, details } = events[0]!;
  return { action, actorName, subjectName, details };
}

describe("a user", () => {
  test("is added, listed and read, never with a hash", async () => {
    const user = await add({ email: " Ann@Weir.test ", name: "Ann" });
    expect(user).toEqual({
      id: expect.any(String),
      email: "ann@weir.test",
      name: "Ann",
      role: "viewer",
      isDisabled: false,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      lastLoginAt: null,
    });
    expect(await (await admin().request(`/api/v1/users/${user.id}`)).json()).toEqual(user);
    const { items } = (await (await admin().request("/api/v1/users")).json()) as { items: UserBody[] };
    expect(items.map(({ email }) => email)).toEqual(["admin@weir.test", "ann@weir.test"]);
    expect(await lastEvent()).toEqual({
      action: "user.create",
      actorName: "admin@weir.test",
      subjectName: "ann@weir.test",
      details: { role: "viewer" },
    });
  });

  test("has an address of their own, whatever the case", async () => {
    const [ann, bob] = [await add({ email: "ann@weir.test" }), await add()];
    const body = { email: "ANN@weir.test", role: "viewer", password };
    const taken = [409, { error: { code: "conflict", field: "email", message: expect.stringContaining("already") } }];
    expect(await problem(await admin().send("POST", "/api/v1/users", body))).toEqual(taken);
    expect(await problem(await edit(bob.id, { email: "ANN@weir.test" }))).toEqual(taken);
    expect((await edit(ann.id, { email: "Ann@weir.test" })).status).toBe(200);
  });

  test.each([
    [{ email: "ann" }, "email"],
    [{ email: "ann@b c" }, "email"],
    [{ password: "short" }, "password"],
    [{ password: "password1234" }, "password"],
    [{ role: "owner" }, "role"],
    [{ name: "" }, "name"],
  ])("is refused with %j, and the answer names the field", async (values, field) => {
    const body = { email: "ann@weir.test", role: "viewer", password, ...values };
    expect(await problem(await admin().send("POST", "/api/v1/users", body))).toMatchObject([400, { error: { field } }]);
  });

  test.each([
    ["another role", { role: "analyst" }, { role: { from: "viewer", to: "analyst" } }],
    ["another password", { password: "battery staple horse" }, { password: "changed" }],
    ["being disabled", { isDisabled: true }, { isDisabled: { from: false, to: true } }],
  ])("is signed out at once by %s, and the log tells what changed", async (_, values, details) => {
    const user = await add();
    const { cookie } = await login(user.email);
    expect(await me(cookie)).toBe(200);
    expect((await edit(user.id, values)).status).toBe(200);
    expect(await me(cookie)).toBe(401);
    expect(await lastEvent()).toMatchObject({ action: "user.edit", subjectName: user.email, details });
  });

  test("stays signed in with another name, and by an edit that changes nothing, of which nothing is told", async () => {
    const user = await add();
    const { cookie } = await login(user.email);
    await edit(user.id, { name: "Ann" });
    const told = await lastEvent();
    expect(told).toMatchObject({ details: { name: { from: user.email, to: "Ann" } } });
    await edit(user.id, { name: "Ann", role: "viewer", isDisabled: false });
    expect(await lastEvent()).toEqual(told);
    expect(await me(cookie)).toBe(200);
  });

  test("is disabled, enabled, and signs in again", async () => {
    const user = await add();
    await edit(user.id, { isDisabled: true });
    expect((await login(user.email)).status).toBe(401);
    await edit(user.id, { isDisabled: false });
    expect((await login(user.email)).status).toBe(200);
  });

  test("is removed with sessions and tokens", async () => {
    const user = await add();
    const { cookie } = await login(user.email);
    expect((await remove(user.id)).status).toBe(204);
    expect(await me(cookie)).toBe(401);
    expect((await remove(user.id)).status).toBe(404);
    expect((await edit(user.id, { name: "x" })).status).toBe(404);
    expect(await lastEvent()).toMatchObject({ action: "user.remove", subjectName: user.email });
  });

  test("is seen where they are signed in, and signed out everywhere", async () => {
    const user = await add();
    const cookies = [(await login(user.email)).cookie, (await login(user.email)).cookie];
    const sessions = async () =>
      ((await (await admin().request(`/api/v1/users/${user.id}/sessions`)).json()) as { items: unknown[] }).items;
    expect(await sessions()).toHaveLength(2);
    expect((await admin().send("DELETE", `/api/v1/users/${user.id}/sessions`)).status).toBe(204);
    expect(await sessions()).toEqual([]);
    expect(await Promise.all(cookies.map(me))).toEqual([401, 401]);
    expect(await lastEvent()).toMatchObject({ action: "session.revoke_all", details: { sessions: 2 } });
  });

  test("does not set their own password without the present one", async () => {
    const self = await admin().userId();
    expect(await problem(await edit(self, { password }))).toMatchObject([
      403,
      { error: { message: expect.stringContaining("/api/v1/auth/password") } },
    ]);
  });
});

describe("the last administrator", () => {
  test.each([
    ["removed", (id: string) => remove(id)],
    ["disabled", (id: string) => edit(id, { isDisabled: true })],
    ["demoted", (id: string) => edit(id, { role: "analyst" })],
  ])("cannot be %s, while one of two can", async (_, act) => {
    const self = await admin().userId();
    await add({ role: "admin", email: "disabled@weir.test" });
    const disabled = await database.db
      .selectFrom("appUser")
      .select("id")
      .where("email", "=", "disabled@weir.test")
      .executeTakeFirstOrThrow();
    await edit(disabled.id, { isDisabled: true });
    expect(await problem(await act(self))).toEqual([
      409,
      { error: { code: "conflict", message: expect.stringContaining("the only administrator who can sign in") } },
    ]);
    expect((await admin().request("/api/v1/users")).status).toBe(200);
    await edit(disabled.id, { isDisabled: false });
    expect((await act(self)).status).toBeLessThan(300);
  });

  test.each([
    ["removed", removeUser],
    ["disabled", (deps: UserDeps, id: string, by: By) => editUser(deps, id, { isDisabled: true }, by)],
    ["demoted", (deps: UserDeps, id: string, by: By) => editUser(deps, id, { role: "viewer" }, by)],
  ])("stays when both are %s at the same time", async (_, act) => {
    const [one, other] = [await add({ role: "admin" }), await add({ role: "admin" })];
    await remove(await admin().userId());
    const { deps } = testApi(database);
    const by = { actor: { type: "cli", id: null, name: "test" } as const, address: null };
    const done = await meet<unknown>(
      database,
      "lock table app_user in share mode",
      [one, other].map(
        ({ id }) =>
          () =>
            act(deps, id, by),
      ),
    );
    expect(done.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});
