import type { Kysely, Selectable } from "kysely";
import type { StreamName } from "../model.ts";
import type { Schema, StreamStateTable } from "./schema.ts";

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
