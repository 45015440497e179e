import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { NotFoundError } from "../errors.ts";
import type { Schema } from "./schema.ts";

/** Somebody's word that sources are not one machine. */
export interface Separation {
  id: string;
  at: string;
  decidedBy: string;
  /** The sources on either side. */
  sourceIds: string[];
}

/** Says that none of `some` is one machine with any of `others`. */
export async function insertSeparation(
  trx: Kysely<Schema>,
  { some, others, at, by }: { some: readonly string[]; others: readonly string[]; at: string; by: string },
): Promise<string> {
  const id = randomUUID();
  const pairs = some.flatMap((a) => others.map((b) => (a < b ? [a, b] : [b, a])));
  await sql`insert into identity_separation (id, source_a, source_b, at, decided_by)
    select ${id}::uuid, a, b, ${at}::timestamptz, ${by}
    from unnest(${pairs.map(([a]) => a)}::uuid[], ${pairs.map(([, b]) => b)}::uuid[]) as pair (a, b)`.execute(trx);
  return id;
}

/** @throws NotFoundError when there is none of the id */
export async function deleteSeparation(trx: Kysely<Schema>, id: string): Promise<string[]> {
  const pairs = await trx
    .deleteFrom("identitySeparation")
    .where("id", "=", id)
    .returning(["sourceA", "sourceB"])
    .execute();
  if (pairs.length === 0) throw new NotFoundError(`There is no separation ${id}: it was undone already.`);
  return [...new Set(pairs.flatMap(({ sourceA, sourceB }) => [sourceA, sourceB]))];
}

/** What was decided of some sources, newest first. */
export async function listSeparations(db: Kysely<Schema>, sourceIds: readonly string[]): Promise<Separation[]> {
  if (sourceIds.length === 0) return [];
  const { rows } = await sql<Separation>`
    select id, at, decided_by as "decidedBy", array_agg(distinct source_id) as "sourceIds"
    from identity_separation cross join lateral (values (source_a), (source_b)) as side (source_id)
    where id in (
      select id from identity_separation where source_a = any(${sourceIds}::uuid[]) or source_b = any(${sourceIds}::uuid[])
    )
    group by id, at, decided_by order by at desc, id`.execute(db);
  return rows;
}
