import type { Insertable, Kysely } from "kysely";
import { type BatchTable, writeBatch } from "./batch.ts";
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
 * Writes what is new or newer. Findings may disagree on what they share: the latest word counts. Most of a page's
 * definitions are known, and reading their hashes is far cheaper than proposing rows whose word index PostgreSQL
 * computes before it finds the conflict.
 */
export async function writeDefinitions(db: Kysely<Schema>, rows: readonly DefinitionRow[]): Promise<void> {
  if (rows.length === 0) return;
  const known = await db
    .selectFrom("definition")
    .select(["id", "hash"])
    .where((eb) => eb("id", "=", eb.fn.any(eb.val(rows.map((row) => row.id)))))
    .execute();
  const hashes = new Map(known.map(({ id, hash }) => [id, hash]));
  const news = rows.filter((row) => hashes.get(row.id) !== row.hash);
  await writeBatch(db, definitionBatch, news, {
    do: "update",
    where: `definition.hash <> excluded.hash
      and coalesce(definition.source_updated_at <= excluded.source_updated_at, true)`,
  });
}
