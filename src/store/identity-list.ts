import { type Kysely, sql } from "kysely";
import type { StoredIdentity } from "./identity.ts";
import type { Schema } from "./schema.ts";

/** Ids of the sources that are machines, in order. */
export async function readMachineIds(
  db: Kysely<Schema>,
  { afterId, limit }: { afterId: string | null; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom("assetSource")
    .select("id")
    .where("identifiers", "is not", null)
    .$if(afterId !== null, (query) => query.where("id", ">", afterId ?? ""))
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** How many machines there are, of one integration or of all. */
export async function countIdentityAssets(
  db: Kysely<Schema>,
  integrationId?: string,
): Promise<{ sources: number; assets: number }> {
  const isMeant = integrationId === undefined ? sql`true` : sql`integration_id = ${integrationId}`;
  const { rows } = await sql<{ sources: number; assets: number }>`
    select count(*)::int as sources, count(distinct asset_id)::int as assets
    from asset_source where identifiers is not null and ${isMeant}`.execute(db);
  return rows[0]!;
}

/** What people call some sources' assets and integrations. */
export async function readNames(
  db: Kysely<Schema>,
  sources: readonly Pick<StoredIdentity, "assetId">[],
): Promise<{ assets: Map<string, string>; integrations: Map<string, string> }> {
  const ids = [...new Set(sources.map(({ assetId }) => assetId))];
  const assets = await db
    .selectFrom("asset")
    .select(["id", "name"])
    .where((eb) => eb("id", "=", eb.fn.any(eb.val(ids))))
    .execute();
  const integrations = await db.selectFrom("integration").select(["id", "name"]).execute();
  return {
    assets: new Map(assets.map(({ id, name }) => [id, name])),
    integrations: new Map(integrations.map(({ id, name }) => [id, name])),
  };
}
