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

/** Writes what is new or newer. Findings may disagree on what they share: the latest word counts. */
export async function writeDefinitions(db: Kysely<Schema>, rows: readonly DefinitionRow[]): Promise<void> {
  await writeBatch(db, definitionBatch, rows, {
    do: "update",
    where: `definition.hash <> excluded.hash
      and coalesce(definition.source_updated_at <= excluded.source_updated_at, true)`,
  });
}
