import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { recordAudit } from "../../store/audit.ts";

const start = Date.parse("2026-06-01T08:00:00Z");
const minute = (n: number) => new Date(start + n * 60_000).toISOString();
const [ann, bob, prod] = [randomUUID(), randomUUID(), randomUUID()];

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  const subject = { type: "integration", id: prod, name: "Prod" };
  for (let i = 0; i < 10; i++) {
    const actor =
      i % 2 === 0
        ? ({ type: "user", id: ann, name: "ann@weir.test" } as const)
        : ({ type: "user", id: bob, name: "bob@weir.test" } as const);
    const action = i < 6 ? "integration.edit" : "session_login";
    // Two share each instant.
    const at = start + Math.floor(i / 2) * 60_000;
    await recordAudit(
      database.db,
      { actor, action, ...(i < 6 && { subject }), details: { i }, address: "192.0.2.1" },
      at,
    );
  }
});
afterAll(() => database.close());

interface Page {
  items: { at: string; details: { i: number } }[];
  nextCursor: string | null;
}

async function read(query: string): Promise<Page> {
  const answer = await testApi(database).as("admin").request(`/api/v1/audit?${query}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Page;
}
const numbers = async (query: string) => (await read(query)).items.map(({ details }) => details.i).sort();

test("the log is read newest first, page by page, each event once", async () => {
  const seen: Page["items"] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: Page = await read(`limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`);
    seen.push(...page.items);
    cursor = page.nextCursor;
  }
  expect(seen.map(({ at }) => at)).toEqual(
    seen
      .map(({ at }) => at)
      .sort()
      .reverse(),
  );
  expect(seen.map(({ details }) => details.i).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("an event says who did what to what, from where", async () => {
  const { items } = await read(`subject=${prod}&until=${minute(1)}&actor=${ann}`);
  expect(items).toEqual([
    {
      id: expect.any(String),
      at: minute(0),
      actor: { type: "user", id: ann, name: "ann@weir.test" },
      action: "integration.edit",
      subject: { type: "integration", id: prod, name: "Prod" },
      details: { i: 0 },
      address: "192.0.2.1",
    },
  ]);
});

test.each([
  [`actor=${ann}`, [0, 2, 4, 6, 8]],
  ["actor=BOB@weir.test", [1, 3, 5, 7, 9]],
  ["action=integration.", [0, 1, 2, 3, 4, 5]],
  ["action=session_", [6, 7, 8, 9]],
  ["action=session%25", []],
  ["action=integration_edit", []],
  ["subject=prod", [0, 1, 2, 3, 4, 5]],
  ["subject=integration", [0, 1, 2, 3, 4, 5]],
  [`from=${minute(4)}`, [8, 9]],
  [`until=${minute(1)}`, [0, 1]],
  [`from=${encodeURIComponent("2026-06-01T10:04:00+02:00")}`, [8, 9]],
  [`actor=${ann}&action=session&from=${minute(4)}`, [8]],
])("?%s finds %j", async (query, expected) => {
  expect(await numbers(query)).toEqual(expected);
});

test.each([
  "cursor=made-up",
  "cursor=WzEsMl0",
  "limit=0",
  "limit=501",
  "from=yesterday",
  "actor=",
  "actor=%00",
  "subject=a%00",
  "until=0000-01-01T00:00:00Z",
  "from=2026-01-01T00:00:00%2B99:99",
])("?%s is refused", async (query) => {
  const answer = await testApi(database).as("admin").request(`/api/v1/audit?${query}`);
  expect([answer.status, await answer.json()]).toMatchObject([400, { error: { field: query.split("=")[0] } }]);
});
