import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApi } from "../../test/api.ts";
import { type TestDatabase, testDatabase } from "../../test/postgres.ts";
import { pruneAccess } from "./prune-access.ts";
import { takeTry } from "./rate-limit.ts";
import { insertSession } from "./session.ts";
import { sessionLimits } from "./session-limits.ts";
import { insertSetupToken } from "./setup-token.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("sessions, set-up tokens and limits that ended are forgotten, and nothing else", async () => {
  const { db } = database;
  const now = Date.parse("2026-06-01T08:00:00Z");
  const userId = await testApi(database, { now: () => now })
    .as("viewer")
    .userId();
  const session = async (createdMs: number, seenMs: number) => {
    const entry = { userId, secretHash: Buffer.from(randomUUID()), address: null, userAgent: null };
    const id = await insertSession(db, entry, now - createdMs);
    await db
      .updateTable("session")
      .set({ lastSeenAt: new Date(now - seenMs).toISOString() })
      .where("id", "=", id)
      .execute();
    return id;
  };
  const { idleMs, absoluteMs } = sessionLimits;
  await db.deleteFrom("session").execute();
  const kept = [await session(idleMs, idleMs - 1), await session(absoluteMs - 1, 0)];
  await session(idleMs, idleMs);
  await session(absoluteMs, 0);
  await insertSetupToken(db, Buffer.from("good"), new Date(now + 1).toISOString(), now);
  await insertSetupToken(db, Buffer.from("over"), new Date(now).toISOString(), now - 1);
  await takeTry(db, "fresh", { burst: 2, refillMs: 1_000 }, now);
  await takeTry(db, "full again", { burst: 2, refillMs: 1_000 }, now - 1_000);
  await pruneAccess(db, now);
  const sessions = await db.selectFrom("session").select("id").execute();
  expect(sessions.map(({ id }) => id).sort()).toEqual(kept.sort());
  expect((await db.selectFrom("setupToken").select("secretHash").execute()).map(String)).toHaveLength(1);
  expect(await db.selectFrom("rateLimit").select("fullAt").execute()).toEqual([
    { fullAt: new Date(now + 1_000).toISOString() },
  ]);
});
