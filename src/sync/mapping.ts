import type { Kysely } from "kysely";
import type { Connector } from "../connectors/connector.ts";
import { RecordError } from "../errors.ts";
import type { NormalizedRecord, StreamName } from "../model.ts";
import { type Integration, listIntegrations } from "../store/integration.ts";
import { unpackRaw } from "../store/raw.ts";
import type { Schema } from "../store/schema.ts";

/** How an integration's stored raw records are read now. */
export interface Mapping {
  integrationId: string;
  inventory: string;
  normalize: Connector["normalize"];
}

export function mappingOf(
  integration: Pick<Integration, "id" | "connector">,
  findConnector: (id: string) => Connector,
): Mapping {
  const connector = findConnector(integration.connector);
  return { integrationId: integration.id, inventory: connector.catalogue.vendor, normalize: connector.normalize };
}

/** Of all integrations, by id: an asset may have sources of several. */
export async function readMappings(
  db: Kysely<Schema>,
  findConnector: (id: string) => Connector,
): Promise<Map<string, Mapping>> {
  return new Map((await listIntegrations(db)).map((one) => [one.id, mappingOf(one, findConnector)]));
}

/** What became of a raw record: read, not kept by the mapping, or not readable, and why. */
export type Reading = { record: NormalizedRecord } | { record: null } | { reason: string };

export function readRaw(mapping: Mapping, stream: StreamName, packed: Buffer): Reading {
  try {
    return { record: mapping.normalize(stream, unpackRaw(packed)) };
  } catch (error) {
    if (error instanceof RecordError) return { reason: error.message };
    throw error;
  }
}
