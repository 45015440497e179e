import { type Kysely, type RawBuilder, type Selectable, sql } from "kysely";
import { instant, type Severity, severities, severityRank } from "../model.ts";
import { lockAssetFacts } from "./asset-copies-lock.ts";
import type { Schema } from "./schema.ts";
import type { DueDatePolicyTable } from "./schema-life-cycle.ts";

/** Days within which a finding should be resolved, by severity; `null`: no date. */
export type DueDays = Record<Severity, number | null>;

/** More is no aim any more. */
export const mostDueDays = 3_650;

export type DueDatePolicy = Omit<Selectable<DueDatePolicyTable>, "id">;

/** As it was set, else as Weir comes with it: a demo that begins anew empties this table too. */
export async function readDueDatePolicy(db: Kysely<Schema>): Promise<DueDatePolicy> {
  const policy = await db.selectFrom("dueDatePolicy").selectAll().executeTakeFirst();
  if (policy !== undefined) return policy;
  await sql`insert into due_date_policy default values on conflict do nothing`.execute(db);
  return await db.selectFrom("dueDatePolicy").selectAll().executeTakeFirstOrThrow();
}

export function daysOf(policy: DueDays): DueDays {
  return Object.fromEntries(severities.map((severity) => [severity, policy[severity]])) as DueDays;
}

/**
 * Changes the policy; the findings follow in the background. Pages that are being stored have read the old one, so they
 * come first, and those that begin later read the new one.
 */
export async function changeDueDatePolicy(
  trx: Kysely<Schema>,
  days: DueDays,
  { by, now }: { by: string; now: number },
): Promise<void> {
  await lockAssetFacts(trx);
  await trx
    .updateTable("dueDatePolicy")
    .set((eb) => ({
      ...days,
      changedAt: new Date(now).toISOString(),
      changedBy: by,
      revision: eb("revision", "+", 1),
      afterId: null,
      examined: 0,
      total: null,
    }))
    .execute();
}

/** Later than this, a date has a year of five digits soon. */
const lastMs = Date.parse("9900-01-01T00:00:00Z");
const dayMs = 86_400_000;

/** When a finding is due by the policy: so many days after it was found, or found again. The same as `dueSql`. */
export function dueByPolicy(
  days: DueDays,
  finding: { severity: number; firstFoundAt: string | null; reopenedAt: string | null },
): string | null {
  const severity = severities.find((name) => severityRank[name] === finding.severity);
  const within = severity === undefined ? null : days[severity];
  const from = instant(finding.reopenedAt ?? finding.firstFoundAt);
  if (within === null || from === null || from > lastMs) return null;
  return new Date(Math.floor(from) + within * dayMs).toISOString();
}

function dueSql(days: DueDays): RawBuilder<unknown> {
  const cases = severities.map((name) => sql`when ${sql.lit(severityRank[name])} then ${days[name]}::int`);
  const from = sql`coalesce(reopened_at, first_found_at)`;
  return sql`case when ${from} <= '9900-01-01T00:00:00Z' then
    date_trunc('milliseconds', ${from}) + make_interval(hours => 24 * (case severity ${sql.join(cases, sql` `)} end)) end`;
}

/**
 * Carries the policy over to the next findings in the order of their ids, with the place where it has come to, in one
 * transaction. Only those that are not closed follow, and only where the source gives no date. `null`: all are done.
 */
export async function applyDueDates(trx: Kysely<Schema>, limit: number): Promise<{ examined: number } | null> {
  const policy = await trx.selectFrom("dueDatePolicy").selectAll().forUpdate().executeTakeFirstOrThrow();
  if (policy.appliedRevision === policy.revision) return null;
  const { rows } = await sql<{ last: string | null; n: number }>`
    select (array_agg(id order by id desc))[1] as last, count(*)::int as n from (
      select id from finding where ${policy.afterId === null ? sql`true` : sql`id > ${policy.afterId}::uuid`}
      order by id limit ${limit}) as next`.execute(trx);
  const { last = null, n = 0 } = rows[0] ?? {};
  if (last === null) {
    await trx.updateTable("dueDatePolicy").set({ appliedRevision: policy.revision }).execute();
    return null;
  }
  await moveDueDates(trx, daysOf(policy), { after: policy.afterId, last });
  await trx
    .updateTable("dueDatePolicy")
    .set((eb) => ({ afterId: last, examined: eb("examined", "+", n) }))
    .execute();
  return { examined: n };
}

/** The date is no news of the finding, so `changed_at` stays; the version tells a page that another one wrote. */
async function moveDueDates(
  trx: Kysely<Schema>,
  days: DueDays,
  { after, last }: { after: string | null; last: string },
) {
  await sql`
    with moved as materialized (
      select id, due from (select id, due_at, ${dueSql(days)} as due from finding
        where ${after === null ? sql`true` : sql`id > ${after}::uuid`} and id <= ${last}::uuid
          and status in ('open', 'in_progress', 'accepted') and (due_at is null or is_due_by_policy)
        order by id for update) as wanted
      where due is distinct from due_at
    )
    update finding set due_at = moved.due, is_due_by_policy = moved.due is not null, version = finding.version + 1
    from moved where finding.id = moved.id`.execute(trx);
}

/** How many findings there are to look at, for those who watch; an estimate will do. */
export async function noteDueDateTotal(db: Kysely<Schema>): Promise<void> {
  await sql`update due_date_policy set total = greatest(examined,
    (select reltuples::bigint from pg_class where oid = 'finding'::regclass), 0)
    where applied_revision <> revision and total is null`.execute(db);
}
