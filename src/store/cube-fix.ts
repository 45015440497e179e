import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

/**
 * Removes the cells in which nothing is counted any more: findings move from score to score with each feed, and would
 * leave one behind everywhere. What a page has in hand stays for the next time.
 */
export async function forgetEmptyFixes(db: Kysely<Schema>): Promise<void> {
  const key = sql`package_name, fixed_version, risk_score, is_kev, has_exploit`;
  await sql`delete from cube_fix where (${key}) in (
    select ${key} from cube_fix where n = 0 for update skip locked)`.execute(db);
}
