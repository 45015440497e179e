import type { Kysely } from "kysely";
import { type By, recordAudit } from "../store/audit.ts";
import { noteAllInBackground } from "../store/identity.ts";
import {
  findIntegration,
  holdIntegration,
  type Integration,
  type IntegrationChanges,
  insertIntegration,
  listIntegrations,
  type NewIntegration,
  updateIntegration,
} from "../store/integration.ts";
import { requestCancel, unfinishedRuns } from "../store/run.ts";
import type { Schema } from "../store/schema.ts";
import type { SecretBox } from "../store/secret.ts";
import { readStreamStates, saveStreamState } from "../store/stream-state.ts";
import { refuseTakenName } from "./integration-form.ts";
import { settingsChanges, settingsView } from "./integration-settings.ts";
import { isSameNarrowing, type Narrowing } from "./scope.ts";

export interface EditDeps {
  db: Kysely<Schema>;
  box: SecretBox;
  now: () => number;
  by: By;
}

/** What an entry of the audit log is about. */
export function auditSubject({ id, name }: { id: string; name: string }) {
  return { type: "integration", id, name };
}

/** @throws ConflictError when the name is taken */
export async function addIntegration({ db, box, now, by }: EditDeps, entry: NewIntegration): Promise<Integration> {
  refuseTakenName(entry.name, await listIntegrations(db));
  return await db.transaction().execute(async (trx) => {
    const added = await insertIntegration(trx, box, entry, now());
    const { id, name, createdAt, updatedAt, ...settings } = settingsView(added);
    await recordAudit(
      trx,
      { ...by, action: "integration.create", subject: auditSubject(added), details: settings },
      now(),
    );
    return added;
  });
}

export interface EditEffects {
  /** Another tenant or service account: what its deltas would be relative to is gone, so everything is fetched again. */
  startsOver: boolean;
  /** Other projects of the same account, or other classes of assets: deltas hold good, but what was not asked for until now takes a full pass. */
  isRescoped: boolean;
  /** Runs that were asked to stop. */
  cancelled: number;
}

/**
 * Changes an integration and what follows from it: another service account starts every stream from its beginning, new
 * credentials are tried at once, and switching off ends the runs that are going on.
 * @throws ConflictError when the new name is taken, or someone else changed it since `before` was read
 */
export async function editIntegration(
  deps: EditDeps,
  before: Integration,
  changes: IntegrationChanges,
): Promise<EditEffects> {
  const accountKey = changes.connection?.accountKey;
  const startsOver = accountKey !== undefined && accountKey !== before.accountKey;
  const isRescoped = !isSameNarrowing(before, narrowingAfter(before, changes));
  const cancelled = await deps.db.transaction().execute(async (trx) => {
    await holdIntegration(trx, before);
    const runs = await runsOf(trx, before);
    await updateIntegration(trx, deps.box, before.id, changes, deps.now());
    if (changes.connection !== undefined || isRescoped)
      await forgetFailures(trx, before.id, { startsOver, isRescoped });
    if (hasOtherRules(before, changes)) await noteAllInBackground(trx);
    await recordEdit({ ...deps, db: trx }, before, changes);
    if (changes.isEnabled !== false && !startsOver && !isRescoped) return 0;
    for (const run of runs) await requestCancel(trx, run.id, deps.now());
    return runs.length;
  });
  return { startsOver, isRescoped, cancelled };
}

function narrowingAfter(before: Integration, { connection, assetClasses }: IntegrationChanges): Narrowing {
  return {
    projects: connection === undefined ? before.projects : [...(connection.projects ?? [])],
    assetClasses: assetClasses === undefined ? before.assetClasses : assetClasses,
  };
}

function hasOtherRules({ identificationRules: before }: Integration, { identificationRules }: IntegrationChanges) {
  return identificationRules !== undefined && (identificationRules?.join() ?? null) !== (before?.join() ?? null);
}

/** An integration's runs that are queued or running. */
export async function runsOf(db: Kysely<Schema>, { id, accountKey }: Pick<Integration, "id" | "accountKey">) {
  return (await unfinishedRuns(db, accountKey)).filter((run) => run.integrationId === id);
}

async function recordEdit({ db, now, by }: EditDeps, before: Integration, changes: IntegrationChanges): Promise<void> {
  const after = await findIntegration(db, before.id);
  const details = {
    ...settingsChanges(before, after),
    ...(changes.connection?.clientSecret !== undefined && { clientSecret: "replaced" }),
  };
  if (Object.keys(details).length === 0) return;
  await recordAudit(db, { ...by, action: "integration.update", subject: auditSubject(after), details }, now());
}

/** A refusal is retried only after the whole interval; with new credentials there is no reason to wait. */
export async function forgetFailures(
  db: Kysely<Schema>,
  integrationId: string,
  { startsOver, isRescoped }: Pick<EditEffects, "startsOver" | "isRescoped">,
): Promise<void> {
  for (const { stream } of await readStreamStates(db, [integrationId]))
    await saveStreamState(db, integrationId, stream, {
      lastAttemptAt: null,
      failures: 0,
      errorCode: null,
      error: null,
      warning: null,
      ...(startsOver ? { watermark: null } : {}),
      ...(startsOver || isRescoped ? { lastFullAt: null } : {}),
    });
}
