import type { Kysely } from "kysely";
import type { Run } from "./run.ts";
import type { Schema } from "./schema.ts";

/** Where a page of runs ends. */
export interface RunPlace {
  requestedAt: string;
  id: string;
}

/** An integration's runs, the newest first. */
export async function listRuns(
  db: Kysely<Schema>,
  integrationId: string,
  page: { after: RunPlace | null; limit: number },
): Promise<Run[]> {
  const { after, limit } = page;
  const rows = await db
    .selectFrom("run")
    .selectAll()
    .where("integrationId", "=", integrationId)
    .$if(after !== null, (query) =>
      query.where((eb) =>
        eb(eb.refTuple("requestedAt", "id"), "<", eb.tuple(after?.requestedAt ?? "", after?.id ?? "")),
      ),
    )
    .orderBy("requestedAt", "desc")
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  return rows as Run[];
}
