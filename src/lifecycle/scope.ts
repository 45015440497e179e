import { type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import { ConfigError, errorText, QueryError } from "../errors.ts";
import { readQuery } from "../query/bind.ts";
import { type Compiled, compileCondition } from "../query/compile.ts";
import type { Condition, Match } from "../query/condition.ts";
import { statusAtSource } from "../query/life-fields.ts";
import type { RiskAcceptance } from "../store/risk-acceptance.ts";
import type { Schema } from "../store/schema.ts";

/** An acceptance with its scope as SQL on `finding`. */
export interface CompiledScope {
  acceptance: RiskAcceptance;
  where: RawBuilder<SqlBool>;
  /** The same, to be tested row by row. */
  test: RawBuilder<SqlBool>;
}

/** What moves when a risk is accepted: findings would leave a scope with it because they are in it. */
const moving: Readonly<Record<string, string>> = {
  changedAt: "changed",
  acceptanceId: "acceptance",
  acceptedAt: "acceptedAt",
  "asset.riskScore": "asset.riskScore",
};

/**
 * Which findings a scope means. It is about what their source says: an open finding stays in `status:open` when its risk
 * is accepted.
 * @throws QueryError when it cannot be understood
 * @throws ConfigError when it means every finding, or something that accepting them changes
 */
export function readScope(scope: string, now: number): Condition {
  const condition = readQuery(scope, { thing: "findings", now });
  if (condition.type === "all")
    throw new ConfigError("Say which findings are meant: an empty scope would be all of them, for ever.", {
      field: "scope",
    });
  for (const { place } of matchesIn(condition)) {
    const columns = place.at === "columns" ? place.columns : [];
    const related = place.at === "related" && place.place.at === "columns" ? place.place.columns : [];
    const own = place.at === "related" ? [...related.map((column) => `${place.table}.${column}`), place.own] : columns;
    const name = own.map((column) => moving[column]).find((found) => found !== undefined);
    if (name !== undefined)
      throw new ConfigError(`${name} changes when a risk is accepted, so no scope can be made of it: take another.`, {
        field: "scope",
      });
  }
  return asAtSource(condition);
}

/** The same condition on what the source says. */
function asAtSource(condition: Condition): Condition {
  switch (condition.type) {
    case "all":
      return condition;
    case "and":
    case "or":
      return { ...condition, conditions: condition.conditions.map(asAtSource) };
    case "not":
    case "child":
      return { ...condition, condition: asAtSource(condition.condition) };
    case "match":
      return isOnStatus(condition) ? statusAtSource(condition) : condition;
  }
}

function isOnStatus({ place }: Match): boolean {
  return place.at === "columns" && place.columns[0] === "status";
}

function* matchesIn(condition: Condition): Generator<Match> {
  if (condition.type === "and" || condition.type === "or")
    for (const child of condition.conditions) yield* matchesIn(child);
  else if (condition.type === "not" || condition.type === "child") yield* matchesIn(condition.condition);
  else if (condition.type === "match") yield condition;
}

/** A scope as SQL, with what is open at its source only. @throws as `readScope` does */
export async function compileScope(db: Kysely<Schema>, scope: string, now: number): Promise<Compiled> {
  return await compileCondition(db, "findings", readScope(scope, now));
}

/** What can become accepted, or is. */
export const isCoverable = sql<SqlBool>`finding.status in ('open', 'in_progress', 'accepted')`;

const nothing = sql<SqlBool>`false`;

/**
 * All scopes. One that an older Weir understood and this one does not covers nothing, so that nothing is hidden that
 * nobody can explain; why is kept for people.
 */
export async function compileScopes(
  db: Kysely<Schema>,
  acceptances: readonly RiskAcceptance[],
  now: number,
): Promise<{ scopes: CompiledScope[]; problems: Map<string, string> }> {
  const scopes: CompiledScope[] = [];
  const problems = new Map<string, string>();
  for (const acceptance of acceptances)
    try {
      const { where, test } = await compileScope(db, acceptance.scope, now);
      scopes.push({ acceptance, where, test });
    } catch (error) {
      if (!(error instanceof QueryError) && !(error instanceof ConfigError)) throw error;
      problems.set(acceptance.id, errorText(error));
      scopes.push({ acceptance, where: nothing, test: nothing });
    }
  return { scopes, problems };
}
