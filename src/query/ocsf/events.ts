import type { Kysely } from "kysely";
import type { Schema } from "../../store/schema.ts";
import type { Thing } from "../field.ts";
import { readAssetSources } from "../read-records.ts";
import type { IntegrationNames } from "../records.ts";
import { type AssetRow, assetEvent } from "./asset.ts";
import type { OcsfEvent } from "./base.ts";
import { readDefinitions } from "./definitions.ts";
import { type FindingRow, findingEvent } from "./finding.ts";
import { assetSignalEvent, findingSignalEvent, type SignalRow } from "./signal.ts";

/** Rows of a thing's table as OCSF events, in the same order. */
export async function toOcsfEvents(
  db: Kysely<Schema>,
  thing: Thing,
  rows: readonly unknown[],
  names: IntegrationNames,
): Promise<OcsfEvent[]> {
  const events: Record<Thing, () => Promise<OcsfEvent[]>> = {
    findings: () => findingEvents(db, rows as FindingRow[], names),
    assets: () => assetEvents(db, rows as AssetRow[], names),
    signals: () => signalEvents(db, rows as SignalRow[], names),
  };
  return await events[thing]();
}

async function findingEvents(db: Kysely<Schema>, rows: readonly FindingRow[], names: IntegrationNames) {
  const definitions = await readDefinitions(
    db,
    rows.map((row) => row.definitionId),
  );
  return rows.map((row) => findingEvent(row, definitions.get(row.definitionId ?? ""), names));
}

async function assetEvents(db: Kysely<Schema>, rows: readonly AssetRow[], names: IntegrationNames) {
  const ids = rows.map((row) => row.id);
  const sources = await readAssetSources(db, ids, names);
  return rows.map((row) => assetEvent(row, sources.get(row.id) ?? []));
}

async function signalEvents(db: Kysely<Schema>, rows: readonly SignalRow[], names: IntegrationNames) {
  const { assets = [], findings = [] } = Object.groupBy(rows, (row) =>
    row.subjectKind === "asset" ? "assets" : "findings",
  );
  const [finding, asset] = [await byId(db, "finding", findings), await byId(db, "asset", assets)];
  const definitions = await readDefinitions(
    db,
    [...finding.values()].map((row) => row.definitionId),
  );
  const sources = await readAssetSources(db, [...asset.keys()], names);
  return rows.map((row) => {
    if (row.subjectKind === "asset")
      return assetSignalEvent(row, asset.get(row.subjectId), sources.get(row.subjectId) ?? []);
    const found = finding.get(row.subjectId);
    return findingSignalEvent(row, found, definitions.get(found?.definitionId ?? ""), names);
  });
}

async function byId<T extends "finding" | "asset">(
  db: Kysely<Schema>,
  table: T,
  signals: readonly SignalRow[],
): Promise<Map<string, T extends "finding" ? FindingRow : AssetRow>> {
  const ids = [...new Set(signals.map((row) => row.subjectId))];
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom(table as "finding")
    .selectAll()
    .where((eb) => eb("id", "=", eb.fn.any(eb.val(ids))))
    .execute();
  return new Map(rows.map((row) => [row.id, row as never]));
}
