import type { Kysely } from "kysely";
import { identifiersOf } from "../identity/identifiers.ts";
import { writeIdentities } from "../identity/match.ts";
import { repeatOnConflict } from "../store/conflict.ts";
import { fillIdentifiersOf, hasFilled, readUnfilled, rememberFilled } from "../store/fill-identifiers.ts";
import type { Schema } from "../store/schema.ts";

const batchSize = 1_000;

/**
 * Machines stored before Weir kept what identifies them get what their columns say; the next full pass brings the
 * rest. Once for a database, before it is synced again; what is interrupted goes on.
 */
export async function fillIdentifiers(db: Kysely<Schema>, signal: AbortSignal): Promise<void> {
  if (await hasFilled(db)) return;
  while (!signal.aborted) {
    const filled = await repeatOnConflict(() =>
      db.transaction().execute(async (trx) => {
        const sources = await readUnfilled(trx, batchSize);
        const rows = sources.map(({ id, integrationId, ...described }) => ({
          sourceId: id,
          integrationId,
          before: null,
          after: identifiersOf({ ...described, class: "compute" }),
        }));
        await fillIdentifiersOf(trx, rows);
        await writeIdentities(trx, rows);
        return rows.length;
      }),
    );
    if (filled === 0) return await rememberFilled(db);
  }
}
