import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";
import type { PaceSampleTable } from "./schema-sync.ts";

export type PaceSample = Omit<PaceSampleTable, "accountKey" | "at">;

export type PaceSampleAt = Omit<PaceSample, "learnedLimit"> & { at: string };

/** Stores a sample of an account whose lease is ours; by the database's clock, as heartbeats are. */
export async function insertPaceSample(
  db: Kysely<Schema>,
  { accountKey, epoch }: { accountKey: string; epoch: number },
  sample: PaceSample,
): Promise<void> {
  const { requestsPerSecond, usedPerSecond, waiting, inFlight, isPaused, limited, learnedLimit } = sample;
  await sql`
    insert into pace_sample (account_key, at, requests_per_second, used_per_second, waiting, in_flight, is_paused,
      limited, learned_limit)
    select account_key, now(), ${requestsPerSecond}, ${usedPerSecond}, ${waiting}, ${inFlight}, ${isPaused}, ${limited},
      ${learnedLimit}
    from lease where account_key = ${accountKey} and epoch = ${epoch}
    on conflict do nothing`.execute(db);
}

/** Samples that a graph can show. */
const mostPoints = 720;
const shortestStepSeconds = 10;

/**
 * The samples of the last minutes, oldest first. Those of a long time are taken together, so that there are never more
 * than a graph can show: rates as their means, what waited at its most, refusals as their sum.
 */
export async function readPaceSamples(
  db: Kysely<Schema>,
  accountKey: string,
  minutes: number,
): Promise<PaceSampleAt[]> {
  const step = Math.max(shortestStepSeconds, Math.ceil((minutes * 60) / mostPoints));
  const { rows } = await sql<PaceSampleAt>`
    select max(at) as at, round(avg(requests_per_second)::numeric, 2)::float8 as "requestsPerSecond",
      round(avg(used_per_second)::numeric, 2)::float8 as "usedPerSecond",
      max(waiting) as waiting, max(in_flight) as "inFlight", bool_or(is_paused) as "isPaused",
      sum(limited)::int as limited
    from pace_sample
    where account_key = ${accountKey} and at > now() - make_interval(mins => ${minutes})
    group by date_bin(make_interval(secs => ${step}), at, 'epoch')
    order by 1`.execute(db);
  return rows;
}

export interface PaceLimits {
  /** What the source was found to accept; `null` while it never objected. */
  settled: number | null;
  /** The governor never allows more; `null` before a process worked for the account. */
  ceiling: number | null;
}

/** What bounded the account when it was last at work. */
export async function readPaceLimits(db: Kysely<Schema>, accountKey: string): Promise<PaceLimits> {
  const { rows } = await sql<PaceLimits>`select
    (select learned_limit from pace_sample where account_key = ${accountKey} order by at desc limit 1) as settled,
    (select (source_state->>'ceiling')::real from lease where account_key = ${accountKey}) as ceiling`.execute(db);
  return rows[0] ?? { settled: null, ceiling: null };
}

export const keptSampleHours = 24;

export async function prunePaceSamples(db: Kysely<Schema>): Promise<number> {
  const result = await sql`
    delete from pace_sample where at < now() - make_interval(hours => ${keptSampleHours})`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}
