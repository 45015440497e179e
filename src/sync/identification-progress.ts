import type { Kysely } from "kysely";
import { countNoted } from "../store/identity.ts";
import { countIdentityAssets } from "../store/identity-list.ts";
import type { Schema } from "../store/schema.ts";

export interface IdentificationProgress {
  /** Machines still to be looked at. */
  pending: number;
  total: number;
}

/** How far a change of rules has come; `null` when nothing is pending. */
export async function readIdentification(
  db: Kysely<Schema>,
  integrationId: string,
): Promise<IdentificationProgress | null> {
  const pending = await countNoted(db, integrationId);
  return pending === 0 ? null : { pending, total: (await countIdentityAssets(db, integrationId)).sources };
}
