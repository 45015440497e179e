import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { syncTenant } from "../../../test/synced.ts";

let database: TestDatabase;
let request: (path: string, init?: RequestInit) => Promise<Response>;

beforeAll(async () => {
  database = await testDatabase();
  await syncTenant(database, { findings: 2_000 });
  request = testApi(database).as("viewer").request;
});
afterAll(() => database.close());

interface Histogram {
  from: string;
  to: string;
  bucketSeconds: number;
  buckets: { at: string; counts: Record<string, number> }[];
  isPartial: boolean;
  countedFrom: string;
}

async function histogram(parameters: Record<string, string>): Promise<Histogram> {
  const answer = await request(`/api/v1/signals/histogram?${new URLSearchParams(parameters)}`);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return (await answer.json()) as Histogram;
}

const summed = ({ buckets }: Histogram) => {
  const sums: Record<string, number> = {};
  for (const { counts } of buckets)
    for (const [change, n] of Object.entries(counts)) sums[change] = (sums[change] ?? 0) + n;
  return sums;
};

async function counted(where = "true"): Promise<Record<string, number>> {
  const { rows } = await database.pool.query<{ change: string; n: number }>(
    `select change, count(*)::int as n from signal where ${where} group by 1`,
  );
  const none = { new: 0, changed: 0, resolved: 0, reopened: 0, gone: 0 };
  return { ...none, ...Object.fromEntries(rows.map(({ change, n }) => [change, n])) };
}

describe("the histogram of signals", () => {
  test.each([
    ["", "true"],
    ["stream:vulnerabilities AND severity >= high", "stream = 'vulnerabilities' and severity >= 4"],
    ["integration:tenant AND NOT change:new", "change <> 'new'"],
    ["title:CVE-2021", "title ilike '%CVE-2021%'"],
  ])("of %j is of what a whole tenant brought in the last day", async (q, where) => {
    const found = await histogram({ q });
    expect(found).toMatchObject({ bucketSeconds: 1800, isPartial: false, countedFrom: found.from });
    expect(Date.parse(found.to) - Date.parse(found.from)).toBe(86_400_000);
    const plain = await counted(where);
    expect(plain.new).toBeGreaterThanOrEqual(q.startsWith("integration") ? 0 : 1);
    expect(summed(found)).toEqual(plain);
  });

  test("is brushed by its own times: a part of it is what its buckets said", async () => {
    const whole = await histogram({ from: "now-1h", buckets: "10" });
    const bucket = whole.buckets.find(({ counts }) => (counts.new ?? 0) > 0);
    const end = new Date(Date.parse(bucket!.at) + whole.bucketSeconds * 1000).toISOString();
    const part = await histogram({ from: bucket!.at, to: end });
    expect(part.bucketSeconds).toBeLessThan(whole.bucketSeconds);
    expect(summed(part)).toEqual(bucket!.counts);
  });

  test.each([
    ["q=colour:red", { code: "query", position: 0 }],
    ["from=yesterday", { code: "config", field: "from" }],
    ["from=now-1d&to=now-2d", { code: "config", field: "from" }],
    ["buckets=201", { code: "invalid_request", field: "buckets" }],
  ])("?%s is refused", async (parameters, error) => {
    const answer = await request(`/api/v1/signals/histogram?${parameters}`);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error }]);
  });
});
