import type pg from "pg";

interface Told {
  subject: string;
  /** The record that it was told of: a machine may have one in each of several integrations. */
  record: string;
  change: string;
  at: string;
  fields: Record<string, { from: unknown; to: unknown }>;
  /** What the record is now; `null` when there is none. */
  status: string | null;
  severity: string | null;
}

/** Fields whose every change is told, so that what one signal ends with is what the next begins with. */
const chained = ["status", "severity"];

/**
 * The change log must tell a story that makes sense: of each record one `new`, of the first first of all; every change once, from
 * what was told before; and the last word must be what is stored.
 */
export async function signalTrouble(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<Told>(
    `select subject_kind || ' ' || subject_id as subject, signal.external_id as record, change, at, fields,
       coalesce(finding.status, asset.status) as status, finding.severity::text as severity
     from signal left join finding on finding.id = subject_id left join asset on asset.id = subject_id
     order by subject_id, at`,
  );
  const trouble = [...Map.groupBy(rows, (row) => row.subject)].flatMap(([subject, story]) =>
    storyTrouble(story).map((text) => `signals of ${subject}: ${text}: ${outline(story)}`),
  );
  return [...trouble, ...(await untold(pool))];
}

function storyTrouble(story: readonly Told[]): string[] {
  const trouble: string[] = [];
  const news = Map.groupBy(
    story.filter(({ change }) => change === "new"),
    ({ record }) => record,
  );
  if (news.size === 0) trouble.push("never told as new");
  for (const { length } of news.values()) if (length > 1) trouble.push(`told as new ${length} times`);
  if (news.size > 0 && story[0]?.change !== "new") trouble.push("something was told before it was new");
  for (const field of chained) {
    let before: unknown;
    for (const { fields } of story) {
      const change = fields[field];
      if (change === undefined) continue;
      if (before !== undefined && before !== String(change.from))
        trouble.push(`${field} was ${before}, and then changed from ${change.from}`);
      if (String(change.from) === String(change.to)) trouble.push(`${field} changed from ${change.from} to itself`);
      before = String(change.to);
    }
    const now = field === "status" ? story[0]?.status : story[0]?.severity;
    if (before !== undefined && before !== now) trouble.push(`${field} was told to be ${before}, and is ${now}`);
  }
  for (const { change, fields } of story)
    if ((change === "resolved" || change === "gone") && fields.status?.to !== change)
      trouble.push(`told as ${change}, while the status became ${fields.status?.to}`);
  return trouble;
}

function outline(story: readonly Told[]): string {
  return story
    .map(({ change, at, fields }) => `${at} ${change} ${JSON.stringify(fields)}`)
    .join(" | ")
    .slice(0, 1_000);
}

async function untold(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ what: string; n: number }>(
    `select 'findings' as what, count(*)::int as n from finding
       where not exists (select from signal where subject_id = finding.id and change = 'new')
     union all select 'assets', count(*)::int from asset
       where not is_placeholder and not exists (select from signal where subject_id = asset.id and change = 'new')
     union all select 'records that are not there', count(distinct subject_id)::int from signal
       where subject_id not in (select id from finding) and subject_id not in (select id from asset)`,
  );
  return rows
    .filter(({ n }) => n > 0)
    .map(({ what, n }) =>
      what === "records that are not there" ? `signals tell of ${n} ${what}` : `${n} ${what} were never told as new`,
    );
}
