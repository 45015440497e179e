import type { Kysely } from "kysely";
import { type Integration, type IntegrationChanges, updateIntegration } from "../store/integration.ts";
import { requestCancel, unfinishedRuns } from "../store/run.ts";
import type { Schema } from "../store/schema.ts";
import type { SecretBox } from "../store/secret.ts";
import { readStreamStates, saveStreamState } from "../store/stream-state.ts";

export interface EditDeps {
  db: Kysely<Schema>;
  box: SecretBox;
  now: () => number;
}

export interface EditEffects {
  /** Another tenant or service account: what its deltas would be relative to is gone, so everything is fetched again. */
  startsOver: boolean;
  /** Other projects of the same account: deltas hold good, but what was not asked for until now takes a full pass. */
  isRescoped: boolean;
  /** Runs that were asked to stop. */
  cancelled: number;
}

/**
 * Changes an integration and what follows from it: another service account starts every stream from its beginning, new
 * credentials are tried at once, and switching off ends the runs that are going on.
 * @throws ConflictError when the new name is taken
 */
export async function editIntegration(
  deps: EditDeps,
  before: Integration,
  changes: IntegrationChanges,
): Promise<EditEffects> {
  const accountKey = changes.connection?.accountKey;
  const startsOver = accountKey !== undefined && accountKey !== before.accountKey;
  const isRescoped =
    changes.connection !== undefined && (changes.connection.projects ?? []).join() !== (before.projects ?? []).join();
  const cancelled = await deps.db.transaction().execute(async (trx) => {
    const runs = (await unfinishedRuns(trx, before.accountKey)).filter((run) => run.integrationId === before.id);
    await updateIntegration(trx, deps.box, before.id, changes, deps.now());
    if (changes.connection !== undefined) await forgetFailures(trx, before.id, { startsOver, isRescoped });
    if (changes.isEnabled !== false && !startsOver && !isRescoped) return 0;
    for (const run of runs) await requestCancel(trx, run.id, deps.now());
    return runs.length;
  });
  return { startsOver, isRescoped, cancelled };
}

/** A refusal is retried only after the whole interval; with new credentials there is no reason to wait. */
async function forgetFailures(
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
