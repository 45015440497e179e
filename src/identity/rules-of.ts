import type { Kysely } from "kysely";
import type { IdentificationRule } from "../model.ts";
import type { Schema } from "../store/schema.ts";
import type { RulesOf } from "./closure.ts";
import { defaultRules } from "./rules.ts";

/** What is not an integration any more has no rule on. */
const none: ReadonlySet<IdentificationRule> = new Set();

/** The rules of every integration as they are stored, or as `changes` says. */
export async function readRules(
  db: Kysely<Schema>,
  changes: ReadonlyMap<string, readonly IdentificationRule[]> = new Map(),
): Promise<RulesOf> {
  const rows = await db.selectFrom("integration").select(["id", "identificationRules"]).execute();
  const byId = new Map(
    rows.map(({ id, identificationRules }) => [
      id,
      new Set(changes.get(id) ?? (identificationRules as IdentificationRule[] | null) ?? defaultRules),
    ]),
  );
  return (id) => byId.get(id) ?? none;
}
