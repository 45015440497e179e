import { type Kysely, sql } from "kysely";
import { DatabaseError, QueryError } from "../../errors.ts";
import type { Schema } from "../../store/schema.ts";
import { inReadTransaction } from "../read-transaction.ts";
import { activeOf, upgradeIs } from "./queries.ts";

/** An upgrade of a package, and what is open that it would fix. */
export interface Fix {
  package: string;
  fixedVersion: string;
  /** The highest risk score among the findings. */
  worstScore: number;
  findings: number;
  /** Of them: known to be exploited, and with a known exploit. */
  kev: number;
  exploit: number;
  assets: { value: number; capped: boolean };
  /** The CVE of the worst of them, and how many there are. */
  worstCve: string | null;
  cves: number;
  query: string;
}

interface FixOptions {
  limit: number;
  signal?: AbortSignal;
}

const timeoutMs = 5_000;

/**
 * The upgrades to make first: by the worst score among the open findings that each would fix; where that is the same, by
 * how many it would fix. Read from the count table from the worst score down, until there are enough.
 */
export async function readFixFirst(db: Kysely<Schema>, { limit, signal }: FixOptions): Promise<Fix[]> {
  const read = async (trx: Kysely<Schema>) => {
    const fixes: Counted[] = [];
    for (
      let score = await nextScore(trx, null);
      score !== null && fixes.length < limit;
      score = await nextScore(trx, score)
    )
      fixes.push(...(await worstWith(trx, score, { known: fixes, limit: limit - fixes.length })));
    const done: Fix[] = [];
    for (const fix of fixes) done.push(await withAssets(trx, fix));
    return done;
  };
  try {
    return await inReadTransaction(db, { timeoutMs, signal }, read);
  } catch (error) {
    // Whoever asked has no query that could be narrowed down.
    if (!(error instanceof QueryError)) throw error;
    throw new DatabaseError(
      `The database did not answer within ${timeoutMs / 1000} s: it may be busy, try again, and if it stays so, \`weir doctor\` looks for trouble.`,
      { cause: error.cause },
    );
  }
}

type Counted = Omit<Fix, "assets" | "worstCve" | "cves" | "query">;

async function nextScore(db: Kysely<Schema>, below: number | null): Promise<number | null> {
  const { rows } = await sql<{ score: number }>`
    select risk_score as score from cube_fix where n > 0 and risk_score < ${below ?? 101}
    order by risk_score desc limit 1`.execute(db);
  return rows[0]?.score ?? null;
}

interface Wanted {
  known: readonly Counted[];
  limit: number;
}

async function worstWith(db: Kysely<Schema>, worstScore: number, { known, limit }: Wanted): Promise<Counted[]> {
  const { rows } = await sql<Omit<Counted, "worstScore">>`
    select one.package_name as package, one.fixed_version, of_it.findings, of_it.kev, of_it.exploit
    from (
      select distinct package_name, fixed_version from cube_fix where risk_score = ${worstScore} and n > 0
      except select * from unnest(${known.map((fix) => fix.package)}::text[], ${known.map((fix) => fix.fixedVersion)}::text[])
    ) as one
    cross join lateral (
      select sum(n)::bigint as findings, coalesce(sum(n) filter (where is_kev = 'true'), 0)::bigint as kev,
        coalesce(sum(n) filter (where has_exploit = 'true'), 0)::bigint as exploit
      from cube_fix where cube_fix.package_name = one.package_name and cube_fix.fixed_version = one.fixed_version
    ) as of_it
    order by of_it.findings desc, one.package_name, one.fixed_version limit ${limit}`.execute(db);
  return rows.map((row) => ({ ...row, worstScore }));
}

/** So many findings of an upgrade are asked for their asset and CVE. */
const findingsAsked = 10_000;

async function withAssets(db: Kysely<Schema>, fix: Counted): Promise<Fix> {
  const { rows } = await sql<{ assets: number; cves: number; worstCve: string | null; asked: number }>`
    select count(distinct asset_id)::int as assets, count(distinct cve)::int as cves, count(*)::int as asked,
      (array_agg(cve order by risk_score desc, severity desc, cve) filter (where cve is not null))[1] as worst_cve
    from (
      select asset_id, cve, risk_score, severity from finding
      where package_name = ${fix.package} and package_fixed_version = ${fix.fixedVersion}
        and status in ('open', 'in_progress') and octet_length(package_name) <= 500
        and octet_length(package_fixed_version) <= 500
      limit ${findingsAsked}
    ) as looked_at`.execute(db);
  const { assets = 0, cves = 0, worstCve = null, asked = 0 } = rows[0] ?? {};
  return {
    ...fix,
    assets: { value: assets, capped: asked >= findingsAsked },
    worstCve,
    cves,
    query: activeOf(upgradeIs(fix.package, fix.fixedVersion)),
  };
}
