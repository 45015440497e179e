import { type Kysely, sql } from "kysely";
import { type Severity, severities, severityRank } from "../../model.ts";
import type { Schema } from "../../store/schema.ts";
import { activeOf, cveIs } from "./queries.ts";

interface OpenCve {
  cve: string;
  severity: Severity;
  open: number;
}

interface CveFacts {
  cve: string;
  title: string | null;
  kev: boolean | null;
  exploit: boolean | null;
  fix: boolean | null;
}

/** The CVEs with open findings, the worst first, and of these the most common. */
export async function topCves(db: Kysely<Schema>, limit: number) {
  const found: OpenCve[] = [];
  for (const severity of severities) {
    if (found.length >= limit) break;
    found.push(
      ...(await worstOpen(db, { severity, except: found.map(({ cve }) => cve), limit: limit - found.length })),
    );
  }
  const facts = await readFacts(
    db,
    found.map(({ cve }) => cve),
  );
  return found.map(({ cve, severity, open }) => {
    const { title = null, kev = null, exploit = null, fix = null } = facts.get(cve) ?? {};
    return { cve, title, severity, open, kev, exploit, fix, query: activeOf(cveIs(cve)) };
  });
}

interface Wanted {
  severity: Severity;
  except: readonly string[];
  limit: number;
}

/** Counted are all open findings of a CVE, also those of a lower severity. */
async function worstOpen(db: Kysely<Schema>, { severity, except, limit }: Wanted): Promise<OpenCve[]> {
  const { rows } = await sql<{ cve: string; open: number }>`
    with worst as materialized (
      select distinct cve from cube_cve
      where status in ('open', 'in_progress') and severity = ${sql.lit(severityRank[severity])} and n > 0
        and cve <> '' and cve <> all(${except}::text[])
    )
    select cve, sum(n)::bigint as open from worst join cube_cve using (cve) where status in ('open', 'in_progress')
    group by 1 order by 2 desc, 1 limit ${limit}`.execute(db);
  return rows.map((row) => ({ ...row, severity }));
}

/** So many findings of a CVE are asked whether there is a fix. */
const findingsAsked = 50;

/** `null`: it is not said, or of all that were asked none has a fix and there are more. */
async function readFacts(db: Kysely<Schema>, cves: readonly string[]): Promise<Map<string, CveFacts>> {
  const { rows } = await sql<CveFacts>`
    select cve, known.title, known.kev, known.exploit,
      case when asked.has_fix or asked.n < ${findingsAsked} then asked.has_fix end as fix
    from unnest(${cves}::text[]) as one (cve)
    left join lateral (
      select (array_agg(title order by source_updated_at desc nulls last, id))[1] as title, bool_or(is_kev) as kev,
        bool_or(has_exploit) as exploit
      from definition where external_id = one.cve and kind = 'vulnerability'
    ) as known on true
    left join lateral (
      select bool_or(has_fix) filter (where status in ('open', 'in_progress')) as has_fix, count(*) as n
      from (select has_fix, status from finding where finding.cve = one.cve limit ${findingsAsked}) as looked_at
    ) as asked on true`.execute(db);
  return new Map(rows.map((row) => [row.cve, row]));
}
