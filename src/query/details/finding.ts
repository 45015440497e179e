import type { Kysely, Selectable } from "kysely";
import { explainFindingScore, type ScoreExplanation } from "../../risk/explain.ts";
import { type FindingScoreInputs, findingScore } from "../../risk/score.ts";
import { findAcceptance, type RiskAcceptance } from "../../store/risk-acceptance.ts";
import type { DefinitionTable, Schema } from "../../store/schema.ts";
import { readIntegrationNames } from "../read-records.ts";
import { inReadTransaction } from "../read-transaction.ts";
import { type FoundFinding, toFinding } from "../records.ts";
import { type CveWords, readCveWords } from "./cve-words.ts";
import { detailTimeoutMs, type History, readHistory } from "./history.ts";
import { readRaw } from "./raw.ts";

export interface FindingDetail extends FoundFinding {
  statusReason: string | null;
  statusChangedAt: string | null;
  acceptance: Pick<RiskAcceptance, "id" | "owner" | "reason" | "expiresAt" | "createdBy"> | null;
  fix: boolean | null;
  description: string | null;
  remediation: string | null;
  definition: {
    id: string;
    kind: string;
    externalId: string;
    title: string;
    link: string | null;
    publishedAt: string | null;
    frameworks: string[];
  } | null;
  scoreInputs: string[];
  score: ScoreExplanation | null;
  cveWords: CveWords | null;
  history: History;
  raw: unknown;
}

/** All that is known of one finding; `null` when there is none of that id. */
export async function readFindingDetail(db: Kysely<Schema>, id: string): Promise<FindingDetail | null> {
  return await inReadTransaction(db, { timeoutMs: detailTimeoutMs }, (trx) => read(trx, id));
}

async function read(db: Kysely<Schema>, id: string): Promise<FindingDetail | null> {
  const row = await db.selectFrom("finding").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) return null;
  const names = await readIntegrationNames(db);
  const definition = await readDefinition(db, row.definitionId);
  const raws = await readRaw(db, "findingRaw", [id]);
  const finding = toFinding(row, names);
  const inputs = scoreInputs(finding);
  return {
    ...finding,
    statusReason: row.statusReason,
    statusChangedAt: row.statusChangedAt,
    acceptance: await readAcceptance(db, row.acceptanceId),
    fix: row.hasFix,
    description: definition?.description ?? null,
    remediation: definition?.remediation ?? null,
    definition: definition === undefined ? null : aboutDefinition(definition),
    scoreInputs: inputs === null ? [] : findingScore(inputs).inputs,
    score: inputs === null ? null : explainFindingScore(inputs),
    cveWords: await readCveWords(db, row),
    history: await readHistory(db, id, names),
    raw: raws.get(id) ?? null,
  };
}

async function readAcceptance(db: Kysely<Schema>, id: string | null): Promise<FindingDetail["acceptance"]> {
  if (id === null) return null;
  const { owner, reason, expiresAt, createdBy } = await findAcceptance(db, id);
  return { id, owner, reason, expiresAt, createdBy };
}

async function readDefinition(
  db: Kysely<Schema>,
  id: string | null,
): Promise<Omit<Selectable<DefinitionTable>, "hash"> | undefined> {
  return id === null
    ? undefined
    : await db.selectFrom("definition").selectAll().where("id", "=", id).executeTakeFirst();
}

function aboutDefinition(definition: Omit<Selectable<DefinitionTable>, "hash">): FindingDetail["definition"] {
  const { id, kind, externalId, title, link, publishedAt, frameworks } = definition;
  return { id, kind, externalId, title, link, publishedAt, frameworks };
}

function scoreInputs({ severity, cvss, epss, kev, exploit }: FoundFinding): FindingScoreInputs | null {
  return severity === null ? null : { severity, cvss, epss, kev, exploit };
}
