import type { Kysely } from "kysely";
import type { ScoreExplanation } from "../../risk/explain.ts";
import { readOwnTags } from "../../store/asset-tag.ts";
import type { Schema } from "../../store/schema.ts";
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
  sources: (FoundAssetSource & { goneAt: string | null })[];
  score: ScoreExplanation;
  identity: IdentityDecision[];
  history: History;
  raw: { integration: string | null; externalId: string; raw: unknown }[];
}

type OwnTag = Awaited<ReturnType<typeof readOwnTags>>[number];

interface IdentityDecision {
  at: string;
  integration: string | null;
  externalId: string | null;
  rule: string;
  evidence: unknown;
}

/** Of the identity log. */
const decisionsShown = 100;

/** All that is known of one asset; `null` when there is none of that id. */
export async function readAssetDetail(db: Kysely<Schema>, id: string): Promise<AssetDetail | null> {
  return await inReadTransaction(db, { timeoutMs: detailTimeoutMs }, (trx) => read(trx, id));
}

async function read(db: Kysely<Schema>, id: string): Promise<AssetDetail | null> {
  const row = await db.selectFrom("asset").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) return null;
  const names = await readIntegrationNames(db);
  const rows = await db.selectFrom("assetSource").selectAll().where("assetId", "=", id).orderBy("id").execute();
  const sources = rows.map((source) => ({ ...toAssetSource(source, names), goneAt: source.goneAt }));
  const raws = await readRaw(
    db,
    "assetRaw",
    rows.map((source) => source.id),
  );
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
    identity: await readIdentity(db, id, names),
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

async function readIdentity(db: Kysely<Schema>, assetId: string, names: IntegrationNames): Promise<IdentityDecision[]> {
  const rows = await db
    .selectFrom("identityLog")
    .leftJoin("assetSource", "assetSource.id", "identityLog.sourceId")
    .select(["identityLog.at", "identityLog.rule", "identityLog.evidence"])
    .select(["assetSource.integrationId", "assetSource.externalId"])
    .where("identityLog.assetId", "=", assetId)
    .orderBy("identityLog.at", "desc")
    .orderBy("identityLog.id")
    .limit(decisionsShown)
    .execute();
  return rows.map(({ at, rule, evidence, integrationId, externalId }) => ({
    at,
    integration: integrationId === null ? null : (names.get(integrationId) ?? null),
    externalId,
    rule,
    evidence,
  }));
}
