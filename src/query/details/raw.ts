import type { Kysely } from "kysely";
import { unpackRaw } from "../../store/raw.ts";
import type { Schema } from "../../store/schema.ts";

/** What the source sent of some records, by id; of findings, or of the sources of assets. */
export async function readRaw(
  db: Kysely<Schema>,
  table: "findingRaw" | "assetRaw",
  ids: readonly string[],
): Promise<Map<string, unknown>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom(table)
    .select(["id", "raw"])
    .where((eb) => eb("id", "=", eb.fn.any(eb.val(ids))))
    .execute();
  return new Map(rows.map((row) => [row.id, unpackRaw(row.raw)]));
}
