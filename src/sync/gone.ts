import type { Kysely } from "kysely";
import type { AssetChange } from "../identity/match.ts";
import { isActiveStatus, recordKindOf, type StreamName } from "../model.ts";
import { readAssetSources, readAssets, readSourcesOfAssets, writeAssetSources, writeAssets } from "../store/asset.ts";
import { repeatOnConflict } from "../store/conflict.ts";
import { moveCubes } from "../store/cube.ts";
import { readFindings, writeFindings } from "../store/finding.ts";
import { noteIdentities } from "../store/identity.ts";
import { forgetMissing, readApproved } from "../store/missing.ts";
import type { Schema } from "../store/schema.ts";
import { ensureSignalPartition, writeSignals } from "../store/signal.ts";
import { notAccepted, sourceStatusOf } from "./finding-life.ts";
import { assetSignal, findingSignal } from "./signals.ts";

export interface GoneDeps {
  db: Kysely<Schema>;
  now: () => number;
}

export interface GoneStream {
  integrationId: string;
  stream: StreamName;
}

/** Why a finding is `gone`, as its status reason. */
const goneReason = "no longer in Wiz";

const batchSize = 500;

/**
 * Makes the missing records that were approved `gone`, batch by batch, each in one transaction with its signals and
 * counts; a process that dies in between leaves the rest to the next one. `guard` is done first in each transaction.
 * Returns how many there were.
 */
export async function markGone(
  deps: GoneDeps,
  of: GoneStream,
  guard: (trx: Kysely<Schema>) => Promise<void>,
): Promise<number> {
  let marked = 0;
  for (;;) {
    const ids = await readApproved(deps.db, of, batchSize);
    if (ids.length === 0) return marked;
    marked += await repeatOnConflict(async () => {
      const at = new Date(deps.now()).toISOString();
      await ensureSignalPartition(deps.db, deps.now());
      return await deps.db.transaction().execute(async (trx) => {
        await guard(trx);
        const count = await (of.stream === "assets" ? markAssets(trx, of, ids, at) : markFindings(trx, of, ids, at));
        await forgetMissing(trx, ids);
        return count;
      });
    });
  }
}

/** Those that were closed or came back meanwhile stay what they are. */
async function markFindings(trx: Kysely<Schema>, of: GoneStream, ids: readonly string[], at: string): Promise<number> {
  const before = [...(await readFindings(trx, ids)).values()].filter((row) => isActiveStatus(sourceStatusOf(row)));
  const after = before.map((row) => ({
    ...row,
    ...notAccepted,
    status: "gone",
    statusReason: goneReason,
    statusChangedAt: at,
    changedAt: at,
    version: row.version + 1,
  }));
  await writeFindings(trx, after);
  await moveCubes(trx, before, after);
  const signals = after.map((row, index) => findingSignal({ ...of, at }, before[index] ?? null, row));
  await writeSignals(
    trx,
    signals.filter((signal) => signal !== null),
  );
  return after.length;
}

/** An asset is gone when all of its sources are. */
async function markAssets(trx: Kysely<Schema>, of: GoneStream, ids: readonly string[], at: string): Promise<number> {
  const sources = [...(await readAssetSources(trx, ids)).values()].filter(({ goneAt }) => goneAt === null);
  await writeAssetSources(
    trx,
    sources.map((source) => ({ ...source, goneAt: at, version: source.version + 1 })),
  );
  // Who lives matters to what is one machine.
  await noteIdentities(
    trx,
    sources.filter(({ identifiers }) => identifiers !== null).map(({ id }) => id),
  );
  const assetIds = [...new Set(sources.map(({ assetId }) => assetId))];
  const alive = new Set(
    (await readSourcesOfAssets(trx, assetIds)).filter(({ goneAt }) => goneAt === null).map(({ assetId }) => assetId),
  );
  const before = [...(await readAssets(trx, assetIds)).values()].filter(
    ({ id, status }) => !alive.has(id) && status !== "deleted",
  );
  const changes: AssetChange[] = before.map((asset) => ({
    sourceId: asset.id,
    before: asset,
    after: { ...asset, status: "gone", changedAt: at, version: asset.version + 1 },
  }));
  await writeAssets(
    trx,
    changes.map(({ after }) => after),
  );
  const signals = changes.map((change) => assetSignal({ ...of, at }, change));
  await writeSignals(
    trx,
    signals.filter((signal) => signal !== null),
  );
  return sources.length;
}

/** The kind of the records of a stream, for scoring what a marking touched. */
export function touchedSince(of: GoneStream, since: string) {
  return { integrationId: of.integrationId, kind: recordKindOf[of.stream], since };
}
