import type { TestDatabase } from "./postgres.ts";

/**
 * Lets several transactions meet: all begin while `lock` is held by another one, which gives way when each of them
 * waits. So what they checked before is outdated for all but one, unless they see to it.
 */
export async function meet<T>(
  database: TestDatabase,
  lock: string,
  begin: readonly (() => Promise<T>)[],
): Promise<PromiseSettledResult<T>[]> {
  const holder = await database.connect("test holder");
  try {
    await holder.query(`begin; ${lock}`);
    const all = Promise.allSettled(begin.map((start) => start()));
    await allWait(database, begin.length);
    await holder.query("commit");
    return await all;
  } finally {
    await holder.end();
  }
}

async function allWait(database: TestDatabase, count: number): Promise<void> {
  const waiting = `select count(*)::int as n from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  for (let n = 0; n < count; ) {
    n = (await database.pool.query<{ n: number }>(waiting)).rows[0]?.n ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
