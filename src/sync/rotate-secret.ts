import type { Kysely } from "kysely";
import type { Connection, Connector, HostRules, SourceLimits } from "../connectors/connector.ts";
import { NotFoundError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { StreamName } from "../model.ts";
import { type By, recordAudit } from "../store/audit.ts";
import { findIntegration, holdIntegration, type Integration, lockIntegration } from "../store/integration.ts";
import {
  dropPendingSecret,
  notePendingFailure,
  type PendingSecret,
  promotePendingSecret,
  readPendingSecret,
  savePendingSecret,
  shareSecret,
} from "../store/pending-secret.ts";
import { requestCancel } from "../store/run.ts";
import type { Schema } from "../store/schema.ts";
import type { SecretBox } from "../store/secret.ts";
import { readStreamStates } from "../store/stream-state.ts";
import { auditSubject, forgetFailures, runsOf } from "./edit.ts";
import { enabledStreams } from "./stream-settings.ts";

export interface RotationDeps extends HostRules {
  db: Kysely<Schema>;
  box: SecretBox;
  fetch: typeof fetch;
  findConnector: (id: string) => Connector;
  limits?: SourceLimits | undefined;
  now: () => number;
  log: Logger;
}

/**
 * Lays a new secret, perhaps of another service account of the same tenant, beside the present one, which goes on
 * serving. @throws ConfigError when it cannot be one, ConflictError when the integration was changed meanwhile
 */
export async function offerSecret(
  deps: RotationDeps,
  integration: Integration,
  offer: { clientId?: string | undefined; clientSecret: string },
  by: By,
): Promise<void> {
  const { clientId, clientSecret } = connectionWith(deps, integration, {
    clientId: offer.clientId ?? integration.clientId,
    clientSecret: offer.clientSecret,
  });
  await deps.db.transaction().execute(async (trx) => {
    await holdIntegration(trx, integration);
    await savePendingSecret(trx, deps.box, integration.id, { clientId, clientSecret }, deps.now());
    const details = clientId === integration.clientId ? {} : { clientId: { from: integration.clientId, to: clientId } };
    const entry = { action: "integration.secret_offer", subject: auditSubject(integration), details };
    await recordAudit(trx, { ...by, ...entry }, deps.now());
  });
}

/** @throws NotFoundError when none waits */
export async function withdrawSecret(deps: RotationDeps, integration: Integration, by: By): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    if (!(await dropPendingSecret(trx, integration.id)))
      throw new NotFoundError(`No new client secret waits for "${integration.name}".`);
    const entry = { action: "integration.secret_withdraw", subject: auditSubject(integration) };
    await recordAudit(trx, { ...by, ...entry }, deps.now());
  });
}

/**
 * Tries the secret that waits. When it works it takes over, and the present one is forgotten; else it goes on waiting,
 * with the reason. Anyone may try at any time: it takes over once.
 */
export async function tryPendingSecret(
  deps: RotationDeps,
  integrationId: string,
  by: By,
  signal: AbortSignal,
): Promise<"taken" | "waiting" | "none"> {
  const integration = await findIntegration(deps.db, integrationId);
  const pending = await readPendingSecret(deps.db, deps.box, integrationId);
  if (pending === null) return "none";
  const connection = connectionWith(deps, integration, pending);
  const trouble = await findTrouble(deps, integration, connection, signal);
  if (signal.aborted) return "waiting";
  if (trouble !== null) {
    await notePendingFailure(deps.db, integrationId, pending.sealed, trouble, deps.now());
    return "waiting";
  }
  return (await takeOver(deps, { integrationId, pending, connection }, by)) ? "taken" : "none";
}

function connectionWith(
  { findConnector, allowedHosts }: RotationDeps,
  integration: Integration,
  credentials: { clientId: string; clientSecret: string },
): Connection {
  const { apiUrl: apiEndpoint, tokenUrl, projects } = integration;
  const form = { apiEndpoint, tokenUrl, projects: projects ?? [], ...credentials };
  return findConnector(integration.connector).parseConnection(form, { allowedHosts });
}

/**
 * Why the new secret may not take over; `null` when it may. Of the same service account a token is enough; another one
 * must be able to read whatever the present one reads.
 */
async function findTrouble(
  deps: RotationDeps,
  integration: Integration,
  connection: Connection,
  signal: AbortSignal,
): Promise<string | null> {
  const isOtherAccount = connection.accountKey !== integration.accountKey;
  const streams = isOtherAccount ? await workingStreams(deps.db, integration) : [];
  const fetch: typeof deps.fetch = (input, init) =>
    deps.fetch(input, { ...init, signal: AbortSignal.any([signal, ...(init?.signal ? [init.signal] : [])]) });
  const connector = deps.findConnector(integration.connector);
  const { now, log, allowedHosts, limits } = deps;
  for await (const step of connector.check(connection, streams, { fetch, now, log, allowedHosts, limits })) {
    if (!step.ok) return [`${step.name}: ${step.message}`, ...(step.hint === null ? [] : [step.hint])].join(". ");
    if (step.name === "token" && !isOtherAccount) return null;
  }
  return null;
}

/** What is fetched and does not fail as it is. */
async function workingStreams(db: Kysely<Schema>, integration: Integration): Promise<StreamName[]> {
  const states = await readStreamStates(db, [integration.id]);
  const failing = new Set(states.filter(({ failures }) => failures > 0).map(({ stream }) => stream));
  return enabledStreams(integration).filter((stream) => !failing.has(stream));
}

interface TakeOver {
  integrationId: string;
  pending: PendingSecret;
  connection: Connection;
}

async function takeOver(
  deps: RotationDeps,
  { integrationId, pending, connection }: TakeOver,
  by: By,
): Promise<boolean> {
  const { accountKey, clientSecret } = connection;
  return await deps.db.transaction().execute(async (trx) => {
    const before = await lockIntegration(trx, integrationId);
    const runs = await runsOf(trx, before);
    if (!(await promotePendingSecret(trx, integrationId, pending, accountKey, deps.now()))) return false;
    const isOtherAccount = accountKey !== before.accountKey;
    const entry = { action: "integration.secret_replace", subject: auditSubject(before) };
    const details = isOtherAccount ? { clientId: { from: before.clientId, to: pending.clientId } } : {};
    await recordAudit(trx, { ...by, ...entry, details }, deps.now());
    // It is the same tenant, so deltas hold good; but another account may see what the present one did not.
    await forgetFailures(trx, integrationId, { startsOver: false, isRescoped: isOtherAccount });
    if (isOtherAccount) for (const run of runs) await requestCancel(trx, run.id, deps.now());
    else await shareWithOthers({ ...deps, db: trx }, before, clientSecret, by);
    return true;
  });
}

/** A service account has one secret: the other integrations that use it would be refused from now on. */
async function shareWithOthers(deps: RotationDeps, from: Integration, clientSecret: string, by: By): Promise<void> {
  const { db, box, now } = deps;
  const account = { accountKey: from.accountKey, tokenUrl: from.tokenUrl, exceptId: from.id };
  for (const other of await shareSecret(db, box, account, clientSecret, now())) {
    await forgetFailures(db, other.id, { startsOver: false, isRescoped: false });
    const details = { sharesServiceAccountWith: from.name };
    const entry = { action: "integration.secret_replace", subject: auditSubject(other), details };
    await recordAudit(db, { ...by, ...entry }, now());
  }
}
