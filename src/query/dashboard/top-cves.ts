import { type Kysely, sql } from "kysely";
import { type Severity, severities, severityRank } from "../../model.ts";
import type { Schema } from "../../store/schema.ts";
import { activeOf, cveIs } from "./queries.ts";

interface WorstCve {
  cve: string;
  severity: Severity;
}

interface CveFacts {
  cve: string;
  open: number;
  title: string | null;
  kev: boolean | null;
  exploit: boolean | null;
  fix: boolean | null;
}

/** The CVEs with open findings, the worst first, and of these the ones with the most findings of that severity. */
export async function topCves(db: Kysely<Schema>, limit: number) {
  const worst: WorstCve[] = [];
  for (const severity of severities) {
    if (worst.length >= limit) break;
    worst.push(
      ...(await worstOpen(db, { severity, except: worst.map(({ cve }) => cve), limit: limit - worst.length })),
    );
  }
  const facts = await readFacts(
    db,
    worst.map(({ cve }) => cve),
  );
  return worst.map(({ cve, severity }) => {
    const { open, title, kev, exploit, fix } = facts.get(cve)!;
    return { cve, title, severity, open, kev, exploit, fix, query: activeOf(cveIs(cve)) };
  });
}

interface Wanted {
  severity: Severity;
  except: readonly string[];
  limit: number;
}

async function worstOpen(db: Kysely<Schema>, { severity, except, limit }: Wanted): Promise<WorstCve[]> {
  const { rows } = await sql<{ cve: string }>`
    select cve from cube_cve
    where status in ('open', 'in_progress') and severity = ${sql.lit(severityRank[severity])} and n > 0
      and cve <> '' and cve <> all(${except}::text[])
    group by cve order by sum(n) desc, cve limit ${limit}`.execute(db);
  return rows.map(({ cve }) => ({ cve, severity }));
}

/** So many findings of a CVE are asked whether there is a fix. */
const findingsAsked = 50;

/** What the definition says or one of the findings; these were fetched at different times, and may know more. */
function either(name: string) {
  const [known, asked] = [sql.ref(`known.${name}`), sql.ref(`asked.${name}`)];
  return sql`coalesce(${known} or ${asked}, ${known}, ${asked})`;
}

/** `null`: it is not said, or of all that were asked none has a fix and there are more. */
async function readFacts(db: Kysely<Schema>, cves: readonly string[]): Promise<Map<string, CveFacts>> {
  const { rows } = await sql<CveFacts>`
    select cve, known.title,
      (select sum(n)::bigint from cube_cve where cube_cve.cve = one.cve and status in ('open', 'in_progress')) as open,
      ${either("kev")} as kev, ${either("exploit")} as exploit,
      case when asked.has_fix or asked.n < ${findingsAsked} then asked.has_fix end as fix
    from unnest(${cves}::text[]) as one (cve)
    left join lateral (
      select (array_agg(title order by source_updated_at desc nulls last, id))[1] as title, bool_or(is_kev) as kev,
        bool_or(has_exploit) as exploit
      from definition where external_id = one.cve and kind = 'vulnerability'
    ) as known on true
    left join lateral (
      select bool_or(has_fix) filter (where is_open) as has_fix, bool_or(is_kev) filter (where is_open) as kev,
        bool_or(has_exploit) filter (where is_open) as exploit, count(*) as n
      from (
        select has_fix, is_kev, has_exploit, status in ('open', 'in_progress') as is_open
        from finding where finding.cve = one.cve limit ${findingsAsked}
      ) as looked_at
    ) as asked on true`.execute(db);
  return new Map(rows.map((row) => [row.cve, row]));
}
