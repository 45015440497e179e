import type { Kysely, Selectable } from "kysely";
import type { DefinitionTable, Schema } from "../../store/schema.ts";

export type DefinitionFacts = Pick<
  Selectable<DefinitionTable>,
  "id" | "kind" | "externalId" | "title" | "description" | "remediation" | "publishedAt" | "link" | "frameworks"
>;

/** The definitions of a batch of findings, by id. */
export async function readDefinitions(
  db: Kysely<Schema>,
  ids: Iterable<string | null>,
): Promise<Map<string, DefinitionFacts>> {
  const wanted = [...new Set(ids)].filter((id) => id !== null);
  if (wanted.length === 0) return new Map();
  const rows = await db
    .selectFrom("definition")
    .select(["id", "kind", "externalId", "title", "description", "remediation", "publishedAt", "link", "frameworks"])
    .where((eb) => eb("id", "=", eb.fn.any(eb.val(wanted))))
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}
