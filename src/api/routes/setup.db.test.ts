import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { meet } from "../../../test/meet.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { makeFirstAdmin } from "../../auth/first-admin.ts";
import { limits } from "../../auth/limits.ts";
import { issueSetupToken } from "../../auth/setup.ts";
import { ConfigError } from "../../errors.ts";

const start = Date.parse("2026-06-01T08:00:00Z");
const hourMs = 3_600_000;
const form = { email: "Ann@Example.com", password: "correct horse battery", name: "Ann" };
/** Who there is can be read, and nobody added. */
const blocked = "lock table app_user in share mode";

let database: TestDatabase;
let now = start;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  now = start;
  for (const table of ["appUser", "setupToken", "rateLimit", "auditEvent"] as const)
    await database.db.deleteFrom(table).execute();
});

const weir = () => testApi(database, { now: () => now });
const issue = async () => (await issueSetupToken(weir().deps)) ?? "none";

async function setUp(token: string, values: object = {}, headers: Record<string, string> = {}) {
  return await weir().api.request("/api/v1/setup", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ token, ...form, ...values }),
  });
}
const needed = async () => await (await weir().api.request("/api/v1/setup")).json();
const actions = async () =>
  (await database.db.selectFrom("auditEvent").select(["action", "actorName", "details"]).orderBy("at").execute()).map(
    ({ action, actorName, details }) => [action, actorName, details],
  );

describe("the first start", () => {
  test("takes the one-time token, makes the administrator and signs them in", async () => {
    expect(await needed()).toEqual({ needed: true });
    const answer = await setUp(await issue());
    expect([answer.status, await answer.json()]).toEqual([
      201,
      { type: "user", userId: expect.any(String), email: "ann@example.com", name: "Ann", role: "admin" },
    ]);
    const cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    expect((await weir().api.request("/api/v1/users", { headers: { cookie } })).status).toBe(200);
    expect(await needed()).toEqual({ needed: false });
    expect(await actions()).toEqual([["setup.complete", "ann@example.com", {}]]);
  });

  test("happens once: the token is no good afterwards, and no new one is made", async () => {
    const token = await issue();
    await setUp(token);
    const answer = await setUp(token, { email: "eve@example.com" });
    expect([answer.status, await answer.json()]).toMatchObject([409, { error: { code: "conflict" } }]);
    expect(await issueSetupToken(weir().deps)).toBe(null);
    expect(await database.db.selectFrom("setupToken").selectAll().execute()).toEqual([]);
  });

  test("makes one administrator of two at once", async () => {
    const token = await issue();
    const answers = await meet(database, blocked, [
      () => setUp(token),
      () => setUp(token, { email: "bob@example.com" }),
    ]);
    expect(answers.map((answer) => answer.status === "fulfilled" && answer.value.status).sort()).toEqual([201, 409]);
    expect(await database.db.selectFrom("appUser").selectAll().execute()).toHaveLength(1);
  });

  test("refuses a token that is wrong, and says where the right one is", async () => {
    await issue();
    const answer = await setUp("made up");
    expect([answer.status, await answer.json()]).toMatchObject([
      403,
      { error: { message: expect.stringContaining("This is not the set-up token. It stands in the log") } },
    ]);
    expect(await needed()).toEqual({ needed: true });
    expect(await actions()).toEqual([["setup.refused", "Ann@Example.com", { reason: "wrong_token" }]]);
  });

  test("refuses a token after 24 hours; a restart gives a new one", async () => {
    const token = await issue();
    now = start + 24 * hourMs - 1;
    expect((await setUp(token, { password: "short" })).status).toBe(400);
    now = start + 24 * hourMs;
    const answer = await setUp(token);
    expect([answer.status, await answer.json()]).toMatchObject([
      403,
      { error: { message: expect.stringContaining("has expired") } },
    ]);
    expect((await setUp(await issue())).status).toBe(201);
  });

  test("takes the token of each process that answers", async () => {
    const [one, other] = [await issue(), await issue()];
    expect(one).not.toBe(other);
    expect((await setUp(one)).status).toBe(201);
  });

  test("keeps the token as a hash only", async () => {
    const token = await issue();
    const { rows } = await database.pool.query("select setup_token::text as line from setup_token");
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test("lets nobody guess for long, while whoever has the right token is let in", async () => {
    const token = await issue();
    for (let i = 0; i < 2 * limits.setup.burst; i++)
      expect((await setUp(token, { password: "short" })).status).toBe(400);
    for (let i = 0; i < limits.setup.burst; i++) expect((await setUp(`guess ${i}`)).status).toBe(403);
    const answer = await setUp("one more");
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "60"]);
    expect((await setUp(token)).status).toBe(201);
  });

  test.each([
    [{ email: "ann" }, "email"],
    [{ password: "short" }, "password"],
    [{ password: "ann@example.com" }, "password"],
    [{ name: "two\nlines" }, "name"],
  ])("says which field does not hold: %j", async (values, field) => {
    const answer = await setUp(await issue(), values);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { field } }]);
    expect(await needed()).toEqual({ needed: true });
  });

  test("is not for pages of other sites", async () => {
    expect((await setUp(await issue(), {}, { origin: "https://evil.example" })).status).toBe(403);
    expect(await needed()).toEqual({ needed: true });
  });
});

describe("WEIR_ADMIN_EMAIL and WEIR_ADMIN_PASSWORD", () => {
  const admin = { email: "root@example.com", password: "correct horse battery" };

  test("make the first administrator, and end the tokens", async () => {
    const token = await issue();
    const { deps, log } = weir();
    await makeFirstAdmin(deps, admin);
    expect(await needed()).toEqual({ needed: false });
    expect((await setUp(token)).status).toBe(409);
    const login = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(admin) };
    expect((await weir().api.request("/api/v1/auth/login", login)).status).toBe(200);
    expect(await actions()).toContainEqual(["setup.complete", "WEIR_ADMIN_EMAIL", {}]);
    expect(log.join()).not.toContain("horse");
  });

  test("do nothing once there are users, which the log says", async () => {
    await setUp(await issue());
    const { deps, log } = weir();
    await makeFirstAdmin(deps, { ...admin, password: "short" });
    expect(log.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ level: "info", msg: expect.stringContaining("WEIR_ADMIN_EMAIL is ignored") }),
    ]);
    expect(await database.db.selectFrom("appUser").selectAll().execute()).toHaveLength(1);
  });

  test.each([
    [{ ...admin, password: "short" }, "WEIR_ADMIN_PASSWORD: The password is too short"],
    [{ ...admin, email: "root" }, "WEIR_ADMIN_EMAIL: This is no e-mail address"],
  ])("stop the start when they do not hold: %j", async (given, words) => {
    const made = makeFirstAdmin(weir().deps, given);
    await expect(made).rejects.toThrow(ConfigError);
    await expect(made).rejects.toThrow(words);
    expect(await needed()).toEqual({ needed: true });
  });

  test("in two processes at once make one administrator", async () => {
    const others = { ...admin, email: "other@example.com" };
    await meet(
      database,
      blocked,
      [admin, others].map((one) => () => makeFirstAdmin(weir().deps, one)),
    );
    expect(await database.db.selectFrom("appUser").selectAll().execute()).toHaveLength(1);
  });
});
