import { type Kysely, sql } from "kysely";
import { type Lane, type StreamName, streamNames } from "../model.ts";
import type { Run } from "./run.ts";
import { isCounted, type PassSummary, summarizePasses } from "./run.ts";
import type { Schema } from "./schema.ts";

/** What the source counted in the last full pass that is complete. */
export interface FullCount {
  integrationId: string;
  stream: StreamName;
  /** `null` when the source did not count. */
  value: number | null;
  /** The source stopped counting: there are at least this many. */
  isCapped: boolean;
  /** Of those that it counted, how many were fetched and left out. */
  outOfScope: number;
  /** What Weir held when the pass had ended; `null` for passes of versions that did not say. */
  held: number | null;
  /** What the pass could see, as it is stored. */
  scope: string | null;
  /** When the pass ended. */
  at: string;
}

export async function readFullCounts(db: Kysely<Schema>, integrationIds: readonly string[]): Promise<FullCount[]> {
  const { rows } = await sql<FullCount>`
    select last.integration_id as "integrationId", last.stream, sum(slice.source_count)::bigint as value,
      bool_or(slice.is_count_capped) as "isCapped", sum(slice.out_of_scope)::bigint as "outOfScope", last.scope,
      last.held, last.finished_at as at
    from (
      select distinct on (integration_id, stream) id, integration_id, stream, scope, held, finished_at from pass
      where integration_id = any(${integrationIds}::uuid[]) and lane = 'full' and result = 'success'
      order by integration_id, stream, finished_at desc
    ) last join slice on slice.pass_id = last.id and ${isCounted}
    group by last.integration_id, last.stream, last.scope, last.held, last.finished_at`.execute(db);
  return rows;
}

/** The newest pass of each stream and lane, with its counts. */
export async function readLastPasses(
  db: Kysely<Schema>,
  integrationId: string,
): Promise<(PassSummary & { lane: Lane })[]> {
  const { rows } = await sql<{ id: string; runId: string }>`
    select last.id, last.run_id as "runId"
    from unnest(${[...streamNames]}::text[]) stream, unnest(array['delta', 'full']) lane,
      lateral (
        select id, run_id from pass
        where integration_id = ${integrationId} and pass.stream = stream.stream and pass.lane = lane.lane
        order by started_at desc limit 1
      ) last`.execute(db);
  const ids = new Set(rows.map((row) => row.id));
  const passes = await summarizePasses(db, [...new Set(rows.map((row) => row.runId))]);
  return passes.filter((pass) => ids.has(pass.id));
}

/** The newest run that has begun. */
export async function readLastRun(db: Kysely<Schema>, integrationId: string): Promise<Run | null> {
  const row = await db
    .selectFrom("run")
    .selectAll()
    .where("integrationId", "=", integrationId)
    .where("startedAt", "is not", null)
    .orderBy("requestedAt", "desc")
    .limit(1)
    .executeTakeFirst();
  return (row as Run | undefined) ?? null;
}

export async function countRejected(db: Kysely<Schema>, integrationId: string): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom("rejectedRecord")
    .select((eb) => ["stream", eb.fn.countAll<number>().as("n")])
    .where("integrationId", "=", integrationId)
    .groupBy("stream")
    .execute();
  return new Map(rows.map(({ stream, n }) => [stream, n]));
}
