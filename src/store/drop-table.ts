import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

/** A table that the catalogue named. */
export interface FoundTable {
  name: string;
  /** With its schema, which need not be ours, quoted by PostgreSQL. */
  qualified: string;
}

const lockTimeoutMs = 2_000;

/**
 * Drops a table unless someone reads or writes it. Whoever comes after us waits behind us, so we wait for two seconds
 * at most. `false`: it is in use (an export may run for minutes); try again later.
 */
export async function dropIdleTable(db: Kysely<Schema>, table: FoundTable): Promise<boolean> {
  try {
    await db.transaction().execute(async (trx) => {
      await sql`set local lock_timeout = ${sql.raw(String(lockTimeoutMs))}`.execute(trx);
      // Another process may have been faster.
      await sql`drop table if exists ${sql.raw(table.qualified)}`.execute(trx);
    });
    return true;
  } catch (error) {
    if (isLockFailure(error)) return false;
    throw error;
  }
}

/** 55P03: not in the time that we gave it. 40P01: we and another waited for each other. */
function isLockFailure(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === "55P03" || code === "40P01";
}
