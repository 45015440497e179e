import { type Kysely, sql } from "kysely";
import { ConflictError } from "../errors.ts";
import type { AssetClass } from "../model.ts";
import { recordAudit } from "./audit.ts";
import { type Integration, lockIntegration } from "./integration.ts";
import { scopedCounts } from "./record-counts.ts";
import {
  batchSize,
  correctOthers,
  inTransaction,
  type RemovalDeps,
  type Removed,
  removeFindings,
  removeSources,
} from "./remove-integration.ts";
import type { Schema } from "./schema.ts";

/** What went so far. */
export type RemovedUnchosen = Pick<Removed, "findings" | "assets">;

/**
 * Removes what an integration holds of asset classes that are no longer chosen: nothing keeps it current. In batches,
 * each with the cubes in one transaction, so counts are right at every moment; calling it again goes on after an
 * interruption. A class that is chosen again meanwhile ends it, since its records are being fetched.
 * @throws ConflictError when all classes are chosen, or the choice was changed meanwhile
 */
export async function removeUnchosen(
  deps: RemovalDeps,
  integration: Integration,
  onProgress: (removed: RemovedUnchosen) => void = () => undefined,
): Promise<RemovedUnchosen> {
  const classes = integration.assetClasses;
  if (classes === null)
    throw new ConflictError(`"${integration.name}" fetches assets of all classes, so there is nothing beside them.`);
  const since = new Date(deps.now()).toISOString();
  await announce(deps, integration);
  const removed: RemovedUnchosen = { findings: 0, assets: 0 };
  const guarded = <T>(work: (trx: Kysely<Schema>) => Promise<T>) =>
    inTransaction(deps.db, async (trx) => {
      await holdChoice(trx, integration);
      return await work(trx);
    });
  for await (const ids of unchosen(deps.db, integration.id, findingsBeside(classes))) {
    removed.findings += await guarded((trx) => removeFindings(trx, ids));
    onProgress(removed);
  }
  for await (const ids of unchosen(deps.db, integration.id, sourcesBeside(classes))) {
    removed.assets += await guarded((trx) => removeSources(trx, ids, since));
    onProgress(removed);
  }
  await deps.db
    .deleteFrom("missingRecord")
    .where("integrationId", "=", integration.id)
    .where(sql<boolean>`not exists (select from finding where finding.id = missing_record.id)`)
    .where(sql<boolean>`not exists (select from asset_source where asset_source.id = missing_record.id)`)
    .execute();
  await correctOthers(deps, since);
  return removed;
}

/** Before anything goes: an interrupted removal is in the audit log as well. */
async function announce({ db, by, now }: RemovalDeps, integration: Integration): Promise<void> {
  const counts = await scopedCounts(db, integration);
  const outside = Object.fromEntries([...counts].map(([kind, count]) => [kind, count.outside]));
  const subject = { type: "integration", id: integration.id, name: integration.name };
  const details = { assetClasses: integration.assetClasses, outside };
  await recordAudit(db, { ...by, action: "integration.remove_unchosen", subject, details }, now());
}

async function holdChoice(trx: Kysely<Schema>, { id, assetClasses }: Integration): Promise<void> {
  const present = await lockIntegration(trx, id);
  if (present.assetClasses?.join() !== assetClasses?.join())
    throw new ConflictError(
      `The asset classes of "${present.name}" were changed meanwhile: what is left stays. Look at it, and try again.`,
    );
}

/** What names no asset goes with the class `other`. */
function findingsBeside(classes: readonly AssetClass[]) {
  return sql`select id from finding candidate
    where coalesce(nullif(asset_class, ''), 'other') <> all(${classes})`;
}

/** An asset that a finding of a chosen class names stays. */
function sourcesBeside(classes: readonly AssetClass[]) {
  return sql`select candidate.id from asset_source candidate join asset on asset.id = candidate.asset_id
    where asset.class <> all(${classes}) and not exists (select from finding
      where finding.asset_id = asset.id and finding.integration_id = candidate.integration_id)`;
}

async function* unchosen(
  db: Kysely<Schema>,
  integrationId: string,
  candidates: ReturnType<typeof findingsBeside>,
): AsyncGenerator<string[]> {
  for (let last = "00000000-0000-0000-0000-000000000000"; ; ) {
    const { rows } = await sql<{ id: string }>`${candidates} and candidate.integration_id = ${integrationId}
      and candidate.id > ${last} order by candidate.id limit ${batchSize}`.execute(db);
    const end = rows.at(-1);
    if (end === undefined) return;
    yield rows.map((row) => row.id);
    last = end.id;
  }
}
