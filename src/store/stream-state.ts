import { type Kysely, type Selectable, sql } from "kysely";
import type { StreamName } from "../model.ts";
import type { Schema } from "./schema.ts";
import type { StreamStateTable } from "./schema-sync.ts";

export interface StreamState extends Selectable<StreamStateTable> {
  stream: StreamName;
}

export async function readStreamStates(db: Kysely<Schema>, integrationIds: readonly string[]): Promise<StreamState[]> {
  if (integrationIds.length === 0) return [];
  const rows = await db
    .selectFrom("streamState")
    .selectAll()
    .where((eb) => eb("integrationId", "=", eb.fn.any(eb.val(integrationIds))))
    .execute();
  return rows as StreamState[];
}

export async function readStreamState(
  db: Kysely<Schema>,
  integrationId: string,
  stream: StreamName,
): Promise<StreamState | undefined> {
  const row = await db
    .selectFrom("streamState")
    .selectAll()
    .where("integrationId", "=", integrationId)
    .where("stream", "=", stream)
    .executeTakeFirst();
  return row as StreamState | undefined;
}

type Changes = Partial<Omit<Selectable<StreamStateTable>, "integrationId" | "stream">>;

export async function saveStreamState(
  db: Kysely<Schema>,
  integrationId: string,
  stream: StreamName,
  changes: Changes,
): Promise<void> {
  await db
    .insertInto("streamState")
    .values({ integrationId, stream, ...changes })
    .onConflict((conflict) => conflict.columns(["integrationId", "stream"]).doUpdateSet(changes))
    .execute();
}

/** The streams of an interrupted run that did not come to an end are as if they had not been tried: they are due at once. */
export async function forgetAttempts(db: Kysely<Schema>, runId: string): Promise<void> {
  await sql`update stream_state set last_attempt_at = null
    from run
    where run.id = ${runId} and stream_state.integration_id = run.integration_id and stream_state.stream = any(run.streams)
      and not exists (select from pass where pass.run_id = run.id and pass.stream = stream_state.stream and pass.finished_at is not null)`.execute(
    db,
  );
}
