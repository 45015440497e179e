import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { cubes } from "../../../test/cubes.ts";
import { inventory } from "../../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import type { Role } from "../../model.ts";
import { openReviews, raiseReview } from "../../store/review.ts";

const now = "2026-08-02T00:00:00Z";

let database: TestDatabase;
let as: ReturnType<typeof testApi>["as"];
let ids: string[];
let reviewId: string;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** Three open vulnerabilities that two full passes did not see, one of them closed since, and the question about them. */
beforeEach(async () => {
  await database.pool.query(
    `truncate integration, finding, signal, missing_record, ${cubes.join()}, audit_event cascade`,
  );
  ({ as } = testApi(database));
  const rows = inventory(database);
  const integrationId = await rows.integration("prod");
  const of = { integrationId, stream: "vulnerabilities" } as const;
  ids = [
    await rows.finding({ integrationId, severity: 3, assetName: "web-7" }),
    await rows.finding({ integrationId, severity: 5 }),
  ];
  for (const id of [...ids, randomUUID()])
    await database.db
      .insertInto("missingRecord")
      .values({ id, ...of, passes: 2, state: "waiting", since: now })
      .execute();
  await raiseReview(database.db, { ...of, reason: "mass", records: 3, openRecords: 4 }, now);
  reviewId = (await openReviews(database.db, integrationId))[0]?.id ?? "";
});

async function send(method: string, path: string, role: Role = "analyst") {
  const answer = await as(role).send(method, `/api/v1${path}`);
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}
const statuses = async () =>
  (await database.db.selectFrom("finding").select("status").execute()).map(({ status }) => status);

describe("a held change", () => {
  test("says what it is about and what approving would do, the most severe first", async () => {
    const { body } = await send("GET", "/integrations/prod/reviews", "viewer");
    expect(body.items).toEqual([
      {
        id: reviewId,
        integration: "prod",
        stream: "vulnerabilities",
        reason: "mass",
        text: expect.stringContaining("3 of 4 open vulnerabilities are missing in Wiz"),
        records: 3,
        openRecords: 4,
        raisedAt: "2026-08-02T00:00:00.000Z",
        advice: expect.stringMatching(/disconnected.*the question settles itself/),
        ifApproved: {
          text: expect.stringMatching(/^The 3 vulnerabilities get the status gone: they no longer count as open/),
          gone: 3,
          bySeverity: { critical: 1, medium: 1 },
          sample: [
            expect.objectContaining({ id: ids[1], severity: "critical", status: "open" }),
            expect.objectContaining({ id: ids[0], severity: "medium", status: "open", asset: "web-7" }),
          ],
        },
        ifRejected: { text: expect.stringMatching(/^Nothing changes: the 3 vulnerabilities stay as they are/) },
      },
    ]);
    expect(await statuses()).toEqual(["open", "open"]);
  });

  test("that is approved makes the records gone, once, and the audit log has it", async () => {
    expect(await send("POST", `/reviews/${reviewId}/approve`)).toEqual({
      status: 200,
      body: { decision: "approved", isDone: true, gone: 2 },
    });
    expect(await statuses()).toEqual(["gone", "gone"]);
    expect((await send("GET", "/integrations/prod/reviews")).body.items).toEqual([]);
    expect((await send("POST", `/reviews/${reviewId}/reject`)).status).toBe(404);
    const events = await database.db.selectFrom("auditEvent").selectAll().execute();
    expect(events).toMatchObject([
      {
        action: "review.approve",
        actorName: "analyst@weir.test",
        subjectId: reviewId,
        details: { stream: "vulnerabilities", records: 3 },
      },
    ]);
  });

  test("that is rejected leaves them as they are", async () => {
    expect((await send("POST", `/reviews/${reviewId}/reject`)).body).toEqual({
      decision: "rejected",
      isDone: true,
      gone: 0,
    });
    expect(await statuses()).toEqual(["open", "open"]);
  });

  test("is not a viewer's to decide, and one that is not there says so", async () => {
    expect((await send("POST", `/reviews/${reviewId}/approve`, "viewer")).status).toBe(403);
    expect((await send("POST", `/reviews/${randomUUID()}/approve`)).status).toBe(404);
    expect(await statuses()).toEqual(["open", "open"]);
  });
});
