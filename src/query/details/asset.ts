import type { Kysely, Selectable } from "kysely";
import { ruleTitle } from "../../identity/rules.ts";
import type { Identifiers } from "../../model.ts";
import type { ScoreExplanation } from "../../risk/explain.ts";
import { readOwnTags } from "../../store/asset-tag.ts";
import { listSeparations } from "../../store/identity-separation.ts";
import type { AssetTable, Schema } from "../../store/schema.ts";
import { readIntegrationNames } from "../read-records.ts";
import { inReadTransaction } from "../read-transaction.ts";
import { type FoundAsset, type FoundAssetSource, type IntegrationNames, toAsset, toAssetSource } from "../records.ts";
import { countFindings, explainScore, type FindingCounts, summed } from "./asset-findings.ts";
import { detailTimeoutMs, type History, readHistory } from "./history.ts";
import { readRaw } from "./raw.ts";

export interface AssetDetail extends FoundAsset, FindingCounts {
  sourceTags: string[];
  ownTags: OwnTag[];
  operatingSystem: string | null;
  projects: string[];
  isPlaceholder: boolean;
  deletedAt: string | null;
  changedAt: string;
  sources: IdentifiedSource[];
  separations: FoundSeparation[];
  score: ScoreExplanation;
  identity: IdentityDecision[];
  history: History;
  raw: { integration: string | null; externalId: string; raw: unknown }[];
}

type OwnTag = Awaited<ReturnType<typeof readOwnTags>>[number];
/** What one integration knows, and what identifies the machine there. */
interface IdentifiedSource extends FoundAssetSource {
  id: string;
  goneAt: string | null;
  deletedAt: string | null;
  /** `null`: no machine. */
  identifiers: Identifiers | null;
}

/** Somebody's word that sources are not one machine, of whatever asset they are now. */
interface FoundSeparation {
  id: string;
  at: string;
  decidedBy: string;
  sources: { id: string; assetId: string; assetName: string; integration: string | null; externalId: string }[];
}

interface IdentityDecision {
  at: string;
  event: string;
  integration: string | null;
  sourceId: string;
  externalId: string | null;
  rule: string;
  ruleTitle: string;
  evidence: unknown;
}

/** Of the identity log. */
const decisionsShown = 100;

/** All that is known of one asset; `null` when there is none of that id. */
export async function readAssetDetail(db: Kysely<Schema>, id: string): Promise<AssetDetail | null> {
  return await inReadTransaction(db, { timeoutMs: detailTimeoutMs }, (trx) => read(trx, id));
}

async function read(db: Kysely<Schema>, id: string): Promise<AssetDetail | null> {
  const row = (await readRow(db, id)) ?? (await readSuccessor(db, id));
  return row === undefined ? null : await readWhole(db, row);
}

async function readRow(db: Kysely<Schema>, id: string) {
  return await db.selectFrom("asset").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Of an asset that became another one: an asset has the id of one of its sources, which is there now. */
async function readSuccessor(db: Kysely<Schema>, id: string) {
  const source = await db.selectFrom("assetSource").select("assetId").where("id", "=", id).executeTakeFirst();
  return source === undefined ? undefined : await readRow(db, source.assetId);
}

async function readWhole(db: Kysely<Schema>, row: Selectable<AssetTable>): Promise<AssetDetail> {
  const { id } = row;
  const names = await readIntegrationNames(db);
  const rows = await db.selectFrom("assetSource").selectAll().where("assetId", "=", id).orderBy("id").execute();
  const sources = rows.map(({ goneAt, deletedAt, identifiers, ...source }) => ({
    id: source.id,
    ...toAssetSource({ ...source, goneAt, deletedAt, identifiers }, names),
    goneAt,
    deletedAt,
    identifiers,
  }));
  const ids = rows.map((source) => source.id);
  const raws = await readRaw(db, "assetRaw", ids);
  const counted = await countFindings(db, id);
  const ownTags = await readOwnTags(db, id);
  return {
    ...toAsset(row, []),
    sources,
    sourceTags: row.sourceTags ?? row.tags,
    ownTags,
    operatingSystem: row.operatingSystem,
    projects: row.projects,
    isPlaceholder: row.isPlaceholder,
    deletedAt: row.deletedAt,
    changedAt: row.changedAt,
    ...summed(counted),
    score: withTags(explainScore(row, counted), ownTags),
    separations: await readSeparations(db, ids, names),
    identity: await readIdentity(db, ids, names),
    history: await readHistory(db, id, names),
    raw: rows.flatMap((source, i) => {
      const { integration = null, externalId = source.externalId } = sources[i] ?? {};
      return raws.has(source.id) ? [{ integration, externalId, raw: raws.get(source.id) }] : [];
    }),
  };
}

/** Which tags make it as critical as it is. */
function withTags(score: ScoreExplanation, ownTags: readonly OwnTag[]): ScoreExplanation {
  const factors = score.factors.map((factor) => {
    if (factor.input !== "criticality") return factor;
    const tags = ownTags.filter(({ criticality }) => criticality === factor.value).map(({ name }) => name);
    return { ...factor, tags };
  });
  return { ...score, factors };
}

async function readSeparations(
  db: Kysely<Schema>,
  sourceIds: readonly string[],
  names: IntegrationNames,
): Promise<FoundSeparation[]> {
  const separations = await listSeparations(db, sourceIds);
  const ids = separations.flatMap((separation) => separation.sourceIds);
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom("assetSource")
    .innerJoin("asset", "asset.id", "assetSource.assetId")
    .select(["assetSource.id", "assetId", "asset.name as assetName", "integrationId", "externalId"])
    .where((eb) => eb("assetSource.id", "=", eb.fn.any(eb.val(ids))))
    .orderBy("assetSource.id")
    .execute();
  return separations.map(({ sourceIds: own, ...separation }) => ({
    ...separation,
    sources: rows
      .filter(({ id }) => own.includes(id))
      .map(({ integrationId, ...source }) => ({ ...source, integration: names.get(integrationId) ?? null })),
  }));
}

async function readIdentity(
  db: Kysely<Schema>,
  sourceIds: readonly string[],
  names: IntegrationNames,
): Promise<IdentityDecision[]> {
  const rows = await db
    .selectFrom("identityLog")
    .leftJoin("assetSource", "assetSource.id", "identityLog.sourceId")
    .select(["identityLog.at", "identityLog.event", "identityLog.rule", "identityLog.evidence", "identityLog.sourceId"])
    .select(["assetSource.integrationId", "assetSource.externalId"])
    .where((eb) => eb("identityLog.sourceId", "=", eb.fn.any(eb.val(sourceIds))))
    .orderBy("identityLog.at", "desc")
    .orderBy("identityLog.id")
    .limit(decisionsShown)
    .execute();
  return rows.map(({ at, event, rule, evidence, integrationId, sourceId, externalId }) => ({
    at,
    event,
    integration: integrationId === null ? null : (names.get(integrationId) ?? null),
    sourceId,
    externalId,
    rule,
    ruleTitle: ruleTitle(rule),
    evidence,
  }));
}
