import type { Kysely } from "kysely";
import type { Schema } from "./schema.ts";
import { sessionLimits } from "./session-limits.ts";

/** Forgets sessions and set-up tokens that ended, and limits that nobody comes near any more; API tokens stay listed. */
export async function pruneAccess(db: Kysely<Schema>, now: number): Promise<void> {
  const before = (ms: number) => new Date(now - ms).toISOString();
  await db
    .deleteFrom("session")
    .where((eb) =>
      eb.or([
        eb("createdAt", "<=", before(sessionLimits.absoluteMs)),
        eb("lastSeenAt", "<=", before(sessionLimits.idleMs)),
      ]),
    )
    .execute();
  await db.deleteFrom("setupToken").where("expiresAt", "<=", before(0)).execute();
  await db.deleteFrom("rateLimit").where("fullAt", "<=", before(0)).execute();
}
