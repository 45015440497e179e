import { afterAll, beforeAll, expect, test } from "vitest";
import { testApi } from "../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { access } from "./access.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const registered = () =>
  testApi(database)
    .api.routes.filter((route) => route.method !== "ALL")
    .map((route) => `${route.method} ${route.path}`);

test("every route has an entry in the table of access, and every entry a route", () => {
  expect([...new Set(registered())].sort()).toEqual(Object.keys(access).sort());
});

test("what is not there is not found, whoever asks", async () => {
  const answer = await testApi(database).api.request("/api/v1/nothing");
  expect(answer.status).toBe(404);
  expect(await answer.json()).toEqual({ error: { code: "not_found", message: "There is nothing at /api/v1/nothing" } });
});

test("a route that has no entry is refused", async () => {
  const { api } = testApi(database);
  api.get("/api/v1/forgotten", (c) => c.text("secrets"));
  const answer = await api.request("/api/v1/forgotten");
  expect([answer.status, await answer.json()]).toEqual([
    403,
    { error: { code: "forbidden", message: expect.stringContaining("GET /api/v1/forgotten") } },
  ]);
});
