import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inventory } from "../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { QueryError } from "../errors.ts";
import { countMatches } from "./count.ts";

const many = 150_000;
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  const integrationId = await inventory(database).integration("prod");
  await sql`
    insert into finding (id, integration_id, kind, external_id, title, severity, status, risk_score, projects, tags,
      changed_at, hash, version, region)
    select gen_random_uuid(), ${integrationId}, 'issue', n::text, 'Many', 1 + n % 5, 'open', n % 100, '{}', '{}',
      now(), gen_random_uuid(), 1, 'region ' || n % 3
    from generate_series(1, ${many}) as n`.execute(database.db);
  await sql`analyze finding`.execute(database.db);
});
afterAll(() => database.close());

const count = (query: string, options: { exactMs?: number; boundMs?: number } = {}) =>
  countMatches(database.db, "findings", { query, ...options });

describe("a count", () => {
  test("goes on where the total of a list ends", async () => {
    expect(await count("NOT externalId:7")).toEqual({ value: many - 1, isExact: true });
    expect(await count('region:"region 1" AND riskScore < 50')).toEqual({ value: many / 6, isExact: true });
  });

  test("whose time is up says what there is at least, rounded down to what was counted to its end", async () => {
    expect(await count("NOT externalId:7", { exactMs: 1, boundMs: 5_000 })).toEqual({ value: many - 1, isExact: true });
    const { value, isExact } = await count("NOT externalId:7", { exactMs: 1, boundMs: 1 });
    expect(isExact).toBe(false);
    expect(value).toBeLessThanOrEqual(10_000);
  });

  test("of few among many is not taken for all of them", async () => {
    const query = "externalId:*0000";
    const exact = await count(query);
    expect(exact).toEqual({ value: many / 10_000, isExact: true });
    const { value, isExact } = await count(query, { exactMs: 1, boundMs: 1 });
    expect(isExact).toBe(false);
    expect(value).toBeLessThanOrEqual(exact.value);
  });

  test("of what cannot be read is refused", async () => {
    await expect(count("severity:blue")).rejects.toThrow(QueryError);
  });
});
