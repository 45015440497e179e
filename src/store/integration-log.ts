import { type Kysely, sql } from "kysely";
import type { IntegrationLine } from "../log-lines.ts";
import type { Schema } from "./schema.ts";

/** A line as it is kept. */
export interface KeptLine extends Omit<IntegrationLine, "integrationId"> {
  id: number;
}

/** Lines of an integration that are kept. */
export const keptLines = 1_000;
const longestText = 4_000;

/** Stores lines in their order. Those of an integration that is gone meanwhile are left out. */
export async function insertLogLines(db: Kysely<Schema>, lines: readonly IntegrationLine[]): Promise<void> {
  const rows = lines.map(({ integrationId, runId, text, ...line }, place) => {
    return { ...line, integration_id: integrationId, run_id: runId, text: storable(text), place };
  });
  await sql`
    insert into integration_log (integration_id, at, level, text, stream, run_id)
    select integration_id, at, level, text, stream, run_id
    from json_to_recordset(${JSON.stringify(rows)}) as line(
      integration_id uuid, at timestamptz, level text, text text, stream text, run_id uuid, place integer)
    where exists (select from integration where integration.id = line.integration_id)
    order by place`.execute(db);
}

/** Texts of others may hold what PostgreSQL's may not; one of them must not keep the rest from being stored. */
function storable(text: string): string {
  const whole = text.length > longestText ? `${text.slice(0, longestText)}…` : text;
  return whole.toWellFormed().replaceAll("\0", "\uFFFD");
}

/** The newest lines of an integration, the newest last. Processes store theirs side by side, so they are sorted anew. */
export async function readLogLines(db: Kysely<Schema>, integrationId: string, limit: number): Promise<KeptLine[]> {
  const rows = await db
    .selectFrom("integrationLog")
    .select(["id", "at", "level", "text", "stream", "runId"])
    .where("integrationId", "=", integrationId)
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  return rows.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.id - b.id);
}

/** Forgets all but the newest lines of each integration, or of one. */
export async function trimLogLines(db: Kysely<Schema>, integrationId?: string): Promise<number> {
  const ids = integrationId === undefined ? sql`select id from integration` : sql`select ${integrationId}::uuid as id`;
  const result = await sql`
    delete from integration_log old using (
      select newest.id, newest.integration_id from (${ids}) one
      cross join lateral (
        select id, integration_id from integration_log where integration_id = one.id
        order by id desc offset ${keptLines - 1} limit 1
      ) newest
    ) oldest_kept
    where old.integration_id = oldest_kept.integration_id and old.id < oldest_kept.id`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}
