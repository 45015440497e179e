import type { Insertable, Kysely } from "kysely";
import { isEarlier } from "../model.ts";
import { among } from "./among.ts";
import { type BatchTable, type Write, writeBatch, writeOf } from "./batch.ts";
import type { DefinitionTable, Schema } from "./schema.ts";

export type DefinitionRow = Insertable<DefinitionTable>;

const definitionBatch: BatchTable<DefinitionRow> = {
  name: "definition",
  key: ["id"],
  columns: {
    id: "uuid",
    integrationId: "uuid",
    kind: "text",
    externalId: "text",
    title: "text",
    description: "text",
    remediation: "text",
    cvss: "real",
    epss: "real",
    isKev: "boolean",
    hasExploit: "boolean",
    publishedAt: "timestamptz",
    link: "text",
    frameworks: "text[]",
    hash: "uuid",
    sourceUpdatedAt: "timestamptz",
  },
};

/**
 * What is new or newer. Findings may disagree on what they share: the latest word counts. Most of a page's definitions
 * are known, and reading their hashes is far cheaper than proposing rows whose word index PostgreSQL computes before it
 * finds the conflict. With `isReduced` what is known stays: it was asked for without some fields.
 */
export async function definitionWrites(
  db: Kysely<Schema>,
  rows: readonly DefinitionRow[],
  { isReduced = false } = {},
): Promise<Write[]> {
  if (rows.length === 0) return [];
  const known = await db
    .selectFrom("definition")
    .select(["id", "hash"])
    .where("id", "in", among(rows.map((row) => row.id)))
    .execute();
  const hashes = new Map(known.map(({ id, hash }) => [id, hash]));
  const news = rows.filter((row) => (isReduced ? !hashes.has(row.id) : hashes.get(row.id) !== row.hash));
  const where = `definition.hash <> excluded.hash
    and coalesce(definition.source_updated_at <= excluded.source_updated_at, true)`;
  return [writeOf(definitionBatch, news, { do: "update", where })];
}

/**
 * Writes what is newer, or as new and worded otherwise. The time moves even where the wording stays: whatever the order
 * in which all findings of a definition come by, the newest has the last word.
 */
export async function rewriteDefinitions(db: Kysely<Schema>, rows: readonly DefinitionRow[]): Promise<void> {
  if (rows.length === 0) return;
  const known = await db
    .selectFrom("definition")
    .select(["id", "hash", "sourceUpdatedAt"])
    .where("id", "in", among(rows.map((row) => row.id)))
    .execute();
  const stored = new Map(known.map((row) => [row.id, row]));
  const news = rows.filter((row) => {
    const { hash, sourceUpdatedAt = null } = stored.get(row.id) ?? {};
    return hash !== row.hash || isEarlier(sourceUpdatedAt, row.sourceUpdatedAt ?? null);
  });
  await writeBatch(db, definitionBatch, news, {
    do: "update",
    where: `coalesce(definition.source_updated_at < excluded.source_updated_at
      or definition.hash <> excluded.hash and definition.source_updated_at = excluded.source_updated_at, true)`,
  });
}
