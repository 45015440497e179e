import { type Kysely, sql } from "kysely";
import { ConfigError, ConflictError } from "../errors.ts";
import { type Severity, severities, severityRank } from "../model.ts";
import { inReadTransaction } from "../query/read-transaction.ts";
import { severityWord } from "../query/records.ts";
import { type By, recordAudit } from "../store/audit.ts";
import {
  type AcceptanceContent,
  acceptanceState,
  findAcceptance,
  insertAcceptance,
  lockAcceptances,
  type RiskAcceptance,
  updateAcceptance,
  withdrawAcceptance,
} from "../store/risk-acceptance.ts";
import type { Schema } from "../store/schema.ts";
import { compileScope, isCoverable, readScope } from "./scope.ts";
import type { LifeCycleDeps } from "./settle.ts";

const dayMs = 86_400_000;
/** Nobody can answer for a risk for longer without looking at it again. */
export const longestAcceptanceDays = 366;

/** Accepts a risk; its findings follow in the background. @throws ConfigError, QueryError, ConflictError */
export async function createAcceptance(deps: LifeCycleDeps, by: By, content: AcceptanceContent): Promise<string> {
  const now = deps.now();
  check(content, now);
  return await deps.db.transaction().execute(async (trx) => {
    await lockAcceptances(trx);
    const id = await insertAcceptance(trx, content, { by: by.actor.name, now });
    await told(trx, by, "risk_acceptance.create", { id, content, now });
    return id;
  });
}

/** @throws NotFoundError, ConfigError, QueryError; ConflictError when it has ended */
export async function changeAcceptance(
  deps: LifeCycleDeps,
  by: By,
  id: string,
  changes: Partial<AcceptanceContent>,
): Promise<void> {
  const now = deps.now();
  await deps.db.transaction().execute(async (trx) => {
    await lockAcceptances(trx);
    const row = await toChange(trx, id, now);
    const { owner, reason, scope, expiresAt } = row;
    const content = { owner, reason, scope, expiresAt, ...changes };
    check(content, now);
    await updateAcceptance(trx, id, content, { by: by.actor.name, now });
    const before = { owner, reason, scope, expiresAt };
    await told(trx, by, "risk_acceptance.update", { id, content, now, more: { before } });
  });
}

/** Ends it before its time. @throws NotFoundError; ConflictError when it has ended */
export async function endAcceptance(deps: LifeCycleDeps, by: By, id: string): Promise<void> {
  const now = deps.now();
  await deps.db.transaction().execute(async (trx) => {
    await lockAcceptances(trx);
    const row = await toChange(trx, id, now);
    await withdrawAcceptance(trx, id, { by: by.actor.name, now });
    await told(trx, by, "risk_acceptance.withdraw", { id, content: row, now });
  });
}

async function toChange(trx: Kysely<Schema>, id: string, now: number): Promise<RiskAcceptance> {
  const row = await findAcceptance(trx, id, { toChange: true });
  const state = acceptanceState(row, now);
  if (state !== "active")
    throw new ConflictError(
      `This acceptance has ${state === "lapsed" ? "expired" : "been withdrawn"}: make a new one.`,
    );
  return row;
}

function check({ scope, expiresAt }: AcceptanceContent, now: number): void {
  readScope(scope, now);
  const at = Date.parse(expiresAt);
  if (at <= now) throw new ConfigError("The day on which it expires must be in the future.", { field: "expiresAt" });
  if (at > now + longestAcceptanceDays * dayMs)
    throw new ConfigError("A risk can be accepted for a year at most; then it is to be looked at again.", {
      field: "expiresAt",
    });
}

interface Told {
  id: string;
  content: AcceptanceContent;
  now: number;
  more?: Record<string, unknown>;
}

/** Also of one that lapses, in the words of the log. */
export async function told(
  trx: Kysely<Schema>,
  by: By,
  action: string,
  { id, content, now, more }: Told,
): Promise<void> {
  const { owner, reason, scope, expiresAt } = content;
  const subject = { type: "risk_acceptance", id, name: reason.slice(0, 200) };
  await recordAudit(trx, { ...by, action, subject, details: { owner, reason, scope, expiresAt, ...more } }, now);
}

export interface AcceptancePreview {
  /** Findings that it would cover now: open at their source, whether accepted already or not. */
  count: number;
  bySeverity: Record<Severity, number>;
  /** Covered by another acceptance already. */
  alreadyAccepted: number;
  /** Some of them, the worst first. */
  examples: { id: string; title: string; severity: Severity | null; status: string; asset: string | null }[];
}

const exampleCount = 10;
const previewTimeoutMs = 30_000;

/** What a scope would cover just now. @throws QueryError, ConfigError */
export async function previewAcceptance({ db, now }: LifeCycleDeps, scope: string): Promise<AcceptancePreview> {
  const at = now();
  readScope(scope, at);
  return await inReadTransaction(db, { timeoutMs: previewTimeoutMs }, async (trx) => {
    const { where } = await compileScope(trx, scope, at);
    const counts = await sql<{ severity: number; n: number; accepted: number }>`
      select severity, count(*)::bigint as n, count(acceptance_id)::bigint as accepted from finding
      where ${isCoverable} and ${where} group by 1`.execute(trx);
    const examples = await sql<{ id: string; title: string; severity: number; status: string; asset: string | null }>`
      select id, title, severity, status, asset_name as asset from finding where ${isCoverable} and ${where}
      order by severity desc, first_found_at desc, id desc limit ${exampleCount}`.execute(trx);
    const of = (rank: number) => counts.rows.find(({ severity }) => severity === rank)?.n ?? 0;
    return {
      count: counts.rows.reduce((sum, { n }) => sum + n, 0),
      bySeverity: Object.fromEntries(severities.map((word) => [word, of(severityRank[word])])) as Record<
        Severity,
        number
      >,
      alreadyAccepted: counts.rows.reduce((sum, { accepted }) => sum + accepted, 0),
      examples: examples.rows.map((row) => ({ ...row, severity: severityWord(row.severity) })),
    };
  });
}
