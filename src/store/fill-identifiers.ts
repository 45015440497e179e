import { type Kysely, sql } from "kysely";
import type { Identifiers } from "../model.ts";
import type { Schema } from "./schema.ts";

const key = "identifiers-filled";

export async function hasFilled(db: Kysely<Schema>): Promise<boolean> {
  return (await db.selectFrom("setting").select("key").where("key", "=", key).executeTakeFirst()) !== undefined;
}

export async function rememberFilled(db: Kysely<Schema>): Promise<void> {
  await db
    .insertInto("setting")
    .values({ key, value: "true" })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

interface UnfilledSource {
  id: string;
  integrationId: string;
  cloud: string | null;
  accountId: string | null;
  providerUniqueId: string | null;
}

/** Machines of which nothing is kept that identifies them, until the end of the transaction. */
export async function readUnfilled(trx: Kysely<Schema>, limit: number): Promise<UnfilledSource[]> {
  const { rows } = await sql<UnfilledSource>`
    select source.id, source.integration_id as "integrationId", cloud, account_id as "accountId",
      provider_unique_id as "providerUniqueId"
    from asset_source source join asset on asset.id = source.asset_id
    where asset.class = 'compute' and source.identifiers is null
    limit ${limit} for update of source`.execute(trx);
  return rows;
}

export async function fillIdentifiersOf(
  trx: Kysely<Schema>,
  rows: readonly { sourceId: string; after: Identifiers | null }[],
): Promise<void> {
  await sql`update asset_source set identifiers = filled.identifiers, version = version + 1
    from unnest(${rows.map(({ sourceId }) => sourceId)}::uuid[],
      ${rows.map(({ after }) => JSON.stringify(after))}::jsonb[]) as filled (id, identifiers)
    where asset_source.id = filled.id`.execute(trx);
}
