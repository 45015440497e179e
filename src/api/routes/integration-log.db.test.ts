import { afterAll, beforeAll, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { testWeir } from "../../../test/weir.ts";
import { createEmulator } from "../../emulator/emulator.ts";
import { createLogLines } from "../../log-lines.ts";
import { insertLogLines } from "../../store/integration-log.ts";

interface Line {
  at: string;
  level: string;
  text: string;
  stream: string | null;
  runId: string | null;
}

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

async function read(path: string) {
  const answer = await testApi(database).as("viewer").request(`/api/v1/integrations/${path}`);
  return { status: answer.status, items: ((await answer.json()) as { items: Line[] }).items };
}

test("W-32 W-33 W-41 the last lines of an integration are those that its log shows, with run and stream", async () => {
  const emulator = createEmulator({ findings: 200, seed: 7 });
  const lines = createLogLines();
  const send = async (input: string | URL | Request, init?: RequestInit) => emulator.fetch(new Request(input, init));
  const weir = testWeir(database, send, { lines });
  const good = await weir.addIntegration("good");
  const bad = await weir.addIntegration("bad", { clientId: "nobody", clientSecret: "hunter2-hunter2" });
  const run = await weir.sync(good);
  await weir.sync(bad);
  await insertLogLines(database.db, lines.take());

  const { items } = await read("good/log");
  expect(items).toContainEqual({
    id: expect.any(Number),
    at: expect.any(String),
    level: "info",
    text: expect.stringMatching(/^wiz: fetched \d+ issues$/),
    stream: "issues",
    runId: run.id,
  });
  expect(items.map(({ at }) => at)).toEqual(items.map(({ at }) => at).toSorted());
  const shown = weir.log.map((line) => JSON.parse(line) as { msg: string; component?: string });
  for (const { text } of items)
    expect(
      shown.some(({ msg }) => text === `wiz: ${msg}`),
      text,
    ).toBe(true);

  const refused = (await read("bad/log")).items;
  expect(refused).toContainEqual(
    expect.objectContaining({ level: "warn", text: expect.stringMatching(/^wiz: .*401/) }),
  );
  expect(JSON.stringify(refused)).not.toContain("hunter2");
});

test("the newest lines are answered, as many as asked for", async () => {
  const [newest] = (await read("good/log?limit=1")).items;
  expect((await read("good/log")).items.at(-1)).toEqual(newest);
  expect((await read("good/log?limit=0")).status).toBe(400);
  expect((await read("good/log?limit=5000")).status).toBe(400);
  expect((await read("nobody/log")).status).toBe(404);
});
