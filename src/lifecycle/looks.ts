import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Touched } from "../store/asset-risk.ts";
import type { CompiledScope } from "./scope.ts";
import type { Look } from "./settle.ts";

const isAccepted = sql<SqlBool>`finding.acceptance_id is not null`;

/** All that is accepted or could be. */
export const everything: Look = (scopes) => either([isAccepted, ...scopes.map(({ where }) => where)]);

/** What one acceptance covers, or covered before it changed. */
export function ofAcceptance(id: string): Look {
  return (scopes) => {
    const own = scopes.filter(({ acceptance }: CompiledScope) => acceptance.id === id);
    return either([sql<SqlBool>`finding.acceptance_id = ${id}::uuid`, ...own.map(({ where }) => where)]);
  };
}

/** What a pass changed, and findings on assets that it changed. */
export function ofPass(touched: Touched): Look {
  return (scopes) => sql<SqlBool>`(${isTouched(touched)} and ${everything(scopes)})`;
}

function isTouched({ integrationId, kind, since }: Touched): RawBuilder<SqlBool> {
  if (kind === "asset")
    return sql<SqlBool>`finding.asset_id in (
      select asset_source.asset_id from asset_source join asset on asset.id = asset_source.asset_id
      where asset_source.integration_id = ${integrationId} and asset.changed_at >= ${since})`;
  return sql<SqlBool>`(finding.integration_id = ${integrationId} and finding.kind = ${kind}
    and finding.changed_at >= ${since})`;
}

function either(conditions: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${sql.join(conditions, sql` or `)})`;
}
