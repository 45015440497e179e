import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

/** What shows whether an integration has anything new to tell. */
export interface Pulse {
  integrationId: string;
  /** Another text whenever settings, streams, runs, passes or reviews are others. */
  mark: string;
  /** Runs that are queued or running. */
  runIds: string[];
  /** Records that the runs going on have written. */
  written: number;
}

/** The pulse of every integration, in one cheap question over what is unfinished. */
export async function readPulses(db: Kysely<Schema>): Promise<Pulse[]> {
  const { rows } = await sql<Pulse>`
    select integration.id as "integrationId", coalesce(active.ids, '{}') as "runIds",
      coalesce(active.written, 0)::bigint as written,
      md5(concat_ws('|', integration.updated_at, integration.pending_since, integration.pending_tried_at,
        streams.mark, active.mark, reviews.mark)) as mark
    from integration
    left join lateral (
      select string_agg(concat_ws(',', stream, last_attempt_at, last_success_at, last_full_at, failures, error, warning),
        ';' order by stream) as mark
      from stream_state where stream_state.integration_id = integration.id
    ) streams on true
    left join lateral (
      select array_agg(run.id::text order by run.requested_at, run.id) as ids, sum(sums.written) as written,
        string_agg(concat_ws(',', run.id, run.phase, run.started_at, run.cancel_requested_at, sums.mark),
          ';' order by run.id) as mark
      from run
      left join lateral (
        select sum(slice.written) as written,
          concat_ws(',', count(distinct pass.id), count(distinct pass.id) filter (where pass.finished_at is not null),
            sum(slice.source_count), sum(slice.fetched), sum(slice.written), sum(slice.rejected)) as mark
        from pass left join slice on slice.pass_id = pass.id where pass.run_id = run.id
      ) sums on true
      where run.integration_id = integration.id and run.finished_at is null
    ) active on true
    left join lateral (
      select string_agg(concat_ws(',', review.id, review.records), ';' order by review.id) as mark
      from review where review.integration_id = integration.id and review.decided_at is null
    ) reviews on true
    order by integration.id`.execute(db);
  return rows;
}

/** The newest signal, which is another one whenever something in the inventory changed; `null` when there is none. */
export async function newestSignal(db: Kysely<Schema>): Promise<string | null> {
  const row = await db
    .selectFrom("signal")
    .select("id")
    .orderBy("at", "desc")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? null;
}
