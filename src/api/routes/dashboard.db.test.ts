import { afterAll, beforeAll, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { syncTenant } from "../../../test/synced.ts";
import { dashboardSchema } from "../schemas/dashboard.ts";

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
