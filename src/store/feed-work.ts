import { type Kysely, sql } from "kysely";
import { among } from "./among.ts";
import { type CubedFinding, cubedColumns } from "./cube.ts";
import type { FindingRow } from "./finding.ts";
import type { Schema } from "./schema.ts";

/** CVEs whose findings are to be looked at together. */
export interface DueCves {
  cves: string[];
  importIds: number[];
}

const chunkFindings = 20_000;
const chunkCves = 2_000;

/** The next of them, with some thousand findings together, or one with more. `null`: nothing is due. */
export async function nextDueCves(db: Kysely<Schema>): Promise<DueCves | null> {
  const { rows } = await sql<{ cve: string; importId: number }>`
    select cve, import_id from (
      select cve, import_id, sum(n) over (order by cve) - n as before
      from (select * from feed_due order by cve limit ${chunkCves}) as first
    ) as running where before < ${chunkFindings} order by cve`.execute(db);
  if (rows.length === 0) return null;
  return { cves: rows.map(({ cve }) => cve), importIds: rows.map(({ importId }) => importId) };
}

/** All of their findings were looked at. What another import put there meanwhile stays. */
export async function settleDueCves(db: Kysely<Schema>, { cves, importIds }: DueCves): Promise<void> {
  await sql`delete from feed_due using unnest(${cves}::text[], ${importIds}::bigint[]) as done (cve, import_id)
    where feed_due.cve = done.cve and feed_due.import_id = done.import_id`.execute(db);
}

export const feedColumns = [
  "epss",
  "epssSource",
  "wizEpss",
  "epssDisputed",
  "isKev",
  "kevSource",
  "wizKev",
  "kevDisputed",
  "riskScore",
] as const satisfies readonly (keyof FindingRow)[];

/** As much of a finding as its score and the counts follow from. */
export type ScoredFinding = CubedFinding &
  Pick<FindingRow, "id" | "cve" | "cvss" | "hasExploit" | "severity" | "assetId" | (typeof feedColumns)[number]>;

/** Findings that stay as they are until the end of the transaction. */
export async function lockScoredFindings(trx: Kysely<Schema>, ids: readonly string[]): Promise<ScoredFinding[]> {
  return await trx
    .selectFrom("finding")
    .select([...cubedColumns, ...feedColumns, "id", "cvss", "assetId"])
    .where("id", "in", among(ids))
    .orderBy("id")
    .forUpdate()
    .execute();
}

/**
 * Writes what follows from feeds. The version moves, so that a page which read the finding before does itself again;
 * the time of its last change does not, and no signal tells of it: the finding is the same at Wiz.
 */
export async function writeScores(trx: Kysely<Schema>, rows: readonly ScoredFinding[]): Promise<void> {
  if (rows.length === 0) return;
  const written = rows.map((row) =>
    Object.fromEntries(["id" as const, ...feedColumns].map((name) => [name, row[name]])),
  );
  await sql`update finding set epss = r."epss", epss_source = r."epssSource", wiz_epss = r."wizEpss",
      epss_disputed = r."epssDisputed", is_kev = r."isKev", kev_source = r."kevSource", wiz_kev = r."wizKev",
      kev_disputed = r."kevDisputed", risk_score = r."riskScore", version = version + 1
    from json_to_recordset(${JSON.stringify(written)}::json) as r("id" uuid, "epss" real, "epssSource" text,
      "wizEpss" real, "epssDisputed" boolean, "isKev" boolean, "kevSource" text, "wizKev" boolean,
      "kevDisputed" boolean, "riskScore" smallint)
    where finding.id = r."id"`.execute(trx);
}

/** Their score is to follow. In order, so that two writers never wait in a circle. */
export async function addDueAssets(trx: Kysely<Schema>, assetIds: readonly string[]): Promise<void> {
  if (assetIds.length === 0) return;
  await sql`insert into feed_due_asset (asset_id) select distinct id from unnest(${assetIds}::uuid[]) as one (id)
    order by id on conflict do nothing`.execute(trx);
}

/** Takes some away, for whoever scores them in the same transaction. */
export async function takeDueAssets(trx: Kysely<Schema>, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    delete from feed_due_asset where asset_id in (select asset_id from feed_due_asset order by asset_id limit ${limit})
    returning asset_id as id`.execute(trx);
  return rows.map(({ id }) => id);
}

export async function addProgress(
  trx: Kysely<Schema>,
  step: { done?: number; changed?: number; assetsDone?: number },
): Promise<void> {
  const { done = 0, changed = 0, assetsDone = 0 } = step;
  await sql`update feed_work set done = done + ${done}, changed = changed + ${changed},
    assets_done = assets_done + ${assetsDone}`.execute(trx);
}

/** Notes the end, unless there is something to do again. */
export async function finishWork(db: Kysely<Schema>, at: string): Promise<void> {
  await sql`update feed_work set finished_at = ${at}, done = total where finished_at is null
    and not exists (select from feed_due) and not exists (select from feed_due_asset)`.execute(db);
}

export async function hasFeedWork(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql<{ due: boolean }>`
    select exists (select from feed_work where finished_at is null) as due`.execute(db);
  return rows[0]?.due === true;
}
