import { type Kysely, sql } from "kysely";
import type { Schema } from "../../store/schema.ts";
import type { BySeverity } from "./by-severity.ts";
import { accountIs, activeOf } from "./queries.ts";

interface AccountRow extends BySeverity {
  id: string;
  name: string | null;
  cloud: string | null;
}

/** The name is the same on all assets of an account: as many are looked at as may lack it for some reason. */
const assetsAsked = 20;

/** The accounts with the most open critical findings; where these are equal, with the most of the next severity. */
export async function topAccounts(db: Kysely<Schema>, limit: number) {
  const nOf = (rank: number) => sql`coalesce(sum(n) filter (where severity = ${sql.lit(rank)}), 0)::bigint`;
  const { rows } = await sql<AccountRow>`
    with top as (
      select account_id as id, ${nOf(5)} as critical, ${nOf(4)} as high, ${nOf(3)} as medium, ${nOf(2)} as low,
        ${nOf(1)} as informational
      from cube_account where status in ('open', 'in_progress') and account_id <> '' and n > 0 group by 1
      order by 2 desc, 3 desc, 4 desc, 5 desc, 6 desc, 1 limit ${limit}
    )
    select top.*, known.name, known.cloud from top left join lateral (
      select account_name as name, cloud
      from (select account_name, cloud from asset where account_id = top.id limit ${assetsAsked}) as asked
      order by account_name is null, cloud is null, account_name, cloud limit 1
    ) as known on true
    order by critical desc, high desc, medium desc, low desc, informational desc, id`.execute(db);
  return rows.map(({ id, name, cloud, ...bySeverity }) => ({
    id,
    name,
    cloud,
    bySeverity,
    query: activeOf(accountIs(id)),
  }));
}
