import { type RawBuilder, sql } from "kysely";

/**
 * The right side of `in`, for up to some thousands of ids: each is looked up in the index that begins with it.
 * For `= any(…)` PostgreSQL 18 may rather skip through an index of another order that ends in the id, as soon as
 * statistics say that what it begins with has few values; on a first load, that is the whole index for every page.
 */
export function among(ids: readonly string[]): RawBuilder<string> {
  return sql<string>`(select unnest(${ids}::uuid[]))`;
}
