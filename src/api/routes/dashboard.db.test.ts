import { afterAll, beforeAll, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { syncTenant } from "../../../test/synced.ts";
import { type Dashboard, dashboardSchema } from "../schemas/dashboard.ts";

const now = Date.parse("2026-08-01T06:30:00Z");
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  await syncTenant(database, { findings: 3_000 });
}, 60_000);

afterAll(() => database.close());

test("the dashboard of a tenant is in the shape that the API describes", async () => {
  const answer = await testApi(database, { now: () => now })
    .as("viewer")
    .request("/api/v1/dashboard?days=10");
  expect(answer.status).toBe(200);
  const dashboard = dashboardSchema.strict().parse(await answer.json());
  expect(dashboard.days.map(({ day }) => day)).toHaveLength(10);
  expect(dashboard.days.at(-1)).toMatchObject({ day: "2026-08-01", open: dashboard.open.bySeverity });
});

test.each(["0", "366", "1.5", "a%20week"])("%s days are refused", async (days) => {
  const answer = await testApi(database).as("viewer").request(`/api/v1/dashboard?days=${days}`);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: { code: "invalid_request", field: "days" } });
});

test("a year is answered, and nobody who is not signed in", async () => {
  const { as, api } = testApi(database, { now: () => now });
  const year = (await (await as("viewer").request("/api/v1/dashboard?days=365")).json()) as Dashboard;
  expect(year.days).toHaveLength(365);
  expect(year.days[0]?.day).toBe("2025-08-02");
  expect((await api.request("/api/v1/dashboard")).status).toBe(401);
});
