import type { Kysely, Selectable } from "kysely";
import type { AssetTable, FindingTable, Schema, SignalTable } from "../store/schema.ts";
import type { Thing } from "./field.ts";
import {
  type FoundAsset,
  type FoundAssetSource,
  type FoundFinding,
  type FoundSignal,
  type IntegrationNames,
  toAsset,
  toAssetSource,
  toFinding,
  toSignal,
} from "./records.ts";

export interface FoundRecords {
  findings: FoundFinding;
  assets: FoundAsset;
  signals: FoundSignal;
}

export async function readIntegrationNames(db: Kysely<Schema>): Promise<IntegrationNames> {
  const rows = await db.selectFrom("integration").select(["id", "name"]).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Rows of a thing's table as the records that users see, in the same order. */
export async function toRecords<T extends Thing>(
  db: Kysely<Schema>,
  thing: T,
  rows: readonly unknown[],
  names: IntegrationNames,
): Promise<FoundRecords[T][]> {
  const records: { [K in Thing]: () => Promise<FoundRecords[K][]> } = {
    findings: async () => (rows as Selectable<FindingTable>[]).map((row) => toFinding(row, names)),
    assets: () => withSources(db, rows as Selectable<AssetTable>[], names),
    signals: async () => (rows as Selectable<SignalTable>[]).map((row) => toSignal(row, names)),
  };
  return await records[thing]();
}

async function withSources(
  db: Kysely<Schema>,
  rows: readonly Selectable<AssetTable>[],
  names: IntegrationNames,
): Promise<FoundAsset[]> {
  const ids = rows.map((row) => row.id);
  const sources = await readAssetSources(db, ids, names);
  return rows.map((row) => toAsset(row, sources.get(row.id) ?? []));
}

/** How the integrations know some assets, by the asset's id. */
export async function readAssetSources(
  db: Kysely<Schema>,
  assetIds: readonly string[],
  names: IntegrationNames,
): Promise<Map<string, FoundAssetSource[]>> {
  const sources = new Map<string, FoundAssetSource[]>(assetIds.map((id) => [id, []]));
  if (assetIds.length === 0) return sources;
  const found = await db
    .selectFrom("assetSource")
    .selectAll()
    .where((eb) => eb("assetId", "=", eb.fn.any(eb.val([...sources.keys()]))))
    .orderBy("id")
    .execute();
  for (const source of found) sources.get(source.assetId)?.push(toAssetSource(source, names));
  return sources;
}
