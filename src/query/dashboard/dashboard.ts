import type { Kysely } from "kysely";
import { DatabaseError, QueryError } from "../../errors.ts";
import type { Schema } from "../../store/schema.ts";
import { readCoverage } from "../../sync/coverage.ts";
import { inReadTransaction } from "../read-transaction.ts";
import { ageOfCriticals } from "./age.ts";
import { dayBefore, readDays } from "./days.ts";
import { exploitable } from "./exploitable.ts";
import { openFindings } from "./open-findings.ts";
import { topAccounts } from "./top-accounts.ts";
import { topAssets } from "./top-assets.ts";
import { topCves } from "./top-cves.ts";
import { readTotals } from "./totals.ts";

export interface DashboardOptions {
  /** Milliseconds. */
  now: number;
  /** How many days are looked back on, today among them. */
  days: number;
  /** For each statement. */
  timeoutMs?: number;
  /** Ends it at once. */
  signal?: AbortSignal;
}

const defaultTimeoutMs = 10_000;
const topCount = 10;
const week = 7;

/**
 * How everything stands, from one state of the database. Counts come from the count tables, so it takes as long for ten
 * million findings as for a thousand, nearly.
 * @throws DatabaseError when the database takes too long
 */
export async function readDashboard(db: Kysely<Schema>, options: DashboardOptions) {
  const { timeoutMs = defaultTimeoutMs, signal } = options;
  try {
    return await inReadTransaction(db, { timeoutMs, signal }, (trx) => readAll(trx, options));
  } catch (error) {
    // Whoever asked has no query that could be narrowed down.
    if (!(error instanceof QueryError)) throw error;
    const advice = "it may be busy: try again, and if it stays so, `weir doctor` looks for trouble";
    throw new DatabaseError(`The database did not answer for the dashboard within ${timeoutMs / 1000} s: ${advice}.`, {
      cause: error.cause,
    });
  }
}

async function readAll(trx: Kysely<Schema>, { now, days }: DashboardOptions) {
  const open = await openFindings(trx);
  const known = await readDays(trx, { now, days: Math.max(days, week + 1) });
  const exploits = await exploitable(trx);
  const weekAgo = known.find(({ day }) => day === dayBefore(now, week)) ?? null;
  return {
    at: new Date(now).toISOString(),
    open,
    days: known.slice(-days),
    totals: await readTotals(trx, { now, open, weekAgo, exploitable: exploits }),
    exploitable: exploits,
    ageOfCriticals: await ageOfCriticals(trx, now),
    topAssets: await topAssets(trx, topCount),
    topAccounts: await topAccounts(trx, topCount),
    topCves: await topCves(trx, topCount),
    coverage: await readCoverage(trx, now),
  };
}
