import type { Kysely } from "kysely";
import { ConfigError, ConflictError, NotFoundError } from "../errors.ts";
import { type AssetSourceRow, appendIdentityLog, readSourcesOfAssets } from "../store/asset.ts";
import { type By, recordAudit } from "../store/audit.ts";
import { recordId } from "../store/id.ts";
import { noteIdentities } from "../store/identity.ts";
import { deleteSeparation, insertSeparation } from "../store/identity-separation.ts";
import type { Schema } from "../store/schema.ts";
import { type IdentityDeps, resolveIdentities } from "./identities.ts";

export interface SeparateDeps extends IdentityDeps {
  by: By;
}

export interface Separated {
  /** By which it is undone. */
  separationId: string;
  /** The assets of the sources, as they are now. */
  assetIds: string[];
}

/**
 * Takes sources out of an asset: people know that they are another machine. No rule brings them together again until
 * it is undone.
 * @throws NotFoundError without such an asset, ConfigError when nothing would be taken out or nothing would stay
 */
export async function splitAsset(
  deps: SeparateDeps,
  assetId: string,
  sourceIds: readonly string[],
): Promise<Separated> {
  const sources = await machinesOf(deps, assetId);
  const known = new Set(sources.map(({ id }) => id));
  const stranger = sourceIds.find((id) => !known.has(id));
  if (stranger !== undefined)
    throw new ConfigError(`The asset has no source ${stranger}: look at it again, it may have changed.`, {
      field: "sourceIds",
    });
  const some = sources.filter(({ id }) => sourceIds.includes(id));
  const others = sources.filter(({ id }) => !sourceIds.includes(id));
  if (some.length === 0 || others.length === 0)
    throw new ConfigError("Choose some of the asset's sources, but not all: both assets need one at least.", {
      field: "sourceIds",
    });
  return await separate(deps, "asset.split", { assetId, some, others });
}

/** Says that two assets are never to be one. @throws NotFoundError, ConfigError when they are the same */
export async function neverMerge(deps: SeparateDeps, assetId: string, otherId: string): Promise<Separated> {
  if (assetId === otherId)
    throw new ConfigError("An asset cannot be kept apart from itself: to take sources out, split it.", {
      field: "assetId",
    });
  const some = await machinesOf(deps, assetId);
  const others = await machinesOf(deps, otherId);
  return await separate(deps, "asset.never_merge", { assetId, some, others });
}

/** Lets the rules decide again. @throws NotFoundError when it was undone already */
export async function undoSeparation(deps: SeparateDeps, id: string): Promise<{ assetIds: string[] }> {
  const { db, now, by } = deps;
  const at = new Date(now()).toISOString();
  const sourceIds = await db.transaction().execute(async (trx) => {
    const ids = await deleteSeparation(trx, id);
    await noteIdentities(trx, ids);
    await tell(trx, { event: "reunited", at, separationId: id, by }, ids);
    const subject = { type: "separation", id, name: null };
    await recordAudit(trx, { ...by, action: "asset.reunite", subject, details: { sources: ids } }, now());
    return ids;
  });
  await resolveIdentities(deps, { isWaiting: true });
  return { assetIds: await assetIdsOf(deps, sourceIds) };
}

async function machinesOf({ db }: SeparateDeps, assetId: string): Promise<AssetSourceRow[]> {
  const sources = await readSourcesOfAssets(db, [assetId]);
  if (sources.length === 0) throw new NotFoundError(`There is no asset ${assetId}.`);
  const machines = sources.filter(({ identifiers }) => identifiers !== null);
  if (machines.length === 0)
    throw new ConflictError("Only machines (class compute) are identified by rules, so only they can be kept apart.");
  return machines;
}

interface Sides {
  assetId: string;
  some: readonly AssetSourceRow[];
  others: readonly AssetSourceRow[];
}

async function separate(deps: SeparateDeps, action: string, { assetId, some, others }: Sides): Promise<Separated> {
  const { db, now, by } = deps;
  const at = new Date(now()).toISOString();
  const [ids, otherIds] = [some.map(({ id }) => id), others.map(({ id }) => id)];
  const separationId = await db.transaction().execute(async (trx) => {
    const made = await insertSeparation(trx, { some: ids, others: otherIds, at, by: by.actor.name });
    await noteIdentities(trx, [...ids, ...otherIds]);
    await tell(trx, { event: "separated", at, separationId: made, by }, [...ids, ...otherIds]);
    const subject = { type: "asset", id: assetId, name: null };
    const details = { separation: made, sources: ids, from: otherIds };
    await recordAudit(trx, { ...by, action, subject, details }, now());
    return made;
  });
  await resolveIdentities(deps, { isWaiting: true });
  return { separationId, assetIds: await assetIdsOf(deps, [...ids, ...otherIds]) };
}

interface Told {
  event: "separated" | "reunited";
  at: string;
  separationId: string;
  by: By;
}

/** In the log of every source that it is about. */
async function tell(trx: Kysely<Schema>, told: Told, sourceIds: readonly string[]): Promise<void> {
  const { event, at, separationId, by } = told;
  const sources = await sourcesOf(trx, sourceIds);
  await appendIdentityLog(
    trx,
    sources.map(({ id, assetId }) => ({
      id: recordId(event, separationId, id),
      at,
      assetId,
      sourceId: id,
      event,
      rule: "people",
      evidence: { by: by.actor.name, separation: separationId, sources: sourceIds.filter((other) => other !== id) },
    })),
  );
}

async function sourcesOf(db: Kysely<Schema>, ids: readonly string[]) {
  return await db
    .selectFrom("assetSource")
    .select(["id", "assetId"])
    .where((eb) => eb("id", "=", eb.fn.any(eb.val(ids))))
    .execute();
}

async function assetIdsOf({ db }: SeparateDeps, sourceIds: readonly string[]): Promise<string[]> {
  return [...new Set((await sourcesOf(db, sourceIds)).map(({ assetId }) => assetId))].sort();
}
