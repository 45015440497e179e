import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { hashSecret, newSecret } from "../../auth/secret-token.ts";
import { insertApiToken } from "../../store/api-token.ts";

let database: TestDatabase;
let weir: ReturnType<typeof testApi>;

beforeAll(async () => {
  database = await testDatabase();
  weir = testApi(database);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query("truncate preference");
});

const put = async (key: string, value: unknown, as = weir.as("viewer")) =>
  (await as.send("PUT", `/api/v1/preferences/${key}`, value)).status;
const all = async (as = weir.as("viewer")) => {
  const answer = await as.request("/api/v1/preferences");
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { preferences: Record<string, unknown> }).preferences;
};

describe("preferences", () => {
  test("are what a person chose, whatever JSON it is, and only theirs", async () => {
    const columns = { columns: ["title", "severity"], widths: { title: 320 }, z: 1, a: null };
    const chosen: [string, unknown][] = [
      ["findings.columns", columns],
      ["theme", "dark"],
      ["density", 2.5],
      ["is-told", true],
      ["recent", ["a", "\u0000", "😀"]],
      ["nothing", null],
      ["constructor", {}],
    ];
    for (const [key, value] of chosen) expect(await put(key, value)).toBe(204);
    expect(await all()).toEqual(Object.fromEntries(chosen));
    expect(JSON.stringify((await all())["findings.columns"])).toBe(JSON.stringify(columns));
    expect(await all(weir.as("admin"))).toEqual({});
    expect(await all(weir.as("viewer", "other@weir.test"))).toEqual({});
  });

  test("change, and go", async () => {
    await put("theme", "dark");
    await put("theme", "light");
    expect(await all()).toEqual({ theme: "light" });
    for (let i = 0; i < 2; i++)
      expect((await weir.as("viewer").send("DELETE", "/api/v1/preferences/theme")).status).toBe(204);
    expect(await all()).toEqual({});
  });

  test("are of 16 KB at most", async () => {
    const fitting = "x".repeat(16_384 - 2);
    expect(await put("big", fitting)).toBe(204);
    const tooBig = await weir.as("viewer").send("PUT", "/api/v1/preferences/big", `${fitting}é`);
    expect([tooBig.status, await tooBig.json()]).toMatchObject([
      413,
      { error: { message: expect.stringContaining("16 KB") } },
    ]);
    expect(await all()).toEqual({ big: fitting });
  });

  test.each(["A", "1a", "a_b", "a%2Fb", "a".repeat(65), "%C3%A9"])("of the key %s are refused", async (key) => {
    const answer = await weir.as("viewer").send("PUT", `/api/v1/preferences/${key}`, 1);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { field: "key" } }]);
    expect(await put("a".repeat(64), 1)).toBe(204);
  });

  test("are of twenty levels at most, however many are sent", async () => {
    const nested = (levels: number): unknown =>
      Array.from({ length: levels }).reduce<unknown>((inner) => [inner], "in");
    expect(await put("deep", nested(20))).toBe(204);
    for (const levels of [21, 4_000]) expect(await put("deep", nested(levels))).toBe(400);
    expect(await all()).toEqual({ deep: nested(20) });
  });

  test("are a hundred at most, also when many are chosen at once; those that are there still change", async () => {
    const statuses = await Promise.all(Array.from({ length: 104 }, (_, i) => put(`key-${i}`, i)));
    expect(statuses.filter((status) => status === 204)).toHaveLength(100);
    expect(statuses.filter((status) => status === 409)).toHaveLength(4);
    const [key] = Object.keys(await all());
    expect(await put(key ?? "", "new")).toBe(204);
    expect(Object.keys(await all())).toHaveLength(100);
  });

  test("a body that is no JSON is refused", async () => {
    const answer = await weir.as("viewer").request("/api/v1/preferences/theme", {
      method: "PUT",
      body: "{dark",
      headers: { "content-type": "application/json" },
    });
    expect(answer.status).toBe(400);
  });

  test("belong to people: an API token has none, neither to read nor to change", async () => {
    await put("theme", "dark");
    const secret = newSecret("weir_");
    const token = { userId: await weir.as("viewer").userId(), secretHash: hashSecret(secret), name: "script" };
    await insertApiToken(database.db, { ...token, role: "viewer", expiresAt: null }, Date.now());
    for (const [method, path] of [
      ["GET", ""],
      ["PUT", "/theme"],
      ["DELETE", "/theme"],
    ]) {
      const answer = await weir.api.request(`/api/v1/preferences${path}`, {
        method: method ?? "GET",
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
        ...(method === "PUT" && { body: '"light"' }),
      });
      expect([answer.status, await answer.json()]).toMatchObject([
        403,
        { error: { code: "forbidden", message: expect.stringContaining("API token") } },
      ]);
    }
    expect(await all()).toEqual({ theme: "dark" });
  });

  test("go with their owner, and are in no audit log", async () => {
    const leaver = weir.as("viewer", "leaver@weir.test");
    await put("theme", "dark", leaver);
    expect((await database.pool.query("select from audit_event")).rowCount).toBe(0);
    await weir.as("admin").send("DELETE", `/api/v1/users/${await leaver.userId()}`);
    expect((await database.pool.query("select from preference")).rowCount).toBe(0);
  });
});
