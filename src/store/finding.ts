import type { Kysely, Selectable } from "kysely";
import { among } from "./among.ts";
import { type BatchTable, insertBatch, writeBatch, writeVersions } from "./batch.ts";
import type { FindingTable, Schema } from "./schema.ts";

export type FindingRow = Selectable<FindingTable>;

const findingBatch: BatchTable<FindingRow> = {
  name: "finding",
  key: ["id"],
  columns: {
    id: "uuid",
    integrationId: "uuid",
    kind: "text",
    externalId: "text",
    title: "text",
    severity: "smallint",
    status: "text",
    statusReason: "text",
    riskScore: "smallint",
    definitionId: "uuid",
    assetId: "uuid",
    assetExternalId: "text",
    assetName: "text",
    assetClass: "text",
    assetType: "text",
    cloud: "text",
    accountId: "text",
    accountName: "text",
    region: "text",
    cve: "text",
    cvss: "real",
    epss: "real",
    isKev: "boolean",
    hasExploit: "boolean",
    hasFix: "boolean",
    packageName: "text",
    packageVersion: "text",
    packageFixedVersion: "text",
    rule: "text",
    projects: "text[]",
    tags: "text[]",
    url: "text",
    firstFoundAt: "timestamptz",
    lastFoundAt: "timestamptz",
    resolvedAt: "timestamptz",
    dueAt: "timestamptz",
    statusChangedAt: "timestamptz",
    sourceUpdatedAt: "timestamptz",
    changedAt: "timestamptz",
    hash: "uuid",
    version: "integer",
    epssSource: "text",
    wizEpss: "real",
    epssDisputed: "boolean",
    kevSource: "text",
    wizKev: "boolean",
    kevDisputed: "boolean",
    sourceStatus: "text",
    acceptanceId: "uuid",
    acceptedAt: "timestamptz",
    reopenedCount: "integer",
    reopenedAt: "timestamptz",
    isDueByPolicy: "boolean",
  },
};

/** As much of a finding as tells whether a fetched one is news. */
export type FindingHead = Pick<FindingRow, "id" | "hash" | "status" | "sourceUpdatedAt" | "lastFoundAt">;

export async function readFindingHeads(db: Kysely<Schema>, ids: readonly string[]): Promise<Map<string, FindingHead>> {
  if (ids.length === 0) return new Map();
  const heads = await db
    .selectFrom("finding")
    .select(["id", "hash", "status", "sourceUpdatedAt", "lastFoundAt"])
    .where("id", "in", among(ids))
    .execute();
  return new Map(heads.map((head) => [head.id, head]));
}

export async function readFindings(db: Kysely<Schema>, ids: readonly string[]): Promise<Map<string, FindingRow>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom("finding").selectAll().where("id", "in", among(ids)).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** The findings on some assets in the order of their ids, a batch at a time. */
export async function readFindingsOfAssets(
  db: Kysely<Schema>,
  assetIds: readonly string[],
  batch: { afterId: string | null; limit: number },
): Promise<FindingRow[]> {
  return await db
    .selectFrom("finding")
    .selectAll()
    .where((eb) => eb("assetId", "=", eb.fn.any(eb.val(assetIds))))
    .$if(batch.afterId !== null, (query) => query.where("id", ">", batch.afterId ?? ""))
    .orderBy("id")
    .limit(batch.limit)
    .execute();
}

/** Writes rows whose `version` is one more than the one read (1: the row is new). @throws PageConflictError */
export async function writeFindings(db: Kysely<Schema>, rows: readonly FindingRow[]): Promise<void> {
  await writeVersions(db, findingBatch, rows);
}

interface RawRow {
  id: string;
  raw: Buffer;
  /** Whether none is stored, as far as we know. */
  isNew: boolean;
}

const rawColumns = { id: "uuid", raw: "bytea" } as const;

/** Keeps what the source sent; `raw` is what `packRaw` made. */
export async function writeRaw(
  db: Kysely<Schema>,
  table: "findingRaw" | "assetRaw",
  rows: readonly RawRow[],
): Promise<void> {
  const batch: BatchTable<Omit<RawRow, "isNew">> = { name: table, key: ["id"], columns: rawColumns };
  const conflict = { do: "update", where: "true" } as const;
  await insertBatch(
    db,
    batch,
    rows.filter((row) => row.isNew),
    conflict,
  );
  await writeBatch(
    db,
    batch,
    rows.filter((row) => !row.isNew),
    conflict,
  );
}
