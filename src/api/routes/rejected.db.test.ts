import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { testWeir } from "../../../test/weir.ts";
import { createEmulator } from "../../emulator/emulator.ts";
import type { Role } from "../../model.ts";
import { recordId } from "../../store/id.ts";
import { packRaw } from "../../store/raw.ts";
import { writeRejected } from "../../store/rejected.ts";

let database: TestDatabase;
let as: ReturnType<typeof testApi>["as"];

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** Issues of which a good half can be read by now, and some vulnerabilities that cannot. */
beforeEach(async () => {
  await database.pool.query("truncate integration, finding, asset, signal, rejected_record, audit_event cascade");
  ({ as } = testApi(database));
  const weir = testWeir(database, createEmulator({ findings: 100, seed: 6 }).fetch);
  const integration = await weir.addIntegration("prod");
  await weir.sync(integration, { streams: ["issues"] });
  const { rows } = await database.pool.query(
    "select f.id, external_id, raw from finding f join finding_raw using (id) order by f.id limit 3",
  );
  const aRow = (stream: string, externalId: string, reason: string, raw: Buffer, minute: number) => ({
    id: recordId("rejected", integration.id, stream, externalId),
    integrationId: integration.id,
    stream,
    externalId,
    reason,
    raw: raw.toString("base64"),
    firstAt: "2026-08-01T00:00:00Z",
    lastAt: `2026-08-02T00:0${minute}:00Z`,
  });
  await writeRejected(database.db, [
    ...rows.map((row, i) => aRow("issues", row.external_id, "status is nothing that Weir knows", row.raw, i)),
    aRow("vulnerabilities", "one", "the record has no id", packRaw("{}", "vulnerabilities"), 5),
    aRow("vulnerabilities", "two", "the record has no id", packRaw("{}", "vulnerabilities"), 5),
  ]);
  await database.pool.query("delete from finding where id = any($1)", [rows.map((row) => row.id)]);
});

async function send(method: string, path: string, body?: unknown, role: Role = "analyst") {
  const answer = await as(role).send(method, `/api/v1/integrations/prod/rejected${path}`, body);
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}

test("rejected records are listed page by page, the newest first, with their reasons counted", async () => {
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const { body } = await send("GET", `?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`, undefined, "viewer");
    seen.push(...body.items.map((item: { externalId: string }) => item.externalId));
    expect(body.reasons).toEqual([
      { stream: "issues", reason: "status is nothing that Weir knows", n: 3 },
      { stream: "vulnerabilities", reason: "the record has no id", n: 2 },
    ]);
    cursor = body.nextCursor;
  }
  expect(seen).toHaveLength(5);
  expect(new Set(seen).size).toBe(5);
  expect(seen.slice(0, 2).sort()).toEqual(["one", "two"]);
  expect((await send("GET", "?stream=vulnerabilities")).body.items).toHaveLength(2);
});

test("rejected records are read again; what can be read is stored, the rest stays, and the audit log has it", async () => {
  expect((await send("POST", "/retry", {}, "viewer")).status).toBe(403);
  expect(await send("POST", "/retry")).toEqual({ status: 200, body: { isDone: true, examined: 5, readable: 3 } });
  const { body } = await send("GET", "");
  expect(body.items.map((item: { stream: string }) => item.stream)).toEqual(["vulnerabilities", "vulnerabilities"]);
  const actions = await database.db.selectFrom("auditEvent").select("action").execute();
  expect(actions).toEqual([{ action: "rejected.retry" }]);
});
