import type { Kysely } from "kysely";
import type { Integration } from "../store/integration.ts";
import type { Schema } from "../store/schema.ts";
import type { AssetCounts } from "./asset-counts.ts";
import { readIdentification } from "./identification-progress.ts";
import { settingsView } from "./integration-settings.ts";
import { readStatus } from "./status.ts";

/** A client secret that waits until it works. */
function pendingSecretOf({ pendingClientId: clientId, pendingSince: since, ...integration }: Integration) {
  if (clientId === null || since === null) return null;
  return { clientId, since, triedAt: integration.pendingTriedAt, error: integration.pendingError };
}

/** Settings and status of an integration in one, as the API shows it. Without its secrets. */
export async function readReport(db: Kysely<Schema>, integration: Integration, now: number, assetCounts?: AssetCounts) {
  const { streams, source, ...status } = await readStatus(db, integration, now, assetCounts);
  return {
    ...settingsView(integration),
    pendingSecret: pendingSecretOf(integration),
    identification: await readIdentification(db, integration.id),
    ...status,
    source: source === null ? null : { holder: source.holder, at: source.at, ...pick(source.state) },
    streams: Object.fromEntries(streams.map(({ stream, ...one }) => [stream, one])) as Record<
      (typeof streams)[number]["stream"],
      Omit<(typeof streams)[number], "stream">
    >,
  };
}

function pick({
  requestsPerSecond,
  usedPerSecond,
  waiting,
  inFlight,
  pausedUntil,
}: {
  requestsPerSecond: number;
  usedPerSecond: number;
  waiting: number;
  inFlight: number;
  pausedUntil: number | null;
}) {
  const paused = pausedUntil === null ? null : new Date(pausedUntil).toISOString();
  return { requestsPerSecond, usedPerSecond, waiting, inFlight, pausedUntil: paused };
}
