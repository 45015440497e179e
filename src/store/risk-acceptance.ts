import { randomUUID } from "node:crypto";
import { type Kysely, type Selectable, sql } from "kysely";
import { ConflictError, NotFoundError } from "../errors.ts";
import { lockKeys, lockSpace } from "./lock-keys.ts";
import type { Schema } from "./schema.ts";
import type { RiskAcceptanceTable } from "./schema-life-cycle.ts";

export type RiskAcceptance = Selectable<RiskAcceptanceTable>;

/** What people say when they accept a risk. */
export type AcceptanceContent = Pick<RiskAcceptance, "owner" | "reason" | "scope" | "expiresAt">;

/** Each is one more thing to be asked of every finding. */
const mostAcceptances = 200;

/** `active`: it holds. `lapsed`: it has expired. `withdrawn`: someone ended it before. */
export type AcceptanceState = "active" | "lapsed" | "withdrawn";

export function acceptanceState(one: Pick<RiskAcceptance, "withdrawnAt" | "expiresAt">, now: number): AcceptanceState {
  if (one.withdrawnAt !== null) return "withdrawn";
  return Date.parse(one.expiresAt) > now ? "active" : "lapsed";
}

export async function listAcceptances(db: Kysely<Schema>): Promise<RiskAcceptance[]> {
  return await db.selectFrom("riskAcceptance").selectAll().orderBy("expiresAt").orderBy("id").execute();
}

/** @throws NotFoundError */
export async function findAcceptance(
  db: Kysely<Schema>,
  id: string,
  options: { toChange?: boolean } = {},
): Promise<RiskAcceptance> {
  const found = db.selectFrom("riskAcceptance").selectAll().where("id", "=", id);
  const row = await (options.toChange === true ? found.forUpdate() : found).executeTakeFirst();
  if (row === undefined) throw new NotFoundError(`There is no risk acceptance ${id}.`);
  return row;
}

/** Those that hold; the longest first, since of several that cover a finding it is the one that counts. */
export async function activeAcceptances(db: Kysely<Schema>, now: number): Promise<RiskAcceptance[]> {
  return await db
    .selectFrom("riskAcceptance")
    .selectAll()
    .where("withdrawnAt", "is", null)
    .where("expiresAt", ">", new Date(now).toISOString())
    .orderBy("expiresAt", "desc")
    .orderBy("createdAt")
    .orderBy("id")
    .execute();
}

/** Those whose findings are still to follow: they changed, were withdrawn, or have expired. */
export async function unsettledAcceptances(db: Kysely<Schema>, now: number): Promise<RiskAcceptance[]> {
  const { rows } = await sql<RiskAcceptance>`select * from risk_acceptance
    where applied_revision <> revision
      or (withdrawn_at is null and lapsed_at is null and expires_at <= ${new Date(now).toISOString()})
    order by expires_at, id`.execute(db);
  return rows;
}

/** Held to the end of a transaction that says of findings which acceptance covers them: none changes meanwhile. */
export async function shareAcceptances(trx: Kysely<Schema>): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${lockSpace}, ${lockKeys.acceptances})`.execute(trx);
}

/** Waits for all that are being applied; what changes is then seen by everyone who applies them later. */
export async function lockAcceptances(trx: Kysely<Schema>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockSpace}, ${lockKeys.acceptances})`.execute(trx);
}

/** @throws ConflictError when there are too many */
export async function insertAcceptance(
  trx: Kysely<Schema>,
  content: AcceptanceContent,
  { by, now }: { by: string; now: number },
): Promise<string> {
  const active = await activeAcceptances(trx, now);
  if (active.length >= mostAcceptances)
    throw new ConflictError(
      `There are ${mostAcceptances} risk acceptances already, the most there may be: withdraw one, or widen its scope.`,
    );
  const id = randomUUID();
  const at = new Date(now).toISOString();
  await trx
    .insertInto("riskAcceptance")
    .values({ id, ...content, createdAt: at, createdBy: by, changedAt: at, changedBy: by })
    .execute();
  return id;
}

export async function updateAcceptance(
  trx: Kysely<Schema>,
  id: string,
  content: AcceptanceContent,
  { by, now }: { by: string; now: number },
): Promise<void> {
  await trx
    .updateTable("riskAcceptance")
    .set((eb) => ({
      ...content,
      changedAt: new Date(now).toISOString(),
      changedBy: by,
      revision: eb("revision", "+", 1),
      done: 0,
      total: null,
      problem: null,
    }))
    .where("id", "=", id)
    .execute();
}

export async function withdrawAcceptance(
  trx: Kysely<Schema>,
  id: string,
  { by, now }: { by: string; now: number },
): Promise<void> {
  await trx
    .updateTable("riskAcceptance")
    .set((eb) => ({
      withdrawnAt: new Date(now).toISOString(),
      withdrawnBy: by,
      revision: eb("revision", "+", 1),
      done: 0,
      total: null,
    }))
    .where("id", "=", id)
    .execute();
}

/** How many findings each covers just now. */
export async function countAccepted(db: Kysely<Schema>): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; n: number }>`
    select acceptance_id as id, count(*)::bigint as n from finding where acceptance_id is not null group by 1`.execute(
    db,
  );
  return new Map(rows.map(({ id, n }) => [id, n]));
}
